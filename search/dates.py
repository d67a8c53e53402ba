"""Dates as people type them: a year, a month, a day, or words such as "yesterday" and "7d"."""

from __future__ import annotations

import calendar
import datetime
import re

from index.errors import WhodexError
from search.record import Record

FORMS = "2025, 2025-01, 2025-01-27, today, yesterday, or 7d, 2w, 3m, 1y for that long ago"

CALENDAR = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
AGO = re.compile(r"(\d{1,4})([dwmy])", re.ASCII)
DAYS_AGO = {"today": 0, "yesterday": 1}
DAYS_OF_UNIT = {"d": 1, "w": 7}
MONTHS_OF_UNIT = {"m": 1, "y": 12}


class Period(Record):
    """The days from `first` to `last`, both included."""

    first: datetime.date
    last: datetime.date


def parse_period(typed: str, *, today: datetime.date | None = None) -> Period:
    """Return the period that `typed` names, in one of FORMS.

    Raises WhodexError where it is no date.
    """
    today = today or datetime.datetime.now(datetime.UTC).date()
    word = typed.strip().casefold()
    try:
        if word in DAYS_AGO:
            return _day(today - datetime.timedelta(days=DAYS_AGO[word]))
        if ago := AGO.fullmatch(word):
            return _day(_before(today, int(ago[1]), ago[2]))
        if dated := CALENDAR.fullmatch(word):
            year, month, day = (int(number) if number else None for number in dated.groups())
            assert year is not None
            return _of_calendar(year, month, day)
    except (ValueError, OverflowError):
        pass
    raise WhodexError(f"{typed!r} is not a date.", hint=f"Dates are written {FORMS}.")


def first_day(date: str | datetime.date) -> datetime.date:
    """Return the first day of a date as it is typed, or of a day or a moment of the library's.

    Raises WhodexError where it is neither.
    """
    if isinstance(date, datetime.datetime):
        return date.date()
    if isinstance(date, datetime.date):
        return date
    if isinstance(date, str):
        return parse_period(date).first
    raise WhodexError(f"{date!r} is not a date.", hint=f"Dates are written {FORMS}.")


def _day(day: datetime.date) -> Period:
    return Period(day, day)


def _before(today: datetime.date, count: int, unit: str) -> datetime.date:
    if unit in DAYS_OF_UNIT:
        return today - datetime.timedelta(days=count * DAYS_OF_UNIT[unit])
    years, month = divmod(today.year * 12 + today.month - 1 - count * MONTHS_OF_UNIT[unit], 12)
    day = min(today.day, calendar.monthrange(years, month + 1)[1])
    return datetime.date(years, month + 1, day)


def _of_calendar(year: int, month: int | None, day: int | None) -> Period:
    if day is not None:
        return _day(datetime.date(year, month or 1, day))
    last_month = month or 12
    last_day = calendar.monthrange(year, last_month)[1]
    return Period(datetime.date(year, month or 1, 1), datetime.date(year, last_month, last_day))
