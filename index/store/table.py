"""A hash table over arrays: many keys are looked up, or put in, at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from index.store.segment import pick

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# Multiplying by these spreads the bits of a number upwards (fractions of the golden ratio, pi).
SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x243F6A8885A308D3)
HASH_BITS = 64

# Of so many slots, one at most is taken: then few keys want a slot that is.
SLOTS_PER_KEY = 2
FEWEST_SLOT_BITS = 8


@dataclass(frozen=True)
class Keys:
    """Keys of 16 bytes, as two numbers each; those of all zeros stand for no key."""

    low: Array
    high: Array

    def __len__(self) -> int:
        return int(self.low.size)

    @cached_property
    def hashes(self) -> Array:
        """A number for each key whose upper bits differ as those of chance numbers do."""
        return self.low * SPREAD[0] + self.high * SPREAD[1]

    def at(self, places: Array) -> Keys:
        """Return the keys at some places."""
        return Keys(pick(self.low, places), pick(self.high, places))

    def changes(self) -> Mask:
        """Say of each key but the first whether it differs from the one before it."""
        low, high = self.low, self.high
        return (low[1:] != low[:-1]) | (high[1:] != high[:-1])  # type: ignore[no-any-return]

    def equal(self, others: Keys) -> Mask:
        """Say which keys are equal to the other at the same place."""
        return (self.low == others.low) & (self.high == others.high)  # type: ignore[no-any-return]


class Table:
    """Numbers, from 1 on, by keys (open addressing with linear probing, Knuth 6.4 L).

    Keys that are given in the order of their hashes are found in the order of the memory.
    """

    def __init__(self) -> None:
        self._resize(FEWEST_SLOT_BITS)

    @property
    def nbytes(self) -> int:
        """The bytes of memory that it takes."""
        return self._keys.low.nbytes + self._keys.high.nbytes + self._numbers.nbytes

    def find(self, keys: Keys) -> Array:
        """Return the number of each key, 0 for one that is not in the table."""
        found = np.zeros(len(keys), np.uint32)
        sought = np.arange(len(keys))
        slots = self._slots(keys)
        while sought.size:
            numbers = pick(self._numbers, slots)
            equal = self._keys.at(slots).equal(keys)
            found[sought[equal]] = numbers[equal]
            on = np.flatnonzero(~equal & (numbers > 0))
            sought, keys, slots = sought[on], keys.at(on), slots[on] + 1 & self._last
        return found

    def insert(self, keys: Keys, numbers: Array) -> None:
        """Put in keys that are not in the table, each of them once."""
        self._count += len(keys)
        if self._count * SLOTS_PER_KEY > self._numbers.size:
            self._grow()
        slots = self._slots(keys)
        while numbers.size:
            free = pick(self._numbers, slots) == 0
            self._numbers[slots[free]] = numbers[free]  # of several for one slot, the last stays
            placed = pick(self._numbers, slots) == numbers
            self._keys.low[slots[placed]] = keys.low[placed]
            self._keys.high[slots[placed]] = keys.high[placed]
            on = np.flatnonzero(~placed)
            keys, numbers, slots = keys.at(on), numbers[on], slots[on] + 1 & self._last

    def _slots(self, keys: Keys) -> Array:
        return (keys.hashes >> self._shift).view(np.int64)

    def _resize(self, bits: int) -> None:
        self._count = 0
        self._shift = np.uint64(HASH_BITS - bits)
        self._last = (1 << bits) - 1
        self._keys = Keys(np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.uint64))
        self._numbers = np.zeros(1 << bits, np.uint32)

    def _grow(self) -> None:
        """Make room for the keys that are counted."""
        taken = np.flatnonzero(self._numbers)
        keys, numbers, count = self._keys.at(taken), self._numbers[taken], self._count
        self._resize((count * SLOTS_PER_KEY * 2 - 1).bit_length())
        self.insert(keys, numbers)
        self._count = count
