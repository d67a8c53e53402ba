"""Rules for single lines say what is furniture; those for articles speak on articles only."""

from __future__ import annotations

import pytest

from index.cleaning import plain
from index.cleaning.blocks import parse
from index.cleaning.furniture import furniture, is_article, sections

STATED = '<meta property="og:type" content="article">'
PROSE = (
    "<p>The mill by the harbour grinds again, and the town has come to watch the first flour in "
    "eleven years, which filled eleven sacks.</p>"
)
ENTRIES = "".join(f"<li>Trail {number}, around the lake</li>" for number in range(20))


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (STATED, PROSE * 8 + ENTRIES, True),
        ("", PROSE * 8 + ENTRIES, False),
        ("", PROSE * 20 + ENTRIES, True),
        (STATED, PROSE + ENTRIES, False),
    ],
)
def test_a_list_is_no_article_though_its_page_says_so(
    head: str, body: str, *, expected: bool
) -> None:
    outline = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    assert is_article(outline, [True] * len(outline.blocks)) is expected


def test_newsletters_are_no_furniture_in_an_article_about_them() -> None:
    line = "<h2>What This Means for Newsletter Writers</h2>"
    outline = parse(f"<article>{PROSE * 8}{line}{PROSE}<p>Subscribe now</p></article>")
    kept = [True] * len(outline.blocks)
    assert set(sections(outline, kept, "html", "Why Newsletters Pay")) == {len(kept) - 1}
    assert len(sections(outline, kept, "html", "Why Mills Pay")) == 2


def test_whom_to_ask_about_a_press_release_is_no_part_of_it() -> None:
    page = plain.outline("The mill grinds again.\n###\nMedia contact: Ada Example, Tel. 555-0163")
    assert list(furniture(page.blocks, [True] * 3, None)) == [1, 2]
