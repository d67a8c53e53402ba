"""Dates of publication are read as pages write them."""

from __future__ import annotations

import datetime

import pytest

from index.cleaning.dates import date_in_url, parse_date, puts_month_first

DAY = datetime.date(2025, 1, 27)


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-27",
        "2025-01-27T10:00:00Z",
        "2025-01-28T01:00:00+05:00",
        "2025-01-26T22:30:00-0500",
        "20250127",
        "Published: January 27, 2025 at 3 pm",
        "Jan. 27th, 2025",
        "27 January 2025",
        "27. Januar 2025",
        "27 de enero de 2025",
        "le 27 janvier 2025",
        "1/27/2025",
        "27.01.2025",
        "27-Jan-2025",
        "2025 Jan 27",
        "2025年1月27日",
        "27 января 2025 г.",
        "By Ada ExampleJanuary 27, 2025",
    ],
)
def test_a_day_is_read_and_that_of_a_time_is_the_day_in_utc(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "3 days ago", "2025-13-40", "31 February 2025", "1066-10-14", "version 1.2.2025.1"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_the_future_is_no_date_of_publication() -> None:
    assert parse_date("2025-01-27", today=datetime.date(2025, 1, 26)) is None


def test_a_day_that_has_begun_in_the_east_is_not_in_the_future() -> None:
    text = "2025-01-27T03:00:00+09:00"
    yesterday = datetime.date(2025, 1, 26)
    assert parse_date(text, today=yesterday) == yesterday
    assert parse_date(text, today=datetime.date(2025, 1, 25)) is None


def test_a_day_in_an_address() -> None:
    assert date_in_url("https://orchard.example/2025/01/27/apples") == DAY
    assert date_in_url("https://orchard.example/2025-01-27-apples") == DAY
    assert date_in_url("https://orchard.example/apples-2025") is None
    assert date_in_url("https://orchard.example/2025-1-2-2025-2-0-release") is None


@pytest.mark.parametrize(
    ("languages", "host", "month_first"),
    [
        (["en-US"], "orchard.example", True),
        (["en"], "orchard.example", True),
        (["en", "en_US"], "orchard.example", True),
        (["en"], "orchard.co.uk", False),
        (["en-US"], "orchard.com.au", False),
        (["en-GB"], "orchard.example", False),
        (["en", "en_GB"], "orchard.example", False),
        (["fr"], "orchard.example", False),
        ([""], "orchard.example", False),
    ],
)
def test_americans_alone_put_the_month_first(
    languages: list[str], host: str, *, month_first: bool
) -> None:
    assert puts_month_first([], languages, host) is month_first
    day = datetime.date(2025, 3, 4) if month_first else datetime.date(2025, 4, 3)
    assert parse_date("03/04/2025", month_first=month_first) == day


def test_another_date_of_the_page_tells_the_order_of_day_and_month() -> None:
    assert puts_month_first(["03/04/2025", "First on 1/27/2025"], ["fr"], "orchard.fr")
    assert not puts_month_first(["03/04/2025", "First on 27/1/2025"], ["en-US"], "orchard.example")


@pytest.mark.parametrize("month_first", [True, False])
@pytest.mark.parametrize("text", ["1/27/2025", "27/1/2025", "27.1.2025"])
def test_a_day_that_can_be_no_month_is_the_day(text: str, *, month_first: bool) -> None:
    assert parse_date(text, month_first=month_first) == DAY
