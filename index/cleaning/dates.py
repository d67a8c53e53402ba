"""Dates as pages write them, brought to a day in UTC."""

from __future__ import annotations

import datetime
import re

# The first page of the web; an earlier "date of publication" is part of the story.
EARLIEST = datetime.date(1991, 1, 1)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari",
            "february feb februar février fevrier febrero febbraio fevereiro februari",
            "march mar märz marz mars marzo março marco maart mrt",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août aout agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}")
_ISO = re.compile(
    r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_BASIC = re.compile(r"^\s*((?:19|20)\d{2})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?\s*$")
_MONTH_FIRST = re.compile(
    rf"\b({MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+((?:19|20)\d{{2}})\b", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?(?:\s+de)?[\s-]+({MONTH})\b\.?,?\s*(?:de\s+|-)?"
    r"((?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/.])(\d{1,2})\2((?:19|20)\d{2})(?![\d/.]\d)")
_IN_URL = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)")


def parse_date(text: str, *, today: datetime.date | None = None) -> datetime.date | None:
    """Return the first full date in `text`, in UTC; None if there is none or it is in the future.

    A time of day with an offset is taken into account; `3/4/2025` is the fourth of March.
    """
    if not _YEAR.search(text):
        return None
    found = _iso(text) or _worded(text)
    if found is None or found < EARLIEST:
        return None
    today = today or datetime.datetime.now(datetime.UTC).date()
    return found if found <= today else None


def date_in_url(url: str) -> datetime.date | None:
    """Return the day that stands in the path of an address, as `/2025/01/27/`."""
    found = _IN_URL.search(url)
    day = _day(*found.groups()) if found else None
    return day if day and EARLIEST <= day <= datetime.datetime.now(datetime.UTC).date() else None


def _iso(text: str) -> datetime.date | None:
    found = _ISO.search(text)
    if not found:
        basic = _BASIC.match(text)
        return _day(*basic.groups()) if basic else None
    year, month, day, hour, minute, _, zone = found.groups()
    date = _day(year, month, day)
    if date is None or zone is None or not zone.startswith(("+", "-")) or int(hour) > 23:
        return date
    offset = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    local = datetime.datetime.combine(date, datetime.time(int(hour), min(int(minute), 59)))
    return (local - offset if zone[0] == "+" else local + offset).date()


def _worded(text: str) -> datetime.date | None:
    if found := _MONTH_FIRST.search(text):
        return _day(found[3], str(_MONTHS[found[1].lower()]), found[2])
    if found := _DAY_FIRST.search(text):
        return _day(found[3], str(_MONTHS[found[2].lower()]), found[1])
    if found := _NUMERIC.search(text):
        first, second = found[1], found[3]
        if found[2] == "/" and int(first) <= 12:
            first, second = second, first
        return _day(found[4], second, first)
    return None


def _day(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
