"""The authors of a page are the people who wrote it, without titles, dates and logins."""

from __future__ import annotations

import pytest

from index.cleaning.blocks import parse
from index.cleaning.bylines import real_names
from index.cleaning.metadata import extract

HEADLINE = "<h1>Brackwater Opens Its Tidal Mill Again</h1>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Oda Lindqvist", ["Oda Lindqvist"]),
        ("ByOda Lindqvist", ["Oda Lindqvist"]),
        ("Written by Oda Lindqvist and Piet Moor", ["Oda Lindqvist", "Piet Moor"]),
        ("Von Oda Lindqvist, Piet Moor", ["Oda Lindqvist", "Piet Moor"]),
        ("January 27, 2025 By Oda Lindqvist", ["Oda Lindqvist"]),
        ("by Oda LindqvistJanuary 27, 2025", ["Oda Lindqvist"]),
        ("Jan. 27, 2025 · Oda Lindqvist on behalf of the crew", ["Oda Lindqvist"]),
        ("Oda Lindqvist, MD, PhD", ["Oda Lindqvist"]),
        ("Oda Lindqvist Senior Harbour Reporter", ["Oda Lindqvist"]),
        ("Oda Lindqvist, Home and Digital Expert", ["Oda Lindqvist"]),
        ("Oda Lindqvist (oda@herald.example)", ["Oda Lindqvist"]),
        ("January 27, 2025", []),
        ("Monday", []),
        ("Updated by the editors", []),
    ],
)
def test_the_names_in_a_byline(byline: str, names: list[str]) -> None:
    assert real_names(byline) == names


def author(body: str, head: str = "") -> str | None:
    return extract(parse(f"<html><head>{head}</head><body>{body}</body></html>")).author


def test_what_the_head_states_wins_over_the_bylines() -> None:
    stated = '<meta name=author content="Oda Lindqvist">'
    assert author(f"{HEADLINE}<p>By Piet Moor</p>", stated) == "Oda Lindqvist"


@pytest.mark.parametrize("stated", ["The Herald", "olind77"])
def test_a_person_by_the_headline_wins_over_a_publication_or_a_login(stated: str) -> None:
    head = f'<meta property=og:site_name content="The Herald"><meta name=author content="{stated}">'
    assert author(f"{HEADLINE}<p>By Oda Lindqvist</p>", head) == "Oda Lindqvist"
    assert author(HEADLINE, head) == stated


@pytest.mark.parametrize(
    "lines",
    [
        "<p>Written by</p><p>Oda Lindqvist</p>",
        "<p>Oda Lindqvist</p><p>27 January 2025</p>",
        "<p>Oda Lindqvist</p><p>9 min read</p>",
    ],
)
def test_a_name_alone_is_the_author_below_a_by_and_beside_the_date_or_the_reading_time(
    lines: str,
) -> None:
    assert author(HEADLINE + lines) == "Oda Lindqvist"


def test_a_name_alone_anywhere_else_is_not() -> None:
    assert author(f"{HEADLINE}<p>Oda Lindqvist</p><p>Mills and tides</p>") is None


def test_a_thread_has_the_author_who_started_it() -> None:
    assert author(f"{HEADLINE}<p>Discussion started by millwright, May 2</p>") == "millwright"
    posts = "<div class=username>millwright</div><p>How?</p><div class=username>tide77</div>"
    assert author(HEADLINE + posts) == "millwright"


@pytest.mark.parametrize(
    "line",
    [
        "<nav><ul><li><div>By Role</div><ul><li><a href=/x>Marketing</a></ul></ul></nav>",
        "<div class='menu dropdown-menu'><h5>By Use Case</h5></div>",
        "<select><option>By Review</option></select>",
        "<div class=header-links><a href=/in class=author>Sign In</a></div>",
        "<h3>By Functionality</h3>",
        "<span itemprop=itemListElement>Chat Bugs</span><p>27 January 2025</p>",
        "<a rel=tag>Harbour Strategies</a><p>27 January 2025</p>",
    ],
)
def test_what_a_site_offers_names_nobody(line: str) -> None:
    assert author(line + HEADLINE) is None
    assert author(HEADLINE + line) is None
    assert author(f"{line}{HEADLINE}<p>By Oda Lindqvist</p>") == "Oda Lindqvist"


def test_one_name_below_the_headline_is_the_author() -> None:
    assert author(f"{HEADLINE}<p>By Oda</p>") == "Oda"


def test_a_door_is_no_dutch_byline_on_an_english_page() -> None:
    line = f"{HEADLINE}<p>Door Check Springs</p>"
    assert extract(parse(f"<html lang=en>{line}")).author is None
    assert extract(parse(f"<html lang=nl>{line}")).author == "Check Springs"
