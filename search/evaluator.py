"""Which documents match a query tree, the best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from whoosh.scoring import BM25F

from index.store.postings import BM25_B, BM25_K1
from search.collection import Array, Part, collection_of
from search.facets import count
from search.matches import Matches
from search.matching import matching, matching_docs, restriction
from search.pruning import best_of_terms, limit_best

if TYPE_CHECKING:
    from whoosh.index import Index
    from whoosh.query import Query as Tree
    from whoosh.searching import Searcher

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
    docs, scores, total = [], [], 0
    for part in collection_of(searcher).parts:
        within = restriction(part, filters.values())
        best, found = _best_in(part, tree, within, limit, sort)
        docs.append(best.docs + part.offset)
        scores.append(best.scores)
        total += found
    if not docs:
        return Ranking([], [], 0)
    best = top(Matches(np.concatenate(docs), np.concatenate(scores)), limit)
    ranked = best.scores if sort == "relevance" else np.zeros(best.docs.size)
    return Ranking(best.docs.tolist(), ranked.tolist(), total)


def top(matches: Matches, limit: int) -> Matches:
    """Return the `limit` best of documents, the best first; equal ones in rising order."""
    docs, scores = matches.docs, matches.scores
    if docs.size > limit:
        kept = np.flatnonzero(scores >= limit_best(scores, limit))
        docs, scores = docs[kept], scores[kept]
    order = np.lexsort((docs, -scores))[:limit]
    return Matches(docs[order], scores[order])


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
