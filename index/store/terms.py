"""The sorted terms of a field, and how they are written."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from index.store.arrays import ArrayFile

# How terms and documents are written; paths that no encoding explains carry lone surrogates.
ENCODING, ENCODING_ERRORS = "utf-8", "surrogatepass"


def encode(term: str) -> bytes:
    """Return a term as the index keeps it."""
    return term.encode(ENCODING, ENCODING_ERRORS)


def decode(term: bytes) -> str:
    """Return what `encode` was given."""
    return term.decode(ENCODING, ENCODING_ERRORS)


def unique_hash(value: str) -> int:
    """Return a number by which most documents with another unique value are ruled out."""
    return zlib.crc32(encode(value))


class Terms(Sequence[bytes]):
    """The sorted terms of a field; a term's index is its number."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self._text = file.view(f"{field}.terms")
        self._ends = file.view(f"{field}.term_ends")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: Any) -> Any:
        start = self._ends[number - 1] if number else 0
        return bytes(self._text[start : self._ends[number]])

    def find(self, term: bytes) -> int | None:
        """Return the number of a term, or None where the field does not have it."""
        number = self.lower_bound(term)
        return number if number < len(self) and self[number] == term else None

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first term that is not before `term`."""
        return bisect_left(self, term)

    def with_prefix(self, prefix: bytes) -> range:
        """Return the numbers of the terms that begin with `prefix`."""
        first = bisect_left(self, prefix)
        length = len(prefix)
        return range(first, bisect_right(self, prefix, first, key=lambda term: term[:length]))

    def all(self) -> list[bytes]:
        """Return all terms as a list."""
        return self.between(0, len(self))

    def between(self, first: int, last: int) -> list[bytes]:
        """Return the terms with the numbers [first, last)."""
        ends = self._ends[first:last].tolist()
        before = self._ends[first - 1] if first else 0
        text = bytes(self._text[before : ends[-1]]) if ends else b""
        starts = [before, *ends]
        return [
            text[start - before : end - before] for start, end in zip(starts, ends, strict=False)
        ]
