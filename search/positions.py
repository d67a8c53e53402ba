"""Phrases: which documents have words in a row, by the words' positions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.store.postings import flagged
from index.store.segment import POSITION_BLOCK, Field, pick
from search.entries import Entry

if TYPE_CHECKING:
    from index.store.segment import Array

# Keeps positions of two documents further apart than any two of one document can be.
STRIDE_BITS = 32

# Of the eight bytes of a word, the first 0, 1, ... 7; every other one; and the sum of four pairs.
FIRST_BYTES = np.array([(1 << 8 * number) - 1 for number in range(8)], np.uint64)
EVERY_OTHER_BYTE = np.uint64(0x00FF00FF00FF00FF)
PAIR_SUM, PAIR_SUM_SHIFT = np.uint64(0x0001000100010001), 48


def in_a_row(
    entries: Sequence[Entry], postings: Sequence[Array], counts: Sequence[Array], slop: int
) -> Array:
    """Return which of some documents have the terms in this order, each 1 to `slop` after the last.

    `postings` and `counts` are those of each term in the documents. This is what Whoosh's
    `SpanNear2` matches.
    """
    ends, *others = _places(entries, postings, counts)
    for places in others:
        gaps = places - pick(ends, ends.searchsorted(places) - 1)
        gaps -= 1
        # Where no end is before a place, its gap is negative: as an unsigned number, a huge one.
        ends = places.take((gaps.view(np.uint64) < slop).nonzero()[0])
        if not ends.size:
            return ends
    rows = ends >> STRIDE_BITS
    return rows if rows.size == 1 else rows[flagged(rows[1:] != rows[:-1])]


def _places(
    entries: Sequence[Entry], postings: Sequence[Array], counts: Sequence[Array]
) -> list[Array]:
    """Return the positions of each term in some documents; the n-th one's from n * the stride."""
    field = entries[0].field
    documents = postings[0].size
    own = [e.postings_before + places for e, places in zip(entries, postings, strict=True)]
    starts = _starts(field, np.concatenate(own))
    flat = np.concatenate(counts, dtype=np.int64)
    ends = flat.cumsum()
    starts += flat
    starts -= ends
    rows = np.arange(flat.size).repeat(flat)
    places = pick(starts, rows)
    places += np.arange(rows.size)
    rows <<= STRIDE_BITS
    rows += field.positions_at(places)
    cuts = [0, *ends[documents - 1 :: documents].tolist()]
    return [
        rows[first:last] - (number * documents << STRIDE_BITS) if number else rows[:last]
        for number, (first, last) in enumerate(pairwise(cuts))
    ]


def _starts(field: Field, postings: Array) -> Array:
    """Return where the positions of postings of a field begin."""
    blocks = postings // POSITION_BLOCK
    places = postings % POSITION_BLOCK
    starts: Array = pick(field.position_blocks, blocks) + _before(field, blocks, places)
    return starts


def _before(field: Field, blocks: Array, places: Array) -> Array:
    """Return how many occurrences the postings before some places of some blocks have.

    The counts of a block are the bytes of one word, which are added up all at once.
    """
    if field.count_words is None:
        within = np.arange(POSITION_BLOCK)
        counts = field.counts_at((blocks[:, None] * POSITION_BLOCK + within).ravel())
        before = np.where(within < places[:, None], counts.reshape(-1, POSITION_BLOCK), 0)
        return before.sum(axis=1, dtype=np.int64)  # type: ignore[no-any-return]
    words = pick(field.count_words, blocks)
    words &= FIRST_BYTES.take(places)
    pairs = words & EVERY_OTHER_BYTE
    words >>= 8
    words &= EVERY_OTHER_BYTE
    pairs += words
    pairs *= PAIR_SUM
    pairs >>= PAIR_SUM_SHIFT
    return pairs.view(np.int64)
