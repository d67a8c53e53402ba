"""Phrases: which documents have words in a row, by the words' positions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.store.segment import POSITION_BLOCK, pick
from search.entries import Entry

if TYPE_CHECKING:
    from index.store.segment import Array

# Keeps positions of two documents further apart than any two of one document can be.
STRIDE_BITS = 32


def in_a_row(
    entries: Sequence[Entry], postings: Sequence[Array], counts: Sequence[Array], slop: int
) -> Array:
    """Return which of some documents have the terms in this order, each 1 to `slop` after the last.

    `postings` and `counts` are those of each term in the documents. This is what Whoosh's
    `SpanNear2` matches.
    """
    ends, *others = _places(entries, postings, counts)
    for places in others:
        before = ends.searchsorted(places) - 1
        follows = (places - pick(ends, before) <= slop) & (before >= 0)
        ends = places[follows]
        if not ends.size:
            break
    return np.unique(ends >> STRIDE_BITS)


def _places(
    entries: Sequence[Entry], postings: Sequence[Array], counts: Sequence[Array]
) -> list[Array]:
    """Return the positions of each term in some documents; the n-th one's from n * the stride."""
    documents = postings[0].size
    flat = np.concatenate(counts)
    ends = flat.cumsum(dtype=np.int64)
    starts = np.concatenate(list(map(_starts, entries, postings, counts)))
    starts -= ends
    starts += flat
    rows = np.arange(flat.size).repeat(flat)
    places = pick(starts, rows)
    places += np.arange(rows.size)
    rows <<= STRIDE_BITS
    rows += entries[0].field.positions_at(places)
    cuts = [0, *ends[documents - 1 :: documents].tolist()]
    return [
        rows[first:last] - (number * documents << STRIDE_BITS)
        for number, (first, last) in enumerate(pairwise(cuts))
    ]


def _starts(entry: Entry, postings: Array, counts: Array) -> Array:
    """Return where the positions of postings of a term begin."""
    if postings.size * POSITION_BLOCK < entry.frequency:
        first = entry.field.start(entry.number)
        return entry.field.position_starts_at(postings + first)
    ends = entry.counts.cumsum(dtype=np.int64)
    ends += entry.field.position_start(entry.number)
    return pick(ends, postings) - counts
