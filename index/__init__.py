"""From files to an index on disk: read, clean, find people and companies, store."""

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
