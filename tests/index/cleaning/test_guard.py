"""Markup that would hang a parser is recognised, or made harmless, in linear time."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from index.cleaning.guard import DEEPEST, flattened, risk, tamed


def test_ordinary_pages_are_ordinary() -> None:
    assert risk("") == "ordinary"
    assert risk("<p class='a b'>Text</p>" * 20_000) == "ordinary"
    assert risk("<p>open paragraphs" * 8_000) == "ordinary"


@pytest.mark.parametrize(
    "markup",
    [
        "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">text</p>",
        '<p x=">" ' + " ".join(f'a{number}=">"' for number in range(100_000)) + ">text</p>",
        "<p " + "".join(f'a{number}="1"' for number in range(100_000)) + ">text</p>",
        "<p " + "/".join(f"a{number}" for number in range(100_000)) + ">text</p>",
    ],
    ids=["many attributes", "many quoted attributes", "no spaces", "slashes"],
)
def test_pathological_pages_are_told_apart(markup: str) -> None:
    assert risk(markup) == "pathological"


def test_what_is_tamed_is_ordinary_and_keeps_its_text_and_its_names() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(10_000))
    page = tamed(f"<p {attributes} class=lead>One &lt; <i title='\"'>two</i><!-- no end")
    assert risk(page) == "ordinary"
    assert '<p class="lead">One &lt; <i title=' in page
    assert "two</i>" in page


def test_a_long_attribute_is_no_harm() -> None:
    assert risk(f'<div data-state="{"word " * 100_000}">text</div>') == "ordinary"
    assert risk("<img src='data:image/png;base64," + "A" * 500_000 + "'>") == "ordinary"


def test_a_long_script_is_no_tag() -> None:
    assert risk(f"<script>if (a <b && c) {{ {'a = 1; ' * 5_000} }}</script>") == "ordinary"


def test_a_tag_in_a_drawing_is_one() -> None:
    attributes = " ".join(f"a{number}" for number in range(10_000))
    assert risk(f"<svg><style><p {attributes}></style></svg>") == "pathological"


def test_what_is_too_large_is_read_as_text() -> None:
    assert risk("<p>word</p>" * 2_000_000) == "oversized"
    attributes = " ".join(f"a{number}" for number in range(700_000))
    assert risk(f"<p {attributes}>text</p>") == "oversized"


@pytest.mark.parametrize("unit", ["<a '", '<a "', "<a \"'", "<", "<a <a '", "<a" + "'" * 9])
def test_unclosed_tags_and_quotes_take_linear_time(unit: str) -> None:
    assert risk(unit * (2_000_000 // len(unit))) in ("ordinary", "pathological", "oversized")


def depth(markup: str) -> int:
    """How many blocks nest in the tree of the markup."""
    deepest = now = 0
    tree = re.sub("<!--.*?-->", "", LexborHTMLParser(markup).html or "")
    for end in re.findall("<(/?)(?:div|object)", tree):
        now += -1 if end else 1
        deepest = max(deepest, now)
    return deepest


def test_pages_of_a_common_depth_stay_as_they_are() -> None:
    page = "<div>" * 100 + "<p>One<p>Two<br>" * 8_000 + "</div>" * 100
    assert flattened(page) == page


@pytest.mark.parametrize("inside", ["", "text", "<p>text</p>", "<!-- <p> -->"])
def test_what_nests_too_deeply_loses_its_tags_and_no_text(inside: str) -> None:
    page = f"<div>{inside}" * 20_000 + "end" + "</div>" * 20_000 + "<div>after</div>"
    flat = flattened(page)
    assert depth(flat) == DEEPEST
    assert flat.endswith("</div><div>after</div>")
    assert flat.count("text") == page.count("text")
    assert "end" in flat


def test_blocks_that_lose_their_tags_stay_apart() -> None:
    assert "one<hr>two<hr>three" in flattened("<div>" * 12_000 + "one<div>two</div><i>three</i>")


@pytest.mark.parametrize(
    "unit",
    [
        "<div></x>",
        "<div><object></div></object>",
        "<div><textarea></div></textarea>",
        "<div><!-- </div> -->",
        "<div><i title='</div>'>",
        "<b><div></b>",
    ],
)
def test_end_tags_that_end_nothing_do_not_deceive(unit: str) -> None:
    assert depth(flattened(unit * 12_000)) <= DEEPEST


@pytest.mark.parametrize("unit", ["<a '", "<a ='", '<a ="', "<!--", "<!-- -", "<title>", "</a ="])
def test_flattening_takes_linear_time(unit: str) -> None:
    assert flattened(unit * (1_000_000 // len(unit)))
