"""Documents with their scores, as arrays, and how they are added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.store.postings import flagged, rising
from index.store.segment import pick

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# Where the documents to be added up, or looked up, are fewer than this share of the segment's,
# they are sorted rather than marked in an array of all.
SPARSE_SHARE = 1 / 16


class Matches(NamedTuple):
    """Documents in rising order, deleted ones included, and the score of each."""

    docs: Array
    scores: Array

    @staticmethod
    def none() -> Matches:
        """Return no documents."""
        return _NONE

    @staticmethod
    def alike(docs: Array, score: float) -> Matches:
        """Return documents that all have one score."""
        return Matches(docs, np.full(docs.size, score))

    def boosted(self, boost: float) -> Matches:
        """Return the documents with multiplied scores."""
        return self if boost == 1.0 else Matches(self.docs, self.scores * boost)

    def where(self, kept: Mask) -> Matches:
        """Return those documents that are to be kept."""
        return Matches(self.docs[kept], self.scores[kept])


_NONE = Matches(np.empty(0, np.int64), np.empty(0))


def add_up(found: Sequence[Matches], documents: int) -> Matches:
    """Return the documents that are in any of `found`, with the sum of their scores."""
    found = [matches for matches in found if matches.docs.size]
    if not found:
        return Matches.none()
    if len(found) == 1:
        return found[0]
    docs = np.concatenate([matches.docs for matches in found])
    scores = np.concatenate([matches.scores for matches in found])
    return sum_of(docs, scores, documents)


def sum_of(docs: Array, scores: Array, documents: int) -> Matches:
    """Return the documents, in any order and repeated, each once with the sum of its scores."""
    if docs.size < documents * SPARSE_SHARE:
        order, docs = rising(docs)
        starts = flagged(docs[1:] != docs[:-1]) if docs.size else docs
        return Matches(docs[starts], np.add.reduceat(scores[order], starts))
    sums = np.bincount(docs, scores, documents)
    seen = np.zeros(documents, np.bool_)
    seen[docs] = True
    docs = np.flatnonzero(seen)
    return Matches(docs, pick(sums, docs))


def has(docs: Array, sought: Array) -> Mask:
    """Say which of `sought` are among `docs` (rising)."""
    if not docs.size or not sought.size:
        return np.zeros(sought.size, np.bool_)
    span = max(int(docs[-1]), int(sought.max())) + 1
    if sought.size > span * SPARSE_SHARE:
        among = np.zeros(span, np.bool_)
        among[docs] = True
        return pick(among, sought)
    sought = sought.astype(docs.dtype)  # else numpy would convert all documents
    return pick(docs, np.searchsorted(docs, sought)) == sought  # type: ignore[no-any-return]
