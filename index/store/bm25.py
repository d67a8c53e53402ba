"""How documents are ranked: BM25 (Robertson 1994), but for the idf."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.store.segment import Array

# Lucene's defaults. Tuning them on one collection costs others up to 14% (see ARCHITECTURE.md).
BM25_K1 = 1.2
BM25_B = 0.75


def document_norms(lengths: Array, mean_length: float) -> Array:
    """Return what BM25 adds to the occurrences of a term, the more the longer a document is."""
    norms = lengths * (BM25_K1 * BM25_B / mean_length)
    norms += BM25_K1 * (1 - BM25_B)
    return norms


def saturation(counts: Array, norms: Array) -> Array:
    """Return the part of BM25 that depends on the document, divided by k1 + 1."""
    return counts / (norms + counts)  # type: ignore[no-any-return]
