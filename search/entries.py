"""A term in one segment: the documents that have it, and what it adds to their scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.store.bm25 import BM25_B, BM25_K1
from index.store.segment import Field, as_mask, pick

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

BYTE_BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)

# Looking up a document in a list takes as long as marking so many documents of the list, and as
# clearing so many times more marks beforehand.
LOOK_UP_COST = 8
CLEARING_SHARE = 1 / 32


class Norms:
    """What BM25 adds to the occurrences of a term: it grows with the length of the document."""

    __slots__ = ("_base", "_lengths", "_slope")

    def __init__(self, lengths: Array, mean_length: float) -> None:
        self._lengths = lengths
        self._slope = BM25_K1 * BM25_B / mean_length
        self._base = BM25_K1 * (1 - BM25_B)

    def saturation(self, docs: Array, counts: Array) -> Array:
        """Return the part of BM25 that depends on the document, divided by k1 + 1.

        `counts` may have a row for each of several terms.
        """
        divisors = self._lengths.take(docs, mode="clip") * self._slope
        divisors += self._base
        return counts / (divisors + counts)


class Entry:
    """A term as a segment has it.

    A posting number counts through the postings of all terms of the field. `bitmap` is None
    where the documents are listed.
    """

    __slots__ = (
        "_listed",
        "bitmap",
        "bound",
        "field",
        "frequency",
        "idf",
        "norms",
        "number",
        "start",
    )

    def __init__(
        self, field: Field, number: int, idf: float, norms: Norms | None, bound: float
    ) -> None:
        self.field = field
        self.number = number
        self.idf = idf
        self.bound = bound
        self.start = field.start(number)
        self.frequency = field.frequency(number)
        self.norms = norms
        rank = field.dense_rank(number)
        self.bitmap: Array | None = None if rank is None else field.bitmap(rank)
        self._listed: Array | None = field.docs(number) if rank is None else None

    @property
    def scorable(self) -> bool:
        """Whether the field is ranked by BM25; else a term counts as often as it occurs."""
        return self.norms is not None

    @property
    def docs(self) -> Array:
        """The documents that have the term, in rising order."""
        return self.field.docs(self.number) if self._listed is None else self._listed

    @property
    def counts(self) -> Array:
        """How often each of them has it."""
        return self.field.counts_of(self.start, self.start + self.frequency)

    def score(self, docs: Array, counts: Array, boost: float = 1.0) -> Array:
        """Return what so many occurrences of the term add to the scores of documents."""
        if self.norms is None:
            return counts * float(boost)
        scores = self.norms.saturation(docs, counts)
        scores *= self.weight(boost)
        return scores

    def scores(self, docs: Array, boost: float = 1.0) -> Array:
        """Return what the term adds to the scores of documents (rising) that all have it."""
        return self.score(docs, self.field.counts_at(self.postings(docs)), boost)

    def weight(self, boost: float) -> float:
        """Return what the saturation is multiplied with."""
        return self.idf * (BM25_K1 + 1) * boost

    def has(self, docs: Array) -> Mask:
        """Say which of some documents have the term."""
        if self.bitmap is not None:
            held = self.bitmap.view(np.uint8).take(docs >> 3, mode="clip")
            held &= BYTE_BITS.take(docs & 7)
            return held != 0  # type: ignore[no-any-return]
        listed = self._listed
        assert listed is not None
        documents = self.field.documents
        if docs.size * LOOK_UP_COST > listed.size + documents * CLEARING_SHARE:
            marks = np.zeros(documents, np.bool_)
            marks[listed] = True
            return marks.take(docs)
        sought = docs.astype(listed.dtype, copy=False)  # else numpy would convert the whole list
        return pick(listed, listed.searchsorted(sought)) == sought  # type: ignore[no-any-return]

    def postings(self, docs: Array) -> Array:
        """Return the posting numbers of documents (rising) that all have the term."""
        if self.bitmap is not None:
            words = docs >> 6
            shifts = (docs & 63).astype(np.uint64)
            before = np.bitwise_count(self.bitmap).cumsum(dtype=np.int64)
            above = np.bitwise_count(pick(self.bitmap, words) >> shifts)
            return self.start + pick(before, words) - above  # type: ignore[no-any-return]
        assert self._listed is not None
        sought = docs.astype(self._listed.dtype, copy=False)
        return self.start + self._listed.searchsorted(sought)


def intersection(entries: list[Entry], within: Array | None = None) -> Array:
    """Return the documents, of those `within`, that have all terms, in rising order."""
    rising = sorted(entries, key=lambda entry: (entry.bitmap is not None, entry.frequency))
    docs = within
    if docs is None and rising[0].bitmap is not None:
        bits = rising[0].bitmap
        for entry in rising[1:]:
            bits = bits & entry.bitmap
        return np.flatnonzero(as_mask(bits, rising[0].field.documents))
    if docs is None:
        docs = rising.pop(0).docs
    for entry in rising:
        docs = docs[entry.has(docs)]
    return docs


def joint_scores(
    entries: Sequence[Entry], boosts: Sequence[float], docs: Array, counts: Array
) -> Array:
    """Return the sums of what terms add to the scores of documents that have all of them.

    `counts` has a row for each term: how often it is in each document.
    """
    norms = entries[0].norms
    if norms is None or any(entry.norms is not norms for entry in entries):
        rows = [e.score(docs, own, b) for e, b, own in zip(entries, boosts, counts, strict=True)]
        return np.sum(rows, axis=0)  # type: ignore[no-any-return]
    weights = [entry.weight(boost) for entry, boost in zip(entries, boosts, strict=True)]
    return np.array(weights) @ norms.saturation(docs, counts)
