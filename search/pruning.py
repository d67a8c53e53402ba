"""The best documents of "any of these words", without scoring those that cannot be among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.segment import pick
from search.collection import Part
from search.entries import Entry
from search.expansions import PATTERNS, expansions, is_every
from search.matches import Matches
from search.matching import FEW_SHARE, allowed, mask_of

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# Sums of the same numbers in another order differ by far less than this, relatively.
ROUNDING = 1e-9

# Looking for the best of so many stretches is much quicker than for the best of all, where the
# stretches have at least so many documents.
BLOCKS = 128
SHORT_BLOCK = 16


@dataclass(frozen=True, slots=True)
class _Clause:
    """A term of the query in one segment; `bound` is the most that it adds to any score."""

    entry: Entry
    boost: float
    bound: float


def best_of_terms(
    tree: Tree, part: Part, within: Array | None, limit: int
) -> tuple[Matches, int] | None:
    """Return documents among which are the `limit` best, with their scores; and how many match.

    Returns None where the tree is not a term, any of some terms, or a pattern, in fields ranked
    by BM25; or where the documents `within` are so few that it does not pay.
    """
    found = _clauses(tree, part) if limit else None
    if found is None:
        return None
    first, clauses = found
    if within is not None:
        total = sum(clause.entry.frequency for clause in clauses) + first.docs.size
        if within.size < FEW_SHARE * min(total, part.documents):
            return None
    mask = None if within is None and part.live is None else allowed(part, within)
    if mask is not None:
        first = first.where(pick(mask, first.docs))
    if len(clauses) == 1 and not first.docs.size:
        docs, scores = _postings(clauses[0], mask)
        return Matches(docs, scores), docs.size
    if not clauses:
        return first, first.docs.size
    best = _max_score(first, clauses, part, mask, limit)
    return best, _count(first, clauses, part, mask)


def _max_score(
    first: Matches, clauses: list[_Clause], part: Part, mask: Mask | None, limit: int
) -> Matches:
    """Return the best documents, and some others, with their scores.

    This is MaxScore (Turtle and Flood 1995), a term at a time: once the `limit`-th best score
    so far is above what the terms left can add up to, only documents found already can be among
    the best. `first` are documents found by other terms.
    """
    threshold = limit_best(first.scores, limit)
    left = sum(clause.bound for clause in clauses)
    place = 0
    sums = part.sums
    sums[first.docs] = first.scores
    found = [first.docs]
    try:
        while place < len(clauses) and left >= _surely(threshold):
            docs, scores = _postings(clauses[place], mask)
            known = sums.take(docs)
            found.append(docs[known == 0])
            scores += known
            sums[docs] = scores
            threshold = max(threshold, limit_best(scores, limit))
            left -= clauses[place].bound
            place += 1
        # The documents found, if what is left can still bring them to the threshold.
        least = _surely(threshold) - left
        hopeful = [_at_least(docs, sums.take(docs), least) for docs in found]
    finally:
        for docs in found:
            sums[docs] = 0
    docs = np.concatenate([matches.docs for matches in hopeful])
    order = docs.argsort()
    docs = docs.take(order)
    scores = np.concatenate([matches.scores for matches in hopeful]).take(order)
    for clause in clauses[place:]:
        having, postings = clause.entry.find(docs)
        counts = clause.entry.counts.take(postings)
        scores[having] += clause.entry.score(docs.take(having), counts, clause.boost)
        left -= clause.bound
        threshold = max(threshold, limit_best(scores, limit))
        kept = scores >= _surely(threshold) - left
        docs, scores = docs[kept], scores[kept]
    return Matches(docs, scores)


def _clauses(tree: Any, part: Part) -> tuple[Matches, list[_Clause]] | None:
    """Return documents whose scores are known already; and the terms that add to them.

    Those that can add most come first.
    """
    if type(tree) in PATTERNS and not is_every(tree) and tree.boost > 0:
        found, entries = expansions(tree, part)
        clauses = [_Clause(entry, tree.boost, entry.bound * tree.boost) for entry in entries]
        known = found.boosted(tree.boost)
    else:
        is_any = type(tree) is whoosh_query.Or and not tree.scale
        boost = tree.boost if is_any else 1.0
        known, clauses = Matches.none(), []
        for child in tree.subqueries if is_any else [tree]:
            if type(child) is not whoosh_query.Term or child.boost * boost <= 0:
                return None
            entry = part.entry(child.fieldname, child.text)
            if entry is not None:
                weight = child.boost * boost
                clauses.append(_Clause(entry, weight, entry.bound * weight))
    if not all(clause.entry.scorable for clause in clauses):
        return None
    clauses.sort(key=lambda clause: -clause.bound)
    return known, clauses


def _postings(clause: _Clause, mask: Mask | None) -> tuple[Array, Array]:
    """Return the documents that have a term, and what it adds to their scores."""
    docs, counts = clause.entry.docs, clause.entry.counts
    if mask is not None:
        kept = pick(mask, docs)
        docs, counts = docs[kept], counts[kept]
    return docs, clause.entry.score(docs, counts, clause.boost)


def _at_least(docs: Array, scores: Array, least: float) -> Matches:
    kept = (scores >= least).nonzero()[0]
    return Matches(docs.take(kept), scores.take(kept))


def _surely(threshold: float) -> float:
    """Return what a score is below only if it is below the threshold, however it was rounded."""
    return threshold * (1 - ROUNDING)


def limit_best(scores: Array, limit: int) -> float:
    """Return a score that at least `limit` documents reach, and few more; 0 if there are fewer.

    Of many scores, it is the `limit`-th best of the best ones of BLOCKS stretches.
    """
    if scores.size < limit or not limit:
        return 0.0 if limit else np.inf
    if scores.size > BLOCKS * SHORT_BLOCK and limit <= BLOCKS // 2:
        length = scores.size // BLOCKS
        scores = scores[: BLOCKS * length].reshape(BLOCKS, length).max(axis=1)
    else:
        scores = scores.copy()
    place = scores.size - limit
    scores.partition(place)
    return float(scores[place])


def _count(first: Matches, clauses: list[_Clause], part: Part, mask: Mask | None) -> int:
    """Return how many documents have any of the terms, or are among the first."""
    seen = mask_of((clause.entry for clause in clauses), part.documents)
    seen[first.docs] = True
    if mask is not None:
        seen &= mask
    return int(np.count_nonzero(seen))
