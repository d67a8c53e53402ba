"""Which documents match a query tree, the best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from whoosh.scoring import BM25F

from index.store.postings import BM25_B, BM25_K1
from search.collection import Part, collection_of
from search.facets import count
from search.matches import Matches
from search.matching import matching, matching_docs, restriction
from search.pruning import best_of_terms, limit_best

if TYPE_CHECKING:
    from whoosh.index import Index
    from whoosh.query import Query as Tree
    from whoosh.searching import Searcher

    from index.store.segment import Array

__all__ = ["Ranking", "count", "open_searcher", "rank"]

Sort = Literal["relevance", "newest", "oldest"]


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
    sort: Sort = "relevance",
) -> Ranking:
    """Return the `limit` best of the documents that match `tree` and every filter.

    Equally good ones are in the order of their numbers. By "newest" and "oldest", documents
    without a date come last, and scores are 0.
    """
    documents: list[int] = []
    scores: list[float] = []
    total = 0
    parts = collection_of(searcher).parts
    for part in parts:
        within = restriction(part, filters.values()) if filters else None
        best, found = _best_in(part, tree, within, limit, sort)
        documents += [part.offset + number for number in best.docs.tolist()]
        scores += best.scores.tolist()
        total += found
    if len(parts) > 1:
        pairs = sorted(zip(scores, documents, strict=True), key=lambda pair: (-pair[0], pair[1]))
        documents = [number for _, number in pairs[:limit]]
        scores = [score for score, _ in pairs[:limit]]
    return Ranking(documents, scores if sort == "relevance" else [0.0] * len(documents), total)


def top(matches: Matches, limit: int) -> Matches:
    """Return the `limit` best of documents in rising order, the best first."""
    docs, scores = matches.docs, matches.scores
    if docs.size > limit:
        kept = (scores >= limit_best(scores, limit)).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
    order = (-scores).argsort(kind="stable")[:limit]
    return Matches(docs.take(order), scores.take(order))


def _best_in(
    part: Part, tree: Tree, within: Array | None, limit: int, sort: Sort
) -> tuple[Matches, int]:
    """Return the best documents of a segment, and the number of all that match."""
    if sort == "relevance":
        pruned = best_of_terms(tree, part, within, limit)
        if pruned is not None:
            return top(pruned[0], limit), pruned[1]
        matches = matching(part, tree, within)
    else:
        docs = matching_docs(part, tree, within)
        matches = Matches(docs, _by_date(part, docs, newest=sort == "newest"))
    return top(matches, limit), matches.docs.size


def _by_date(part: Part, docs: Array, *, newest: bool) -> Array:
    """Return a number for each document: the higher it is, the earlier it comes."""
    days = part.segment.column("published")[docs].astype(np.float64)
    return np.where(days == 0, -np.inf, days if newest else -days)
