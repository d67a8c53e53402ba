"""When a page was published: what its head states, and the dates that it shows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.dates import date_in_url, parse_date, puts_month_first
from index.cleaning.language import detect
from index.cleaning.outline import Block, Head, Outline
from index.cleaning.statements import (
    BELOW_HEADLINE,
    SHORT_LINE,
    articles,
    headline,
    meta,
    named,
    strings,
)

_PUBLISHED_KEYS = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "publishdate", "publish-date", "publication_date",
    "date.issued", "dc.date.issued", "dcterms.created", "dc.date", "pubdate", "article:published",
    "cxenseparse:recs:publishtime", "citation_publication_date", "ms.date", "date",
)  # fmt: skip
_PUBLISHED_NAMES = re.compile("publish|posted|date|timestamp")
_PUBLISHED_KEY = re.compile(r"^(?!.*(?:modif|updat|last)).*(?:publi|posted|issued).*", re.I)
_MODIFIED = re.compile(
    r"modif|updat|revised|reviewed|edited|last post|aktualis|mis à jour|actualiz|aggiornat|"
    r"gewijzigd|обновл",
    re.I,
)
DATED = re.compile(
    r"^\W*(?:published|posted|updated|last updated|publié|mis à jour|veröffentlicht|publicado|"
    r"опубликовано)\b",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(r"\b(?:published|posted|publié|veröffentlicht|publicado|date)\b", re.I)
# Blocks above the headline that are looked at for a date.
ABOVE_HEADLINE = 6

# How the dates of a page are read.
_Reader = Callable[[str], datetime.date | None]


def published(
    outline: Outline, things: list[dict[str, Any]], address: str | None, at: int
) -> datetime.date | None:
    """Return the day of publication.

    What the page states for machines is the day that it came to its present address, or a day off
    where it is stated in another time zone: an earlier day that is shown by the headline wins.
    """
    read = _reader(outline, address)
    days = (
        _stated_day(outline.head, things, read),
        date_in_url(address) if address else None,
        _shown_day(outline, at, read),
    )
    return (
        min(filter(None, days), default=None)
        or _labelled_day(outline, read)
        or _changed_day(outline, at, read)
    )


def date_in_lines(outline: Outline, title: str, end: int) -> datetime.date | None:
    """Return the day that a short line near the headline states, of the first `end` lines."""
    blocks, read = outline.blocks[:end], _reader(outline, None)
    near = (blocks[at] for at in _near(headline(blocks, title), len(blocks)))
    labelled = (block for block in blocks if _DATE_WORDS.search(block.text[:SHORT_LINE]))
    for block in chain(near, labelled):
        if len(block.text) <= SHORT_LINE and (day := _day_of_publication(block.text, read)):
            return day
    return None


def _reader(outline: Outline, address: str | None) -> _Reader:
    """Return what reads the dates of a page, the month or the day first as the page does."""

    @cache
    def month_first() -> bool:
        lines = [block.text for block in outline.blocks]
        prose = (line for line in lines if len(line) > SHORT_LINE)
        declared = outline.head.language or detect(" ".join(prose)) or ""
        languages = (declared, outline.head.meta.get("og:locale", ""))
        return puts_month_first(lines, languages, urlsplit(address or "").hostname or "")

    # Few pages have a date with slashes, and only then is it worth a look at the whole page.
    return lambda text: parse_date(text, month_first="/" not in text or month_first())


def _day_of_publication(line: str, read: _Reader) -> datetime.date | None:
    """Return the first day in a line that is not said to be one of a change."""
    changed = _MODIFIED.search(line)
    return read(line[: changed.start()] if changed else line)


def _stated_day(head: Head, things: list[dict[str, Any]], read: _Reader) -> datetime.date | None:
    """Return the day of publication that the head of a page states."""
    about = articles(things)
    values = chain(
        (value for thing in about for value in strings(thing.get("datePublished"))),
        meta(head, _PUBLISHED_KEYS),
        (value for name, value in head.meta.items() if _PUBLISHED_KEY.search(name)),
        (value for event in ("uploadDate", "dateCreated") for thing in about
         for value in strings(thing.get(event))),
    )  # fmt: skip
    return next((day for value in values if (day := read(value))), None)


def _shown_day(outline: Outline, headline: int, read: _Reader) -> datetime.date | None:
    """Return the day that a short line by the headline shows, if it is not one of a change."""
    blocks = outline.blocks
    timed = {at: (stated, names) for stated, at, names in reversed(outline.head.times)}
    for at in _near(headline, len(blocks)):
        text = blocks[at].text
        if len(text) > SHORT_LINE or blocks[at].kind == "heading":
            continue
        stated, names = timed.get(at, ("", ""))
        if _MODIFIED.search(names) and not _PUBLISHED_KEY.search(names):
            continue
        if day := _day_of_publication(text, read) or read(stated):
            return day
    return None


def _near(headline: int, end: int) -> Iterator[int]:
    yield from range(headline, min(end, headline + BELOW_HEADLINE))
    yield from range(headline - 1, max(-1, headline - 1 - ABOVE_HEADLINE), -1)


def _labelled_day(outline: Outline, read: _Reader) -> datetime.date | None:
    """Return the day that stands anywhere in what is named, or said, to be a date."""
    for stated, at, names in outline.head.times:
        if at < len(outline.blocks) and not _MODIFIED.search(names):
            text = outline.blocks[at].text[:SHORT_LINE]
            if not _MODIFIED.match(text) and (
                day := _day_of_publication(text, read) or read(stated)
            ):
                return day
    labelled = (text for text in _dated_lines(outline.blocks) if _DATE_WORDS.search(text))
    lines = (text for _, text in named(outline, _PUBLISHED_NAMES))
    for text in chain(lines, labelled):
        if day := _day_of_publication(text, read):
            return day
    return None


def _changed_day(outline: Outline, headline: int, read: _Reader) -> datetime.date | None:
    """Return the day of the last change that a page shows: its only date, where it shows one."""
    blocks = outline.blocks
    near = (blocks[at] for at in _near(headline, len(blocks)))
    lines = chain(
        _dated_lines(block for block in near if block.kind != "heading"),
        (text for text in _dated_lines(blocks) if _MODIFIED.search(text)),
    )
    return next((day for line in lines if (day := read(line))), None)


def _dated_lines(blocks: Iterable[Block]) -> list[str]:
    """Return the short lines that may have a year in them."""
    return [
        text
        for text in [block.text for block in blocks]
        if ("20" in text or "19" in text) and len(text) <= SHORT_LINE
    ]
