"""A page was published on the day that it says, and not on the day when it was changed."""

from __future__ import annotations

import datetime

import pytest

from index.cleaning.blocks import parse
from index.cleaning.metadata import extract

DAY = datetime.date(2025, 1, 27)
HEADLINE = "<h1>Brackwater Opens Its Tidal Mill Again</h1>"
MODIFIED = '<meta property="article:modified_time" content="2025-03-01">'


def published(body: str, head: str = "", url: str | None = None) -> datetime.date | None:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return extract(parse(page), url).published


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-01-26T23:30:00-05:00">',
        '<meta name="w-published-date" content="2025-01-27T06:03:43Z">',
        '<meta itemprop="dateCreated datePublished" content="2025-01-27">',
        '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": ['
        '{"@type": "VideoObject", "uploadDate": "2024-11-02"},'
        '{"@type": "NewsArticle", "datePublished": "2025-01-28T01:00:00+05:30"}]}</script>',
    ],
)
def test_the_day_that_is_stated_for_machines(head: str) -> None:
    assert published(f"{HEADLINE}<p>Updated March 1, 2025</p>", MODIFIED + head) == DAY


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADLINE}<p>Published January 27, 2025 · Updated March 1, 2025</p>",
        f"{HEADLINE}<time datetime=2025-01-28T04:13Z>January 27, 2025</time>",
        f"<p>Saturday, March 1, 2025</p>{HEADLINE}<p>By Oda Lindqvist</p><p>27.01.2025</p>",
        f"{HEADLINE}<p><time class=updated>2025-03-01</time></p><p><time>27 Jan 2025</time></p>",
    ],
)
def test_the_day_that_stands_by_the_headline(body: str) -> None:
    assert published(body, MODIFIED) == DAY


def test_an_earlier_day_by_the_headline_wins_over_the_day_of_a_new_address() -> None:
    moved = '<meta property="article:published_time" content="2025-06-12">'
    assert published(f"{HEADLINE}<p>January 27, 2025</p>", moved) == DAY


def test_a_later_day_by_the_headline_is_one_of_a_change() -> None:
    stated = '<meta property="article:published_time" content="2025-01-27">'
    assert published(f"{HEADLINE}<p>March 1, 2025</p>", stated) == DAY


def test_the_day_in_the_address_is_the_publication_s_own() -> None:
    stated = '<meta property="article:published_time" content="2025-01-28T02:41:41+00:00">'
    assert published(HEADLINE, stated, "https://herald.example/2025/01/27/mill") == DAY


def test_a_day_in_the_headline_is_part_of_the_story() -> None:
    assert published("<h1>What happened on January 27, 2025</h1><p>No day.</p>") is None


def test_the_day_of_a_change_stands_in_where_a_page_shows_no_other() -> None:
    assert published(f"{HEADLINE}<p>Last updated: January 27, 2025</p>") == DAY
    assert published(HEADLINE, MODIFIED) is None


def test_a_year_of_copyright_is_no_day() -> None:
    assert published(f"{HEADLINE}<p>© 2025 Brackwater Herald</p>") is None


@pytest.mark.parametrize(
    ("markup", "url", "month_first"),
    [
        ("<html lang=en-US>", None, True),
        ("<html lang=en>", "https://www.herald.example/mill", True),
        ("<html lang=en>", "https://www.herald.co.uk/mill", False),
        ("<html lang=en-GB>", None, False),
        ("<html lang=fr>", None, False),
        (
            f"<html><p>{'The mill is open to all of you, and it was on that day. ' * 3}</p>",
            None,
            True,
        ),
        (
            f"<html><p>{'Le moulin est ouvert, et les gens sont dans la cour. ' * 3}</p>",
            None,
            False,
        ),
        ("<html lang=en-US><p>Opened on 28/12/2024</p>", None, False),
    ],
)
def test_day_and_month_are_told_apart_as_the_language_of_the_page_writes_them(
    markup: str, url: str | None, *, month_first: bool
) -> None:
    found = extract(parse(f"{markup}{HEADLINE}<p>Oda Lindqvist, 03/04/2025</p>"), url).published
    assert found == (datetime.date(2025, 3, 4) if month_first else datetime.date(2025, 4, 3))
