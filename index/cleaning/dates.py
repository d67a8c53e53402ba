"""Dates as pages write them, and the day in UTC of a time that names its offset."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

# The first page of the web; an earlier "date of publication" is part of the story.
EARLIEST = datetime.date(1991, 1, 1)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero gennaio gen janeiro januari января stycznia",
            "february feb februar février fevrier févr febrero febbraio fevereiro fev februari "
            "февраля lutego",
            "march mar märz marz mars marzo março marco maart mrt марта marca",
            "april apr avril abril abr aprile апреля kwietnia",
            "may mai mayo maggio mag maio mei maj мая maja",
            "june jun juni juin junio giugno giu junho июня czerwca",
            "july jul juli juillet juil julio luglio lug julho июля lipca",
            "august aug août aout agosto ago augustus augusti августа sierpnia",
            "september sep sept septembre septiembre settembre set setembro сентября września",
            "october oct oktober okt octobre octubre ottobre ott outubro out октября października",
            "november nov novembre noviembre novembro ноября listopada",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro "
            "desember des декабря grudnia",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}")
_ISO = re.compile(
    r"(?<!\d)(\d{4})(?:[-/.]|年\s?|년\s?)(\d{1,2})(?:[-/.]|月\s?|월\s?)(\d{1,2})(?!\d)"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_BASIC = re.compile(r"^\s*((?:19|20)\d{2})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?\s*$")
_MONTH_FIRST = re.compile(
    rf"(?:\b|(?<=[a-z])(?-i:(?=[A-Z])))({MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+((?:19|20)\d{{2}})\b",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?(?:\s+de)?[\s-]+({MONTH})\b\.?,?\s*(?:del?\s+|-)?"
    r"((?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(rf"\b((?:19|20)\d{{2}})\s+({MONTH})\b\.?\s+(\d{{1,2}})\b", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/.])(\d{1,2})\2((?:19|20)\d{2})(?![\d/.]\d)")
# Countries where 3/4/2025 is the third of April in English, too (short dates of Unicode's CLDR).
_DAY_FIRST_HOST = re.compile(
    r"\.(?:uk|ie|au|nz|in|pk|bd|lk|sg|my|hk|ng|gh|ke|ug|tz|zw|zm|mt|cy|jm|tt|bb|eu)$"
)
_MONTH_FIRST_LANGUAGE = re.compile(r"en(?:[-_]us)?$", re.IGNORECASE)
_IN_URL = re.compile(
    r"/((?:19|20)\d{2})(?:/(\d{1,2})/(\d{1,2})(?=/|$)|-(\d{2})-(\d{2})(?=[/_-]|$))"
)


def parse_date(
    text: str, *, month_first: bool = True, today: datetime.date | None = None
) -> datetime.date | None:
    """Return the first full date in `text`; None if there is none or it is in the future.

    With a time of day and an offset it is the day in UTC, so that days of all pages compare.
    `month_first` says what `3/4/2025` is: the fourth of March, or else the third of April.
    """
    if not _YEAR.search(text):
        return None
    today = today or datetime.datetime.now(datetime.UTC).date()
    found = _iso(text) or _worded(text, month_first=month_first)
    return found if found and EARLIEST <= found <= today else None


def puts_month_first(lines: Iterable[str], languages: Iterable[str], host: str) -> bool:
    """Say whether `3/4/2025` is the fourth of March on a page: Americans alone write it so.

    Another date among its lines that can be read in one way only tells most, then the country of
    its host, then the `languages` that it declares, if they name a country.
    """
    for line in lines:
        for found in _NUMERIC.finditer(line) if "/" in line else ():
            if found[2] == "/" and (int(found[1]) > 12) != (int(found[3]) > 12):
                return int(found[1]) <= 12
    declared = [language.strip() for language in languages if language.strip()]
    return (
        bool(declared)
        and all(map(_MONTH_FIRST_LANGUAGE.match, declared))
        and not _DAY_FIRST_HOST.search(host)
    )


def without_dates(text: str) -> str:
    """Return `text` with a bar in place of each date in words."""
    if not _YEAR.search(text):
        return text
    return _DAY_FIRST.sub(" | ", _MONTH_FIRST.sub(" | ", text))


def date_in_url(url: str) -> datetime.date | None:
    """Return the day that stands in the path of an address, as `/2025/01/27/`."""
    found = _IN_URL.search(url)
    day = _day(found[1], found[2] or found[4], found[3] or found[5]) if found else None
    return day if day and EARLIEST <= day <= datetime.datetime.now(datetime.UTC).date() else None


def _iso(text: str) -> datetime.date | None:
    """Return the date in digits, the year first."""
    found = _ISO.search(text)
    if not found:
        basic = _BASIC.match(text)
        return _day(*basic.groups()) if basic else None
    year, month, day, hour, minute, _, zone = found.groups()
    date = _day(year, month, day)
    if date is None or zone is None or zone in ("Z", "UTC") or int(hour) > 23:
        return date
    offset = datetime.timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[-2:]))
    local = datetime.datetime.combine(date, datetime.time(int(hour), min(int(minute), 59)))
    try:
        return (local - offset).date()
    except OverflowError:  # the first and the last day that Python knows
        return date


def _worded(text: str, *, month_first: bool) -> datetime.date | None:
    if found := _MONTH_FIRST.search(text):
        return _day(found[3], str(_MONTHS[found[1].lower()]), found[2])
    if found := _DAY_FIRST.search(text):
        return _day(found[3], str(_MONTHS[found[2].lower()]), found[1])
    if found := _NUMERIC.search(text):
        year, month, day = found[4], found[3], found[1]
        swapped = _day(year, day, month)
        if found[2] == "/" and month_first and swapped:
            return swapped
        return _day(year, month, day) or (swapped if found[2] == "/" else None)
    if found := _YEAR_FIRST.search(text):
        return _day(found[1], str(_MONTHS[found[2].lower()]), found[3])
    return None


def _day(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
