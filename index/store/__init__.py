"""The Whoosh index on disk: the only place that imports Whoosh's writing side."""
