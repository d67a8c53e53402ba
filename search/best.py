"""The best of the matching documents, by score or by date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from whoosh.query import Query as Tree

from search.collection import Part
from search.matches import Matches
from search.matching import matching, matching_docs, restriction
from search.pruning import best_of_terms, limit_best
from search.ranking import Ranking, Sort

if TYPE_CHECKING:
    from index.store.segment import Array


def rank(
    parts: Iterable[Part], tree: Tree, filters: Mapping[str, Tree], limit: int, sort: Sort
) -> Ranking:
    """Return what `evaluator.rank` does."""
    documents: list[int] = []
    scores: list[float] = []
    total = 0
    for part in parts:
        within = restriction(part, filters.values()) if filters else None
        best, found = _best_in(part, tree, within, limit, sort)
        documents += [part.offset + number for number in best.docs.tolist()]
        scores += best.scores.tolist()
        total += found
    pairs = sorted(zip(scores, documents, strict=True), key=lambda pair: (-pair[0], pair[1]))
    documents = [number for _, number in pairs[:limit]]
    scores = [score if sort == "relevance" else 0.0 for score, _ in pairs[:limit]]
    return Ranking(documents, scores, total)


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
