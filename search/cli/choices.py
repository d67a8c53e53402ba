"""The values that options take, for Typer to check and to list in the help."""

from __future__ import annotations

from enum import StrEnum


class Aim(StrEnum):
    """Which way cleaning errs."""

    BALANCED = "balanced"
    PRECISION = "precision"
    RECALL = "recall"


class NameKind(StrEnum):
    """What bears a name."""

    PERSON = "person"
    COMPANY = "company"


class MatchMode(StrEnum):
    """How many of the words must match."""

    AUTO = "auto"
    ALL = "all"
    ANY = "any"


class SortOrder(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class FacetName(StrEnum):
    """The fields whose values are counted."""

    PERSON = "person"
    COMPANY = "company"
    SITE = "site"
    AUTHOR = "author"
    LANGUAGE = "language"
    YEAR = "year"
    MONTH = "month"


class AnswerFormat(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PATHS = "paths"
    PATHS_FOR_XARGS = "paths0"


class FacetFormat(StrEnum):
    """How facet counts are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class ExtractFormat(StrEnum):
    """How extracted articles are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class PlainFormat(StrEnum):
    """For a person or for a script."""

    TEXT = "text"
    JSON = "json"
