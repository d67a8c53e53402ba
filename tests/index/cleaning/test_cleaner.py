"""An article comes out of a page: all of it, once, and nothing else."""

from __future__ import annotations

import datetime
import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.cleaning import clean
from index.cleaning.blocks import parse
from index.cleaning.cleaner import decided
from index.cleaning.outline import Block
from index.cleaning.sites import counted, fingerprints
from index.records import Article, Given, Markup, Page

FIRST = (
    "The town of Brackwater opened its rebuilt tidal mill on Monday, eleven years after a storm "
    "took its roof, and the first flour was ground before a crowd of several hundred people."
)
SECOND = (
    "Mayor Ilse Vantongeren said the mill would pay for itself within six years, because the "
    "turbines under the old wheel sell their power to the harbour at a fixed price."
)
THIRD = (
    "Engineers of Harrow Tidal Works had to cast forty new gears from drawings found in a church, "
    "and the last of them was fitted only a week before the opening of the building."
)
TITLE = "Brackwater Opens Its Tidal Mill Again"


def from_text(text: str, given: Given | None = None) -> Article:
    return clean(Page("page.txt", text.encode(), "text", given=given or Given()))


def from_html(body: str, head: str = "", given: Given | None = None) -> Article:
    page = f"<html lang=en><head>{head}</head><body>{body}</body></html>"
    return clean(Page("page.html", page.encode(), "html", given=given or Given()))


def lines(article: Article) -> list[str]:
    return [line for line in article.text.split("\n") if line]


def test_a_plain_text_loses_its_boilerplate_and_nothing_else() -> None:
    article = from_text(
        f"""Home News {TITLE}

{TITLE}

512
3

by Oda Lindqvist

3 days ago

Table of Contents

  1. A storm and its price
  2. Forty gears

{FIRST}

A storm and its price

{SECOND} Brackwater, Energy, Mills

Forty gears

{THIRD} Brackwater, Energy, Mills

Original Source: brackwater-herald.example

About Oda Lindqvist

Oda Lindqvist is a reporter who has covered the coast for twenty years. Born in Uppsala, she came
to Brackwater for a summer and stayed, and her work has appeared in several weeklies since then.

View all posts by Oda Lindqvist →

Leave a Reply

Your email address will not be published. Required fields are marked *
"""
    )
    assert article.title == TITLE
    assert article.author == "Oda Lindqvist"
    assert article.site == "brackwater-herald.example"
    assert article.language == "en"
    assert lines(article) == [FIRST, "A storm and its price", SECOND, "Forty gears", THIRD]


def test_a_fused_toggle_goes_and_its_heading_stays() -> None:
    article = from_text(
        f"{TITLE}\n{FIRST}\nTable of Contents\nToggleA Storm and Its Price\n{SECOND}\n{THIRD}"
    )
    assert lines(article) == [FIRST, "A Storm and Its Price", SECOND, THIRD]


def test_names_behind_one_sentence_alone_are_part_of_it() -> None:
    listed = f"{FIRST} Brackwater, Lindqvist, Vantongeren"
    assert listed in from_text(f"{TITLE}\n\n{listed}\n\n{SECOND}").text


def test_the_address_that_the_source_gives_names_the_site() -> None:
    given = Given(url="https://www.herald.example/a")
    article = from_text(f"{TITLE}\n\n{FIRST}", given)
    assert (article.site, article.url) == ("herald.example", "https://www.herald.example/a")
    assert from_text(f"{TITLE}\n\n{FIRST}").site is None


def test_an_html_page_gives_its_article_and_metadata() -> None:
    article = from_html(
        f"""<nav><a href=/>Home</a> <a href=/n>News</a></nav>
        <article><h1>{TITLE}</h1><p class=byline>By Oda Lindqvist</p>
        <p>{FIRST}</p><h2>A storm</h2><p>{SECOND}</p>
        <ul><li>Forty new gears of cast iron</li><li>Two turbines under the wheel</li></ul>
        <p>{THIRD}</p></article>
        <footer><p>All rights reserved by the Herald of Brackwater.</p></footer>""",
        f"""<title>{TITLE} | The Herald</title>
        <meta property=og:site_name content="The Herald">
        <meta property="article:published_time" content="2025-01-26T23:30:00-05:00">
        <meta property="article:modified_time" content="2025-03-01">""",
        Given(url="https://herald.example/a"),
    )
    assert article.title == TITLE
    assert article.author == "Oda Lindqvist"
    assert article.published == datetime.date(2025, 1, 27), "the day in UTC"
    assert (article.site, article.language) == ("The Herald", "en")
    for part in (FIRST, "A storm", SECOND, "Forty new gears of cast iron", THIRD):
        assert part in lines(article)
    assert TITLE not in article.text
    assert "Home" not in article.text
    assert "rights reserved" not in article.text


