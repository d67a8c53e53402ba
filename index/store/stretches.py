"""Text to numbered terms, as arrays: no step of Python's per word, but for each distinct one.

Text is cut into *stretches* where the analysis would cut it whatever stands around. Equal ones are
found by sorting, and the terms of each are those that the analysis itself finds in it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.store.analysis import BREAK, BREAK_POSITIONS, stem, terms
from index.store.postings import expand, flagged, rising, starts_of
from index.store.segment import pick
from index.store.table import Keys, Table
from index.store.terms import decode

if TYPE_CHECKING:
    from index.store.segment import Array

# What a term with its number takes in a dictionary of Python's, and what a stretch takes beside
# its key, in bytes (measured, rounded up).
BYTES_PER_TERM = 180
BYTES_PER_STRETCH = 16

# What a byte of UTF-8 is to the cut. A letter, a figure, or a byte of a character beyond ASCII is
# in a stretch; so is a joint between two of them, as in U.S., it's, 5.6 and AT&T, which elsewhere
# means nothing. A sign always is: C++, and what keeps its neighbour from being a word (C#_). All
# else parts stretches; a break does so too, and is one.
OUTSIDE, LETTER, JOINT, SIGN, GAP = range(5)
JOINTS, SIGNS = b".,'&", b"+#_"


def _kind(byte: int) -> int:
    if byte > 127 or bytes([byte]).isalnum():
        return LETTER
    if byte == ord(BREAK):
        return GAP
    return JOINT if byte in JOINTS else SIGN if byte in SIGNS else OUTSIDE


KINDS = bytes(map(_kind, range(256)))

# No term and no cut depends on the case of a letter without accent.
LOWER = bytes(range(256)).lower()

# A stretch of so many bytes is a key of the table; a longer one is looked up by itself.
WIDTH = 8
COMPARED = 2 * WIDTH
FIRST_BYTES = np.array([256**count - 1 for count in range(WIDTH + 1)], np.uint64)
NO_TEXT = np.uint64(2**64 - 1)  # no UTF-8 has a byte of eight ones

# The bits of a hash by which stretches are sorted; the others are left to `rising`.
UPPER = np.uint64(24)

# A break is the first stretch; it has no terms.
BREAK_NUMBER = 1
BREAK_KEY = Keys(np.array([ord(BREAK)], np.uint64), np.zeros(1, np.uint64))

# Stretches that are longer than any word are seldom seen twice.
LONGEST_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Analysed:
    """The terms of some texts, one text after the other.

    `numbers` and `positions` are those of each term, `lengths` has how many each text has.
    """

    numbers: Array
    positions: Array
    lengths: Array


class Vocabulary:
    """The stretches of text that were met, numbered, with the terms of each.

    No term reaches beyond a stretch, so it has the same terms wherever it stands, and is
    analysed once.
    """

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._table = Table()
        self._table.insert(BREAK_KEY, np.array([BREAK_NUMBER], np.uint32))
        self._longer: dict[bytes, int] = {}
        self._members = array("I", [0])  # numpy cannot look at an empty one
        self._starts = array("q", [1] * (BREAK_NUMBER + 2))

    @property
    def used(self) -> int:
        """The bytes that are held."""
        numbers = BYTES_PER_STRETCH * len(self._starts) + BYTES_PER_TERM * len(self.terms)
        return self._table.nbytes + numbers + BYTES_PER_TERM * len(self._longer)

    def analyse(self, texts: Sequence[bytes]) -> Analysed:
        """Return the terms of texts, given in UTF-8, at the positions the analysis gives them."""
        whole = b" ".join((b"", *texts, bytes(COMPARED))).translate(LOWER)
        starts, ends = _cut(np.frombuffer(whole.translate(KINDS), np.uint8))
        if not starts.size:
            return Analysed(starts, starts, np.zeros(len(texts), np.int64))
        keys = _keys(whole, starts, ends - starts)
        order, _ = rising(keys.hashes >> UPPER)
        keys = keys.at(order)
        first = flagged(keys.changes())
        distinct = pick(order, first)
        numbers = self._numbers(whole, pick(starts, distinct), pick(ends, distinct), keys.at(first))
        which = np.empty(starts.size, np.int64)
        which[order] = np.repeat(np.arange(first.size), np.diff(first, append=starts.size))
        sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        return self._terms_of(numbers, which, np.searchsorted(starts, starts_of(sizes)))

    def _numbers(self, text: bytes, starts: Array, ends: Array, keys: Keys) -> Array:
        """Return the numbers of distinct stretches; those that are new are analysed."""
        numbers = self._table.find(keys)
        unknown = np.flatnonzero(numbers == 0)
        starts, ends = starts[unknown], ends[unknown]
        bounds = zip(starts.tolist(), ends.tolist(), strict=True)
        numbers[unknown] = [self._number(text[start:end]) for start, end in bounds]
        new = unknown[ends - starts <= COMPARED]
        self._table.insert(keys.at(new), numbers[new])
        return numbers.astype(np.int64)

    def _number(self, stretch: bytes) -> int:
        """Return the number of a stretch that is not in the table."""
        number = self._longer.get(stretch)
        if number is not None:
            return number
        number = len(self._starts) - 1
        terms = self.terms
        self._members.extend([terms.setdefault(term, len(terms)) for term in _terms_of(stretch)])
        self._starts.append(len(self._members))
        if COMPARED < len(stretch) <= LONGEST_REMEMBERED:
            self._longer[stretch] = number
        return number

    def _terms_of(self, numbers: Array, which: Array, cuts: Array) -> Analysed:
        """Return the terms of the stretches `numbers[which]`; texts lie between the `cuts`."""
        all_starts = np.frombuffer(self._starts, np.int64)
        starts = all_starts[numbers]
        counts = all_starts[numbers + 1] - starts
        members = np.frombuffer(self._members, np.uint32)[expand(starts, counts)]
        steps = np.where(numbers == BREAK_NUMBER, BREAK_POSITIONS, counts)
        places = starts_of(pick(steps, which))
        counted = pick(counts, which)
        within_text = places[:-1] - np.repeat(places[cuts[:-1]], np.diff(cuts))
        return Analysed(
            pick(members, expand(pick(starts_of(counts), which), counted)),
            expand(within_text, counted),
            np.diff(starts_of(counted)[cuts]),
        )


def _cut(kinds: Array) -> tuple[Array, Array]:
    """Return where the stretches begin and end in text whose bytes are of these kinds."""
    letter = kinds == LETTER
    inside = letter | (kinds == SIGN)
    inside[1:-1] |= (kinds[1:-1] == JOINT) & letter[:-2] & letter[2:]
    gap = kinds == GAP
    before, after = inside[:-1], inside[1:]
    return (
        np.flatnonzero((after > before) | gap[1:]) + 1,
        np.flatnonzero((before > after) | gap[:-1]) + 1,
    )


def _keys(text: bytes, starts: Array, lengths: Array) -> Keys:
    """Return the bytes of each stretch, of a longer one a key that no other has."""
    bytes_from = np.ndarray(len(text) - WIDTH + 1, "<u8", text, strides=(1,))
    low = bytes_from[starts] & pick(FIRST_BYTES, lengths)
    high = np.zeros_like(low)
    longer = np.flatnonzero(lengths > WIDTH)
    high[longer] = bytes_from[starts[longer] + WIDTH] & pick(FIRST_BYTES, lengths[longer] - WIDTH)
    longest = np.flatnonzero(lengths > COMPARED)
    low[longest], high[longest] = longest, NO_TEXT
    return Keys(low, high)


def _terms_of(stretch: bytes) -> Sequence[str]:
    """Return the terms of a stretch; most are one word of letters without accents."""
    if stretch.isalpha() and stretch.isascii():
        term = stem(stretch.decode("ascii"))
        return (term,) if term else ()
    return [term.text for term in terms(decode(stretch))]
