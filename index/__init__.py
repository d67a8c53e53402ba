"""From files to an index on disk: read, clean, find people and companies, store."""
