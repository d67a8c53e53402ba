"""The postings of a field, read value by value: for few of them, without loading numpy."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from index.store.segment import (
    BLOCK_DOCUMENTS,
    LARGE_COUNT,
    POSITION_BLOCK,
    Field,
    Segment,
    blocks_of,
)


class FieldValues:
    """What `Field` tells, as Python's own numbers; posting numbers are those of `Field`."""

    def __init__(self, segment: Segment, name: str) -> None:
        self._file = segment.file
        self.name = name
        self._views: dict[str, memoryview[int]] = {}
        self._bitmap_bytes = blocks_of(segment.documents) * BLOCK_DOCUMENTS // 8
        self.field: Field = segment.field(name)
        self.lengths = self._view("lengths") if self.field.scorable else None

    def _view(self, array: str) -> memoryview[int]:
        view = self._views.get(array)
        if view is None:
            view = self._views[array] = self._file.view(f"{self.name}.{array}")
        return view

    def documents(self, number: int) -> Sequence[int]:
        """Return the documents of a term in rising order."""
        rank = self.field.dense_rank(number)
        if rank is None:
            first, last = self.field.listed_range(number, number + 1)
            return self._view("documents")[first:last]
        return [
            (place << 3) + bit
            for place, byte in enumerate(self._bitmap(rank))
            if byte
            for bit in BITS[byte]
        ]

    def counts(self, number: int) -> Sequence[int]:
        """Return how often a term is in each of its documents."""
        first, last = self.field.start(number), self.field.start(number + 1)
        if not self.field.counted:
            return [1] * (last - first)
        counts = self._view("counts")[first:last]
        large = self._view("large")
        low, high = bisect_left(large, first), bisect_left(large, last)
        if low == high:
            return counts
        exact = counts.tolist()
        for place in range(low, high):
            exact[large[place] - first] = self._view("large_counts")[place]
        return exact

    def count(self, posting: int) -> int:
        """Return how often the term of a posting is in its document."""
        count = self._view("counts")[posting] if self.field.counted else 1
        if count < LARGE_COUNT:
            return count
        return self._view("large_counts")[bisect_left(self._view("large"), posting)]

    def posting(self, number: int, document: int) -> int | None:
        """Return the number of a term's posting for a document; None where it has none."""
        rank = self.field.dense_rank(number)
        if rank is not None:
            bits = self._bitmap(rank)
            byte, bit = document >> 3, document & 7
            if not bits[byte] >> bit & 1:
                return None
            before = int.from_bytes(bits[:byte], "little").bit_count()
            return self.field.start(number) + before + (bits[byte] & (1 << bit) - 1).bit_count()
        first, last = self.field.listed_range(number, number + 1)
        documents = self._view("documents")
        place = bisect_left(documents, document, first, last)
        if place == last or documents[place] != document:
            return None
        return self.field.start(number) + place - first

    def positions(self, posting: int) -> list[int]:
        """Return the positions of a posting's term in its document, in rising order."""
        block = posting // POSITION_BLOCK
        first = self._view("position_blocks")[block]
        first += sum(map(self.count, range(block * POSITION_BLOCK, posting)))
        return self._view("positions")[first : first + self.count(posting)].tolist()

    def _bitmap(self, rank: int) -> memoryview[int]:
        first = rank * self._bitmap_bytes
        return self._view("bitmaps").cast("B")[first : first + self._bitmap_bytes]


# The places of the set bits of every byte.
BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
