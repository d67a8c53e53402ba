"""The arrays of one field, as they are written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.store.arrays import TYPE_BYTES, ArrayWriter, Section, smallest_type
from index.store.bm25 import BM25_K1, document_norms, saturation
from index.store.segment import (
    BLOCK_BITS,
    BLOCK_DOCUMENTS,
    BLOCK_WORDS,
    LARGE_COUNT,
    POSITION_BLOCK,
    blocks_of,
)

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# Postings that are written in one step; more would need more memory, fewer more time.
BATCH = 1 << 18


@dataclass(frozen=True, slots=True)
class JoinedTerms:
    """Sorted terms, one after the other, and the bytes of each."""

    text: bytes
    lengths: Array

    @classmethod
    def of(cls, terms: Collection[bytes]) -> JoinedTerms:
        """Join terms."""
        return cls(b"".join(terms), np.fromiter(map(len, terms), np.int64, len(terms)))

    def __len__(self) -> int:
        return int(self.lengths.size)

    def kept(self, these: Mask) -> JoinedTerms:
        """Return only some of the terms."""
        text = np.frombuffer(self.text, np.uint8)[np.repeat(these, self.lengths)]
        return JoinedTerms(text.tobytes(), self.lengths[these])


class FieldWriter:
    """Writes the postings of a field, given in the order of terms and documents.

    `frequencies` has the number of documents of each term; `positions` the number of positions
    of each term, where the field has them; `lengths` the length of each document, where the
    field is ranked by BM25. A field that is not `counted` has each term once in a document.
    """

    def __init__(
        self,
        writer: ArrayWriter,
        name: str,
        terms: JoinedTerms,
        frequencies: Array,
        *,
        documents: int,
        counted: bool,
        positions: Array | None = None,
        largest_position: int = 0,
        lengths: Array | None = None,
    ) -> None:
        self._writer = writer
        self._name = name
        self._documents = documents
        self._starts = starts_of(frequencies)
        self._lengths = lengths
        self.scorable = lengths is not None
        self.total_length = 0
        self.mean_length = 1.0
        self._posting = 0
        self._large: list[tuple[Array, Array]] = []
        self._bounds: list[Array] = []
        self._placed = 0
        self._blocks: list[Array] = []

        writer.add(f"{name}.terms", np.frombuffer(terms.text, np.uint8))
        writer.add(f"{name}.term_ends", np.cumsum(terms.lengths))
        writer.add(f"{name}.starts", self._starts)

        kind = smallest_type(max(documents - 1, 0))
        blocks = blocks_of(documents)
        self._is_dense = frequencies * TYPE_BYTES[kind] * 8 > documents
        dense = np.flatnonzero(self._is_dense)
        in_dense = starts_of(frequencies[dense])
        writer.add(f"{name}.dense", dense)
        writer.add(f"{name}.dense_starts", in_dense)
        total = int(self._starts[-1])
        listed = total - int(in_dense[-1])
        self._docs = writer.reserve(f"{name}.documents", kind, listed)
        self._bitmaps = writer.reserve(f"{name}.bitmaps", "u8", dense.size * blocks * BLOCK_WORDS)
        self._counts = writer.reserve(f"{name}.counts", "u1", total) if counted else None
        self._positions = None
        if positions is not None:
            starts = starts_of(positions)
            writer.add(f"{name}.position_starts", starts)
            kind = smallest_type(largest_position)
            self._positions = writer.reserve(f"{name}.positions", kind, int(starts[-1]))
        self._block_bounds = None
        if lengths is not None:
            self._block_bounds = writer.reserve(f"{name}.block_bounds", "f4", dense.size * blocks)
            writer.add(f"{name}.lengths", lengths)
            self.total_length = int(lengths.sum(dtype=np.int64))
            self.mean_length = max(self.total_length / max(documents, 1), 1.0)

    def append(
        self, first: int, last: int, docs: Array, counts: Array, positions: Array | None
    ) -> None:
        """Write the postings of the terms [first, last), which follow those written before."""
        starts = self._starts[first : last + 1] - self._starts[first]
        frequencies = np.diff(starts)
        is_dense = self._is_dense[first:last]
        dense = [slice(*starts[term : term + 2]) for term in np.flatnonzero(is_dense)]
        for own in dense:
            bits = np.zeros(blocks_of(self._documents) * BLOCK_DOCUMENTS, np.bool_)
            bits[docs[own]] = True
            self._bitmaps.append(np.packbits(bits, bitorder="little").view(np.uint64))
        listed = docs[np.repeat(~is_dense, frequencies)] if is_dense.any() else docs
        self._docs.append(listed)
        if self._positions is not None and positions is not None:
            self._append_positions(self._positions, counts, positions)
        if self._counts is not None:
            self._append_counts(self._counts, counts)
        self._posting += docs.size
        if self._lengths is not None and counts.size:
            norms = document_norms(self._lengths[docs], self.mean_length)
            values = saturation(counts, norms) * (BM25_K1 + 1)
            self._bounds.append(np.maximum.reduceat(values, starts[:-1]))
            if self._block_bounds is not None:
                for own in dense:
                    self._append_block_bounds(self._block_bounds, docs[own], values[own])

    def _append_block_bounds(self, section: Section, docs: Array, values: Array) -> None:
        blocks = docs >> BLOCK_BITS
        firsts = flagged(blocks[1:] != blocks[:-1])
        bounds = np.zeros(blocks_of(self._documents))
        bounds[blocks[firsts]] = np.maximum.reduceat(values, firsts)
        section.append(_rounded_up(bounds))

    def _append_counts(self, section: Section, counts: Array) -> None:
        large = np.flatnonzero(counts >= LARGE_COUNT)
        if large.size:
            self._large.append((large + self._posting, counts[large]))
            counts = np.minimum(counts, LARGE_COUNT)
        section.append(counts)

    def _append_positions(self, section: Section, counts: Array, positions: Array) -> None:
        section.append(positions)
        starts = self._placed + starts_of(counts)
        self._placed = int(starts[-1])
        own = starts[-self._posting % POSITION_BLOCK : -1 : POSITION_BLOCK]
        self._blocks.append(own.copy())  # a view would keep all of them

    def finish(self) -> None:
        """Write what is known only after all postings."""
        if self._lengths is not None:
            bounds = np.concatenate(self._bounds) if self._bounds else np.empty(0)
            self._writer.add(f"{self._name}.bounds", _rounded_up(bounds), "f4")
        if self._positions is not None:
            blocks = np.concatenate([np.empty(0, np.int64), *self._blocks])
            self._writer.add(f"{self._name}.position_blocks", blocks)
        if self._counts is None:
            return
        large = [np.concatenate(part) for part in zip(*self._large, strict=True)]
        empty = np.empty(0, np.int64)
        postings, counts = large if large else (empty, empty)
        self._writer.add(f"{self._name}.large", postings)
        self._writer.add(f"{self._name}.large_counts", counts)


def _rounded_up(bounds: Array) -> Array:
    return np.nextafter(bounds.astype(np.float32), np.float32(np.inf))


def write_values(
    writer: ArrayWriter, name: str, term_numbers: Array, docs: Array, documents: int
) -> None:
    """Write the facet values of a field: the same postings, in the order of the documents."""
    order = np.argsort(docs, kind="stable")
    frequencies = np.bincount(docs, minlength=documents)
    writer.add(f"{name}.values", term_numbers[order])
    writer.add(f"{name}.value_starts", starts_of(frequencies))


def expand(starts: Array, counts: Array) -> Array:
    """Return the numbers of all stretches [start, start + count), one stretch after the other."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if ends.size else 0
    return np.arange(total) + np.repeat(starts - (ends - counts), counts)


