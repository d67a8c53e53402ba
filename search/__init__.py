"""From a question to an answer: parse, evaluate, rank, count facets, cut snippets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.answer import Answer, Facet, Hit, Snippet
    from search.lexemes import QueryError
    from search.query import Query
    from search.reader import Index, open_index

__all__ = ["Answer", "Facet", "Hit", "Index", "Query", "QueryError", "Snippet", "open_index"]

# Where the names above live; imported when they are used, so that a command starts quickly.
_HOMES = {
    "Answer": "search.answer",
    "Facet": "search.answer",
    "Hit": "search.answer",
    "Index": "search.reader",
    "Query": "search.query",
    "QueryError": "search.lexemes",
    "Snippet": "search.answer",
    "open_index": "search.reader",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
