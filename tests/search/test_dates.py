"""Dates are read as people type them."""

from __future__ import annotations

import datetime

import pytest

from index.errors import WhodexError
from search.dates import Period, parse_period

TODAY = datetime.date(2026, 3, 31)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-1", "2025-01-01", "2025-01-31"),
        ("2025-01-27", "2025-01-27", "2025-01-27"),
        (" Today ", "2026-03-31", "2026-03-31"),
        ("yesterday", "2026-03-30", "2026-03-30"),
        ("7d", "2026-03-24", "2026-03-24"),
        ("2w", "2026-03-17", "2026-03-17"),
        ("1m", "2026-02-28", "2026-02-28"),
        ("4m", "2025-11-30", "2025-11-30"),
        ("1y", "2025-03-31", "2025-03-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(typed: str, first: str, last: str) -> None:
    assert parse_period(typed, today=TODAY) == Period(day(first), day(last))


@pytest.mark.parametrize(
    "typed", ["", "2025-13", "2025-02-30", "0000", "27.1.2025", "soon", "9999y", "٢٠٢٥"]
)
def test_anything_else_is_refused_with_the_forms_that_are_read(typed: str) -> None:
    with pytest.raises(WhodexError, match="is not a date") as caught:
        parse_period(typed, today=TODAY)
    assert "2025-01-27" in str(caught.value.hint)
