"""From files to an index on disk: read, clean, find people and companies, store."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.builder import Summary, build_index
    from index.errors import WhodexError
    from index.extraction import Options, extract, extract_file
    from index.records import Article, Entity, Page
    from index.sources import Problem

__all__ = [
    "Article",
    "Entity",
    "Options",
    "Page",
    "Problem",
    "Summary",
    "WhodexError",
    "build_index",
    "extract",
    "extract_file",
]

# Where the names above live. They are imported when they are used: a search, which imports this
# package for its records, must not wait for the parsers and models of the indexing side.
_HOMES = {
    "Article": "index.records",
    "Entity": "index.records",
    "Options": "index.extraction",
    "Page": "index.records",
    "Problem": "index.sources",
    "Summary": "index.builder",
    "WhodexError": "index.errors",
    "build_index": "index.builder",
    "extract": "index.extraction",
    "extract_file": "index.extraction",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