@pytest.mark.parametrize("markup", ["html", "text"])
def test_parts_tile_the_text_and_what_went_has_a_reason(markup: str) -> None:
    if markup == "html":
        article = from_html(f"<h1>{TITLE}</h1><p>{FIRST}</p><ul><li>{SECOND}<li>{THIRD}</ul>")
    else:
        article = from_text(f"{TITLE}\n\n{FIRST}\n\n• {SECOND}\n• {THIRD}\n\nLeave a Reply")
    end = 0
    for part in article.parts:
        assert article.text[end : part.start].strip("\n") == ""
        end = part.end
    assert end == len(article.text) > 0
    assert f"{SECOND}\n{THIRD}" in article.text
    assert article.dropped
    assert all(dropped.reason for dropped in article.dropped)


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"   ", b"\xff\xfe", b"<", b"\x1b[31m", b"%PDF-1"]
)
def test_what_is_no_text_gives_an_article_without_any(content: bytes) -> None:
    for markup in ("html", "text"):
        article = clean(Page("page", content, markup))
        assert "\x1b" not in article.text
        assert "\x00" not in article.text


@pytest.mark.parametrize("enabled", [True, False])
def test_threads_that_clean_leave_the_collector_as_it_was(enabled: bool) -> None:
    pages = [Page("page.html", f"<p>{FIRST} {at}</p>".encode(), "html") for at in range(100)]
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with ThreadPoolExecutor(8) as pool:
            texts = [article.text for article in pool.map(clean, pages)]
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if before else gc.disable)()
    assert texts == [clean(page).text for page in pages]


def paragraphs(count: int) -> list[str]:
    """Return the minutes of a harbour board that met for years."""
    who = ("The harbour master", "Mayor Vantongeren", "A clerk of the board", "The pilot Ames")
    did = ("reported that", "asked whether", "denied that", "wrote to the council that")
    what = ("the dredging", "the new quay", "the old lighthouse", "the fee for small boats")
    was = ("had been paid for", "was put off again", "would cost the town dearly", "was no use")
    why = ("because of the storm", "as the minutes show", "since the law had changed", "in spring")
    return [
        " ".join(
            f"{who[(n + i) % 4]} {did[(n // 4 + i) % 4]} {what[(n // 16 + i) % 4]} "
            f"{was[(n // 64 + i) % 4]} {why[(n // 256 + i) % 4]}."
            for i in range(3 + n % 3)
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("markup", ["html", "text"])
def test_a_page_as_long_as_a_book_is_kept_whole(markup: Markup) -> None:
    lines = paragraphs(900)
    if markup == "html":
        menu = "<nav><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav>"
        body = "".join(f"<p>{line}</p>" for line in lines)
        page = f"<title>{TITLE}</title><body>{menu}<main><h1>{TITLE}</h1>{body}</main></body>"
    else:
        page = "\n\n".join((TITLE, *lines))
    found = clean(Page("minutes", page.encode(), markup)).text
    assert sum(line in found for line in lines) >= 0.99 * len(lines)


def test_doubtful_blocks_go_sooner_where_the_page_says_that_it_is_an_article() -> None:
    markup = f"<body><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></body>"
    likely = np.array([0.99, 0.99, 0.55], dtype=np.float32)

    def kept(head: str) -> list[bool]:
        outline = parse(f"<head>{head}</head>{markup}")
        return decided(Page("page.html", b"", "html"), outline, "html", likely)[0]

    assert kept("") == [True, True, True]
    assert kept("<meta property=og:type content=article>") == [True, True, False]


def test_what_recurs_on_the_site_counts_against_a_block() -> None:
    line = "Readers keep the Herald of Brackwater free."
    page = f"<div><h1>{TITLE}</h1><p>{FIRST}</p><p>{line}</p><p>{SECOND}</p></div>"
    source = Page("page.html", page.encode(), "html")
    blocks = [Block("paragraph", 0, line, 0)]
    known = clean(source, site=counted([fingerprints(blocks), fingerprints(blocks)]))
    assert line in clean(source).text
    assert line not in known.text
    assert FIRST in known.text
    assert line in [dropped.text for dropped in known.dropped if "recurs" in dropped.reason]


def test_reasons_are_given_in_words() -> None:
    page = f"<nav class=menu><a href=/>Home</a></nav><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    article = clean(Page("page.html", page.encode(), "html"), explain=True)
    (home,) = (dropped for dropped in article.dropped if dropped.text == "Home")
    assert home.probability is not None
    assert home.probability < 0.5
    assert len(home.reason.split()) > 2
