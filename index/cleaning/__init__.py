"""From a page's bytes to its article: decode, cut into blocks, keep what is content."""

from index.cleaning.cleaner import Aim, clean
from index.cleaning.verbatim import as_it_stands

__all__ = ["Aim", "as_it_stands", "clean"]
