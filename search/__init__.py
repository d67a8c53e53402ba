"""From a question to an answer: parse, evaluate, rank, count facets, cut snippets."""

from search.answer import Answer, Facet, Hit, Snippet
from search.query import Query
from search.reader import Index, open_index
from search.syntax import QueryError

__all__ = ["Answer", "Facet", "Hit", "Index", "Query", "QueryError", "Snippet", "open_index"]
