"""Phrases: which documents have words in a row, by the words' positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.store.postings import expand
from index.store.segment import Field
from search.collection import Array, Mask

# Keeps positions of two documents further apart than any two of one document can be.
STRIDE = 1 << 32


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
    counts = field.counts(term)
    ends = np.cumsum(counts, dtype=np.int64)
    local = postings - field.start(term)
    own = counts[local]
    positions = field.positions(term)[expand(ends[local] - own, own)]
    return np.repeat(np.arange(postings.size) * STRIDE, own) + positions