def starts_of(counts: Array) -> Array:
    """Return where stretches of these sizes begin when they lie side by side, and the end."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def flagged(changes: Array) -> Array:
    """Return where stretches begin: at 0, and behind every place that has changed."""
    return np.concatenate(([0], np.flatnonzero(changes) + 1))


def rising(numbers: Array) -> tuple[Array, Array]:
    """Return the order in which the numbers rise, equal ones staying in theirs; and them in it.

    Sorting the numbers together with their places takes numpy a fraction of finding an order.
    """
    bits = np.uint64(max(numbers.size - 1, 1).bit_length())
    keys = numbers.astype(np.uint64) << bits
    keys |= np.arange(numbers.size, dtype=np.uint64)
    keys.sort()
    order = keys & ((np.uint64(1) << bits) - np.uint64(1))
    keys >>= bits
    return order.view(np.int64), keys.view(np.int64)


def batches(frequencies: Array) -> list[tuple[int, int]]:
    """Cut terms into stretches [first, last) of about BATCH postings, or of one term."""
    ends = np.cumsum(frequencies, dtype=np.int64)
    cuts = [0]
    while cuts[-1] < ends.size:
        done = int(ends[cuts[-1] - 1]) if cuts[-1] else 0
        cut = int(np.searchsorted(ends, done + BATCH, side="right"))
        cuts.append(max(cut, cuts[-1] + 1))
    return list(pairwise(cuts))
