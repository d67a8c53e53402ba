"""The best documents of "any of these words", without scoring those that cannot be among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from whoosh import query as whoosh_query

from index.store.segment import WORD_BITS, Field, as_mask
from search.collection import Array, Mask, Part
from search.matching import Matches, score, term_number

# Sums of the same numbers in another order differ by far less than this, relatively.
ROUNDING = 1e-9


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
    tree: whoosh_query.Or, part: Part, allowed: Mask | None, limit: int
) -> tuple[Matches, int] | None:
    """Return documents among which are the `limit` best, with their scores; and how many match.

    This is MaxScore (Turtle and Flood 1995), a term at a time: once the `limit`-th best score
    so far is above what the terms left can add up to, only documents found already can be among
    the best. Returns None where the clauses are not all terms of fields ranked by BM25.
    """
    clauses = _clauses(tree, part)
    if clauses is None:
        return None
    sums = np.zeros(part.documents)
    threshold = 0.0
    found: list[Array] = []
    left = sum(clause.bound for clause in clauses)
    place = 0
    while place < len(clauses) and left >= _surely(threshold):
        docs, scores = clauses[place].postings(part)
        if allowed is not None:
            kept = allowed[docs]
            docs, scores = docs[kept], scores[kept]
        scores += sums[docs]
        sums[docs] = scores
        threshold = max(threshold, _limit_best(scores, limit))
        found.append(docs)
        left -= clauses[place].bound
        place += 1
    # The documents found, if what is left can still bring them to the threshold.
    least = _surely(threshold) - left
    hopeful = [docs[sums[docs] >= least] for docs in found]
    docs = np.unique(np.concatenate(hopeful)) if hopeful else np.empty(0, np.int64)
    scores = sums[docs]
    for clause in clauses[place:]:
        clause.add_to(docs, scores, part)
        left -= clause.bound
        threshold = max(threshold, _limit_best(scores, limit))
        kept = scores >= _surely(threshold) - left
        docs, scores = docs[kept], scores[kept]
    return Matches(docs, scores), _count(clauses, part, allowed)


def _clauses(tree: whoosh_query.Or, part: Part) -> list[_Clause] | None:
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


def _limit_best(scores: Array, limit: int) -> float:
    """Return the score of the `limit`-th best; 0 where there are fewer."""
    if scores.size < limit:
        return 0.0
    return float(np.partition(scores, scores.size - limit)[scores.size - limit])


def _count(clauses: list[_Clause], part: Part, allowed: Mask | None) -> int:
    """Return how many documents have any of the terms."""
    if len(clauses) == 1 and allowed is None:
        return clauses[0].field.frequency(clauses[0].number)
    bits = np.zeros(-(-part.documents // WORD_BITS), np.uint64)
    listed = []
    for clause in clauses:
        rank = clause.field.dense_rank(clause.number)
        if rank is None:
            listed.append(clause.field.docs(clause.number))
        else:
            bits |= clause.field.bitmap(rank)
    seen = as_mask(bits, part.documents)
    for docs in listed:
        seen[docs] = True
    if allowed is not None:
        seen &= allowed
    return int(np.count_nonzero(seen))
