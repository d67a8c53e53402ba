"""Which documents match a query tree, the best first, and what values they have."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from whoosh import query as whoosh_query
from whoosh.scoring import BM25F

if TYPE_CHECKING:
    from whoosh.index import Index
    from whoosh.query import Query as Tree
    from whoosh.searching import Searcher

# Lucene's defaults. Tuning them on one collection costs others up to 14% (see ARCHITECTURE.md).
BM25_K1 = 1.2
BM25_B = 0.75


@dataclass(frozen=True, slots=True)
class Ranking:
    """The documents of one page of an answer, the best first, and the number of all that match."""

    documents: Sequence[int]
    scores: Sequence[float]
    total: int


def open_searcher(index: Index) -> Searcher:
    """Return a searcher over the last commit, which ranks by BM25."""
    return index.searcher(weighting=BM25F(B=BM25_B, K1=BM25_K1))


def rank(
    searcher: Searcher,
    tree: Tree,
    filters: Mapping[str, Tree],
    *,
    limit: int,
    sort: Literal["relevance", "newest", "oldest"] = "relevance",
) -> Ranking:
    """Return the `limit` best of the documents that match `tree` and every filter.

    By "newest" and "oldest", documents without a date come last.
    """
    matching = list(_matching(searcher, tree, filters.values()))
    if sort != "relevance":
        ordered = _by_date(searcher, matching, newest=sort == "newest")[:limit]
        return Ranking(ordered, [0.0] * len(ordered), len(matching))
    if not matching or not limit:
        return Ranking([], [], len(matching))
    restriction = whoosh_query.And(list(filters.values())) if filters else None
    results = searcher.search(tree, limit=limit, filter=restriction)
    found = [(hit.docnum, hit.score or 0.0) for hit in results]
    return Ranking([n for n, _ in found], [score for _, score in found], len(matching))


def count(
    searcher: Searcher,
    tree: Tree,
    filters: Mapping[str, Tree],
    fields: Sequence[str],
) -> dict[str, list[tuple[str, int]]]:
    """Return how many of the matching documents have each value of `fields`, the most first.

    The filter on a field does not apply to that field's own counts, so that its other values
    can still be chosen.
    """
    counted: dict[str, list[tuple[str, int]]] = {}
    for field in fields:
        others = [restriction for name, restriction in filters.items() if name != field]
        counts: Counter[str] = Counter()
        for document in _matching(searcher, tree, others):
            counts.update(_values(searcher.reader().stored_fields(document), field))
        counted[field] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return counted


def _matching(searcher: Searcher, tree: Tree, filters: Iterable[Tree]) -> Sequence[int]:
    combined = whoosh_query.And([tree, *filters])
    return list(searcher.docs_for_query(combined))


def _by_date(searcher: Searcher, documents: list[int], *, newest: bool) -> list[int]:
    days = {
        document: searcher.reader().stored_fields(document).get("published") or 0
        for document in documents
    }
    sign = -1 if newest else 1
    return sorted(documents, key=lambda document: (not days[document], sign * days[document]))


def _values(stored: Mapping[str, object], field: str) -> set[str]:
    """Return the values of one document in a facet field."""
    if field in ("year", "month"):
        published = stored.get("published")
        if not isinstance(published, int):
            return set()
        day = datetime.date.fromordinal(published)
        return {f"{day:%Y}" if field == "year" else f"{day:%Y-%m}"}
    if field in ("person", "company"):
        entities = stored.get("entities", ())
        return {name for kind, name, *_ in entities if kind == field}  # type: ignore[attr-defined]
    value = stored.get("byline" if field == "author" else field)
    if not isinstance(value, str):
        return set()
    return set(value.split(", ")) if field == "author" else {value}
