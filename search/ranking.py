"""What ranking is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

from search.record import Record

if TYPE_CHECKING:
    from whoosh.query import Query as Tree

Found = TypeVar("Found")

Sort = Literal["relevance", "newest", "oldest"]

# Facets that are made from the day of publication, and numpy's unit of each.
PERIODS = {"month": "M", "year": "Y"}


class Ranking(Record):
    """The documents of one page of an answer, the best first, and the number of all that match."""

    documents: Sequence[int]
    scores: Sequence[float]
    total: int


def under_other_filters(
    fields: Iterable[str],
    filters: Mapping[str, Tree],
    matching: Callable[[Sequence[Tree]], Found],
) -> Iterator[tuple[str, Found]]:
    """Yield each field with what matches the filters on other fields, found once for equal ones."""
    known: dict[frozenset[str], Found] = {}
    for field in fields:
        others = frozenset(name for name in filters if name != field)
        if others not in known:
            known[others] = matching([filters[name] for name in filters if name in others])
        yield field, known[others]
