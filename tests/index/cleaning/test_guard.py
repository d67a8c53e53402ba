"""Markup that would hang a parser is recognised before it is parsed, in linear time."""

from __future__ import annotations

import pytest

from index.cleaning.guard import risk


def test_ordinary_pages_are_ordinary() -> None:
    assert risk("") == "ordinary"
    assert risk("<p class='a b'>Text</p>" * 20_000) == "ordinary"
    assert risk("<p>open paragraphs" * 3_000) == "ordinary"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "text",
        "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">text</p>",
        '<p x=">" ' + " ".join(f'a{number}=">"' for number in range(100_000)) + ">text</p>",
        "<p " + "/".join(f"a{number}" for number in range(100_000)) + ">text</p>",
    ],
    ids=["deep", "many attributes", "many quoted attributes", "slashes"],
)
def test_pathological_pages_are_told_apart(markup: str) -> None:
    assert risk(markup) == "pathological"


def test_a_long_attribute_is_no_harm() -> None:
    assert risk(f'<div data-state="{"word " * 100_000}">text</div>') == "ordinary"
    assert risk("<img src='data:image/png;base64," + "A" * 500_000 + "'>") == "ordinary"


def test_what_is_too_large_is_read_as_text() -> None:
    assert risk("<p>word</p>" * 2_000_000) == "oversized"
    assert risk("<div>" * 1_000_000) == "oversized"


@pytest.mark.parametrize("unit", ["<a '", '<a "', "<a \"'", "<", "<a <a '", "<a" + "'" * 9])
def test_unclosed_tags_and_quotes_take_linear_time(unit: str) -> None:
    assert risk(unit * (2_000_000 // len(unit))) in ("ordinary", "pathological", "oversized")
