"""Whatever the markup, cleaning ends soon, and what a reader would see is there."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning import clean
from index.cleaning.decode import normalize
from index.records import Article, Page

KEEPER = "The keeper wrote the weather down each hour of the night, and the town read it at noon."
MARK = "The lighthouse at Norrvik was lit again on the first of March."
# Seconds for each million characters: five times the promise, for slow and busy machines.
SECONDS = 10

CASES = {
    "nested": "<div>" * 100_000,
    "nested and closed": "<div>" * 50_000 + "</div>" * 50_000,
    "nested with text": "<div>w<p>x" * 20_000,
    "nested tables": "<table><tr><td>w" * 20_000,
    "nested lists": "<ul><li>w" * 20_000,
    "nested inline": "".join(f"<b id=x{number}>w " for number in range(20_000)),
    "nested behind false ends": "<div></x>" * 50_000,
    "blocks in open inline tags": "<a><div>w</a>" * 20_000,
    "many paragraphs in open inline tags": "".join(f"<b id=x{n}>" for n in range(500))
    + "<p>w" * 5_000,
    "many paragraphs": "<p>word word word</p>" * 20_000,
    "unclosed paragraphs": "<p>w" * 30_000,
    "unclosed tags without an end": "<a " * 50_000 + ">",
    "attributes": f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>w</p>",
    "attributes of a nested tag": "<div>" * 10_000
    + f"<p {' '.join(f'a{n}=1' for n in range(10_000))}>w</p>",
    "attributes on many bodies": "".join(f"<body a{n}=1>" for n in range(20_000)),
    "a huge attribute": f"<p title='{'x' * 3_000_000}'>w</p>",
    "comments": "<!-- c -->" * 300_000,
    "NULs": "\0" * 1_000_000,
    "CDATA": "<![CDATA[w]]>" * 100_000,
    "a script that writes tags": f"<script>{'<p>x</p>' * 50_000}</script>",
    "entities": "&amp;" * 500_000,
    "malformed entities": "&amp&bogus;&#x110000;&#0;&#xD800;&" * 20_000,
    "one long line": "word " * 2_000_000,
    "angle brackets": "< " * 200_000,
    "end tags": "</div></p></b>" * 50_000,
    "frames": "<frameset>" * 10_000 + "</frameset>" * 10_000,
}


def shown(article: Article) -> str:
    return "\n".join([article.text, *(dropped.text for dropped in article.dropped)])


@pytest.mark.parametrize("case", CASES)
def test_hostile_markup_neither_hangs_nor_loses_text(case: str) -> None:
    page = f"<html><body><p>{KEEPER}</p>{CASES[case]}<p>{MARK}</p></body></html>"
    start = time.process_time()
    article = clean(Page("page.html", page.encode(), "html"))
    assert time.process_time() - start < SECONDS * max(0.1, len(page) / 1e6)
    assert KEEPER in shown(article)
    if case != "frames":  # in which a browser shows no text either
        assert MARK in shown(article)


WORDS = st.text("abcdefghij", min_size=6, max_size=9)
TAGS = "div p b i a ul li table tr td span h2 pre blockquote section article nav form em".split()
PIECES = st.one_of(
    WORDS,
    WORDS,
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(["<br>", "<hr>", "<!-- note -->", "&amp;", " ", "\n", "< ", "&#0;"]),
    st.sampled_from(
        ["<p class='x y' id=z>", "<a href='/?a=1&b'>", "<td colspan=2>", "<li hidden>"]
    ),
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40))
def test_each_word_of_a_page_is_kept_or_said_to_be_dropped(pieces: list[str]) -> None:
    words = [piece for piece in pieces if piece.isalpha()]
    page = "<html><body>" + " ".join(pieces)
    article = clean(Page("page.html", page.encode(), "html"))
    assert sorted(words) == sorted(word for word in shown(article).split() if word in words)


@given(st.binary(max_size=400), st.sampled_from(["html", "text"]))
def test_any_bytes_are_a_page(content: bytes, markup: str) -> None:
    article = clean(Page("page", content, markup))  # type: ignore[arg-type]
    assert normalize(article.text) == article.text
