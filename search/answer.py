"""What a question is answered with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of the text; `highlights` are the `[start, end)` characters that were hit."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One document of an answer; `rank` counts from 1; higher scores are better.

    `partial` says that it lacks some of the words, and follows the documents that have all.
    """

    rank: int
    id: str
    score: float
    title: str
    path: str
    url: str | None = None
    site: str | None = None
    author: str | None = None
    published: datetime.date | None = None
    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A value and the number of documents that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, facet counts and the number of documents that match.

    `total` and `facets` count what the match mode matches; partial hits are not among them.
    `notes` are remarks for a person: what was meant by a name, what was not found.
    """

    query: str
    total: int
    took_ms: float
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
