"""A term in one segment: the documents that have it, and what it adds to their scores."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.store.bm25 import BM25_K1, saturation
from index.store.segment import Field, as_mask, pick

if TYPE_CHECKING:
    from index.store.segment import Array

# Looking up a document in a list takes as long as marking so many documents of the list, and as
# clearing so many times more marks beforehand.
LOOK_UP_COST = 8
CLEARING_SHARE = 1 / 32

# By how much bounds of scores, kept as 32-bit floats, may have been rounded up.
ROUNDED_UP = 1 - 2**-21


class Entry:
    """A term as a segment has it.

    Its postings are counted from 0. `bitmap` is None where the documents are listed; `norms` are
    those of all documents, or None where a field is not ranked by BM25. `longer` is how many times
    as long the field's texts are in the mean as when the bounds of its scores were computed:
    documents look shorter then; their scores are higher, but by no larger factor.
    """

    __slots__ = (
        "_counts",
        "_ends",
        "_listed",
        "_rank",
        "bitmap",
        "ceiling",
        "field",
        "floor",
        "frequency",
        "idf",
        "norms",
        "number",
    )

    def __init__(
        self, field: Field, number: int, idf: float, norms: Array | None, longer: float = 1.0
    ) -> None:
        self.field = field
        self.number = number
        self.idf = idf
        self.frequency = field.frequency(number)
        self.norms = norms
        self.ceiling = idf * max(longer, 1.0)
        self.floor = idf * min(longer, 1.0) * ROUNDED_UP
        self._rank = rank = field.dense_rank(number)
        self.bitmap: Array | None = None if rank is None else field.bitmap(rank)
        self._listed: Array | None = field.docs(number) if rank is None else None
        self._counts: Array | None = None
        self._ends: Array | None = None

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
        if self._counts is None:
            self._counts = self.field.counts(self.number)
        return self._counts

    @property
    def bound(self) -> float:
        """The most that the term adds to any document's score."""
        return self.ceiling * self.field.bounds[self.number] if self.scorable else math.inf

    @property
    def block_bounds(self) -> Array:
        """The most that a term with a bitmap adds to any score, in each block of documents."""
        assert self._rank is not None
        return self.field.block_bounds(self._rank) * self.ceiling

    @property
    def block_reached(self) -> Array:
        """What the term adds at least to some document of each block that has it."""
        assert self._rank is not None
        return self.field.block_bounds(self._rank) * self.floor

    @property
    def postings_before(self) -> int:
        """The number of the postings of the field that are of terms before this one."""
        return self.field.start(self.number)

    def score(self, docs: Array, counts: Array, boost: float = 1.0) -> Array:
        """Return what so many occurrences of the term add to the scores of documents."""
        return joint_scores([self], [boost], docs, [counts])

    def weight(self, boost: float) -> float:
        """Return what the saturation is multiplied with."""
        return self.idf * (BM25_K1 + 1) * boost

    def find(self, docs: Array) -> tuple[Array, Array]:
        """Return the places of those of some documents (rising) that have the term.

        Beside them, the postings of these documents are returned.
        """
        if self.bitmap is not None:
            return self._find_bits(self.bitmap, docs)
        listed = self._listed
        assert listed is not None
        sought = docs.astype(listed.dtype, copy=False)  # else numpy would convert the whole list
        documents = self.field.documents
        if docs.size * LOOK_UP_COST > listed.size + documents * CLEARING_SHARE:
            marks = np.zeros(documents, np.bool_)
            marks[listed] = True
            kept = marks.take(docs).nonzero()[0]
            return kept, listed.searchsorted(sought.take(kept))
        postings = listed.searchsorted(sought)
        kept = (pick(listed, postings) == sought).nonzero()[0]
        return kept, postings.take(kept)

    def _find_bits(self, bitmap: Array, docs: Array) -> tuple[Array, Array]:
        words = docs >> 6
        bits = pick(bitmap, words) >> (docs & 63).astype(np.uint64)
        kept = (bits & np.uint64(1)).nonzero()[0]
        return kept, self._before(bitmap, words.take(kept), bits.take(kept))

    def _before(self, bitmap: Array, words: Array, bits: Array) -> Array:
        """Return how many bits are set before the lowest that is left of each of some words."""
        if self._ends is None:
            self._ends = np.bitwise_count(bitmap).cumsum(dtype=np.int64)
        return self._ends.take(words) - np.bitwise_count(bits)

    def scores_in(self, docs: Array, boost: float) -> Array:
        """Return what a term with a bitmap adds to the scores of documents that all have it."""
        assert self.bitmap is not None
        words = docs >> 6
        bits = pick(self.bitmap, words) >> (docs & 63).astype(np.uint64)
        counts = self.counts.take(self._before(self.bitmap, words, bits))
        return self.score(docs, counts, boost)


def meet(entries: Sequence[Entry], within: Array | None = None) -> tuple[Array, list[Array]]:
    """Return the documents, of those `within`, that have all terms, in rising order.

    Beside them, the postings of each term in these documents are returned.
    """
    rarest = sorted(entries, key=lambda entry: (entry.bitmap is not None, entry.frequency))
    postings: dict[Entry, Array | None] = {}  # None for all postings, one after the other
    docs = within
    if docs is None and rarest[0].bitmap is not None:
        bits = rarest[0].bitmap
        for entry in rarest[1:]:
            bits = bits & entry.bitmap
        docs = np.flatnonzero(as_mask(bits, rarest[0].field.documents))
    elif docs is None:
        first = rarest.pop(0)
        docs = first.docs
        postings[first] = None
    for entry in rarest:
        kept, own = entry.find(docs)
        docs = docs.take(kept)
        for other, earlier in postings.items():
            postings[other] = kept if earlier is None else earlier.take(kept)
        postings[entry] = own
    found = [postings[entry] for entry in entries]
    return docs, [np.arange(docs.size) if own is None else own for own in found]


def joint_scores(
    entries: Sequence[Entry], boosts: Sequence[float], docs: Array, counts: Iterable[Array]
) -> Array:
    """Return the sums of what so many occurrences of each term add to the scores of documents."""
    norms: Array | None = None
    own: Array = docs
    total: Array | None = None
    for entry, boost, times in zip(entries, boosts, counts, strict=True):
        if entry.norms is None:
            scores = times * float(boost)
        else:
            if entry.norms is not norms:
                norms = entry.norms
                own = pick(norms, docs)
            scores = saturation(times, own)
            scores *= entry.weight(boost)
        if total is None:
            total = scores
        else:
            total += scores
    assert total is not None
    return total
