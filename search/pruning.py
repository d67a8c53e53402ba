"""The best documents of "any of these words", without scoring those that cannot be among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.segment import Field, pick
from search.collection import Array, Mask, Part
from search.matches import Matches, score
from search.matching import allowed, is_few, mask_of, term_number

# Sums of the same numbers in another order differ by far less than this, relatively.
ROUNDING = 1e-9

# Looking for the best of so many stretches is much quicker than for the best of all, where the
# stretches have at least so many documents.
BLOCKS = 128
SHORT_BLOCK = 16


@dataclass(frozen=True, slots=True)
class _Clause:
    """A term of the query in one segment; `bound` is the most that it adds to any score."""

    name: str
    field: Field
    number: int
    weight: float
    bound: float

    def postings(self, part: Part) -> tuple[Array, Array]:
        """Return the documents that have the term, and what it adds to their scores."""
        docs = self.field.docs(self.number)
        counts = self.field.counts(self.number)
        return docs, score(part, self.name, docs, counts, self.weight)

    def add_to(self, docs: Array, scores: Array, part: Part) -> None:
        """Add what the term adds to the scores of some documents (rising)."""
        has, postings = self.field.find(self.number, docs)
        counts = self.field.counts_at(postings)
        scores[has] += score(part, self.name, docs[has], counts, self.weight)


def best_of_terms(
    tree: Tree, part: Part, within: Array | None, limit: int
) -> tuple[Matches, int] | None:
    """Return documents among which are the `limit` best, with their scores; and how many match.

    This is MaxScore (Turtle and Flood 1995), a term at a time: once the `limit`-th best score
    so far is above what the terms left can add up to, only documents found already can be among
    the best. Returns None where the tree is not any of some terms of fields ranked by BM25, or
    where the documents `within` are so few that it does not pay.
    """
    clauses = _clauses(tree, part) if type(tree) is whoosh_query.Or and limit else None
    if clauses is None:
        return None
    if within is not None and is_few(within, tree, part):
        return None
    mask = None if within is None and part.live is None else allowed(part, within)
    sums = np.zeros(part.documents)
    threshold = 0.0
    found: list[Array] = []
    left = sum(clause.bound for clause in clauses)
    place = 0
    while place < len(clauses) and left >= _surely(threshold):
        docs, scores = clauses[place].postings(part)
        if mask is not None:
            kept = pick(mask, docs)
            docs, scores = docs[kept], scores[kept]
        scores += pick(sums, docs)
        sums[docs] = scores
        threshold = max(threshold, limit_best(scores, limit))
        found.append(docs)
        left -= clauses[place].bound
        place += 1
    # The documents found, if what is left can still bring them to the threshold.
    least = _surely(threshold) - left
    hopeful = [docs[pick(sums, docs) >= least] for docs in found]
    docs = np.sort(np.concatenate([np.empty(0, np.int64), *hopeful]))
    docs = docs[np.flatnonzero(np.diff(docs, prepend=-1))]
    scores = sums[docs]
    for clause in clauses[place:]:
        clause.add_to(docs, scores, part)
        left -= clause.bound
        threshold = max(threshold, limit_best(scores, limit))
        kept = scores >= _surely(threshold) - left
        docs, scores = docs[kept], scores[kept]
    return Matches(docs, scores), _count(clauses, part, mask)


def _clauses(tree: Any, part: Part) -> list[_Clause] | None:
    """Return the terms that the segment has, those that can add most first."""
    clauses = []
    for child in tree.children():
        if type(child) is not whoosh_query.Term or child.boost < 0 or tree.scale:
            return None
        found = term_number(child, part)
        if found is None:
            continue
        field, number = found
        if not field.scorable:
            return None
        name = child.fieldname
        idf = part.collection.idf(name, field.terms[number])
        weight = idf * child.boost * tree.boost
        # A longer mean makes all documents look shorter: their scores rise, but not by more.
        longer = max(part.collection.mean_length(name) / field.bound_length, 1.0)
        bound = weight * field.bounds[number] * longer
        clauses.append(_Clause(name, field, number, weight, bound))
    return sorted(clauses, key=lambda clause: -clause.bound)


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
    return float(np.partition(scores, scores.size - limit)[scores.size - limit])


def _count(clauses: list[_Clause], part: Part, mask: Mask | None) -> int:
    """Return how many documents have any of the terms."""
    if len(clauses) == 1 and mask is None:
        return clauses[0].field.frequency(clauses[0].number)
    seen = mask_of(((clause.field, clause.number) for clause in clauses), part.documents)
    if mask is not None:
        seen &= mask
    return int(np.count_nonzero(seen))
