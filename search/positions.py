"""Phrases: which documents have words in a row, by the words' positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.store.postings import expand
from index.store.segment import Field, pick
from search.collection import Array, Mask

# Keeps positions of two documents further apart than any two of one document can be.
STRIDE = 1 << 32

BLOCK = 32


def in_a_row(field: Field, terms: Sequence[int], postings: Sequence[Array], slop: int) -> Mask:
    """Say which of some documents have the terms in this order, each 1 to `slop` after the last.

    `postings` are, for each term, the posting numbers of the same documents. This is what
    Whoosh's `SpanNear2` matches.
    """
    ends = _places(field, terms[0], postings[0])
    for term, own in zip(terms[1:], postings[1:], strict=True):
        places = _places(field, term, own)
        before = np.searchsorted(ends, places) - 1
        follows = (before >= 0) & (places - ends[before] <= slop)
        ends = places[follows]
        if not ends.size:
            break
    found = np.zeros(len(postings[0]), np.bool_)
    found[ends // STRIDE] = True
    return found


def _places(field: Field, term: int, postings: Array) -> Array:
    """Return the positions of a term in some of its documents, the n-th one's from n * STRIDE."""
    own = field.counts_at(postings)
    starts = _sums_before(field.counts(term), postings - field.start(term))
    positions = field.positions(term)[expand(starts, own)]
    return np.repeat(np.arange(postings.size) * STRIDE, own) + positions


def _sums_before(counts: Array, places: Array) -> Array:
    """Return for each place (rising) the sum of the counts before it."""
    if places.size * BLOCK > counts.size:
        return np.cumsum(counts, dtype=np.int64)[places] - counts[places]
    # Where few are sought, whole blocks are added up at once, which numpy does far quicker.
    blocks = counts.size // BLOCK
    sums = np.zeros(blocks + 1, np.int64)
    np.cumsum(
        counts[: blocks * BLOCK].reshape(blocks, BLOCK).sum(axis=1, dtype=np.int64), out=sums[1:]
    )
    first = places - places % BLOCK
    within = np.arange(BLOCK)
    own = pick(counts, first[:, None] + within)
    own[within >= (places % BLOCK)[:, None]] = 0
    before: Array = sums[places // BLOCK] + own.sum(axis=1, dtype=np.int64)
    return before
