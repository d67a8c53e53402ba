"""From a page's bytes to its article: decode, cut into blocks, keep what is content."""

from index.cleaning.cleaner import clean

__all__ = ["clean"]
