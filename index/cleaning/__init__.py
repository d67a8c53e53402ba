"""From a page's bytes to its article: decode, cut into blocks, keep what is content."""

from index.cleaning.cleaner import clean, survey
from index.cleaning.selection import Aim
from index.cleaning.sites import SiteEvidence
from index.cleaning.verbatim import as_it_stands

__all__ = ["Aim", "SiteEvidence", "as_it_stands", "clean", "survey"]
