"""The best of the matching documents, by score or by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


# So many scores more than are wanted are sorted as quickly as the best are chosen first.
SORTED_WHOLE = 32


def rank(
    parts: Sequence[Part], tree: Tree, filters: Mapping[str, Tree], limit: int, sort: Sort
) -> Ranking:
    """Return what `evaluator.rank` does."""
    found: list[tuple[float, int]] = []
    total = 0
    for part in parts:
        within = restriction(part, filters.values()) if filters else None
        best, matching = _best_in(part, tree, within, limit, sort)
        found += [(minus, part.offset + doc) for minus, doc in best]
        total += matching
    if len(parts) > 1:
        found = sorted(found)[:limit]
    documents = [number for _, number in found]
    scores = [-minus if sort == "relevance" else 0.0 for minus, _ in found]
    return Ranking(documents, scores, total)


def top(matches: Matches, limit: int) -> list[tuple[float, int]]:
    """Return the `limit` best of documents in rising order: their scores, negated, and numbers."""
    docs, scores = matches.docs, matches.scores
    if docs.size > limit + SORTED_WHOLE:
        least = limit_best(scores, limit)
        kept = (scores >= least).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
    if docs.size > limit + SORTED_WHOLE:  # then many have the last score that is wanted
        least = np.partition(scores, docs.size - limit)[docs.size - limit] if limit else np.inf
        equal = (scores == least).nonzero()[0][:limit]
        kept = np.concatenate(((scores > least).nonzero()[0], equal))
        docs, scores = docs.take(kept), scores.take(kept)
    return sorted(zip((-scores).tolist(), docs.tolist(), strict=True))[:limit]


def _best_in(
    part: Part, tree: Tree, within: Array | None, limit: int, sort: Sort
) -> tuple[list[tuple[float, int]], int]:
    """Return the best documents of a segment as `top` does, and the number of all that match."""
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
