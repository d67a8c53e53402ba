"""How documents are ranked."""

# Lucene's defaults. Tuning them on one collection costs others up to 14% (see ARCHITECTURE.md).
BM25_K1 = 1.2
BM25_B = 0.75
