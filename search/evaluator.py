"""Which documents match a query tree, the best first; and how many have each value of a field.

Few postings are gone through one by one (`plain`), as long as numpy is not loaded; else arrays
are worked on as a whole (`best`, `facets`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from whoosh.scoring import BM25F

from index.store.bm25 import BM25_B, BM25_K1
from search import plain
from search.collection import collection_of
from search.ranking import Ranking, Sort

if TYPE_CHECKING:
    from whoosh.index import Index
    from whoosh.query import Query as Tree
    from whoosh.searching import Searcher

Small = TypeVar("Small")

__all__ = ["Ranking", "Sort", "count", "open_searcher", "rank"]


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
    parts = collection_of(searcher).parts
    small = _value_by_value(lambda: plain.rank(parts, tree, filters, limit, sort))
    if small is not None:
        return small
    from search import best

    return best.rank(parts, tree, filters, limit, sort)


def count(
    searcher: Searcher,
    tree: Tree,
    filters: Mapping[str, Tree],
    fields: Sequence[str],
    *,
    limit: int | None = None,
) -> dict[str, list[tuple[str, int]]]:
    """Return how many of the matching documents have each value of `fields`, the most first.

    The filter on a field does not apply to that field's own counts, so that its other values
    can still be chosen. At most `limit` values of a field are returned; equal counts are in the
    order of the values.
    """
    parts = collection_of(searcher).parts
    small = _value_by_value(lambda: plain.count(parts, tree, filters, fields, limit))
    if small is not None:
        return small
    from search import facets

    return facets.count(parts, tree, filters, fields, limit)


def _value_by_value(ask: Callable[[], Small]) -> Small | None:
    """Return a small answer; None where numpy is loaded already, or worth its loading."""
    if "numpy" in sys.modules:
        return None
    try:
        return ask()
    except plain.Unsuitable:
        return None
