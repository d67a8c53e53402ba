"""Words, and where they stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.entities.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Meta’s Yann LeCun,", ["Meta", "’s", "Yann", "LeCun", ","]),
        ("O'Reilly and L'Oréal at AT&T", ["O'Reilly", "and", "L'Oréal", "at", "AT&T"]),
        ("J.K. Rowling, U.S.", ["J.K.", "Rowling", ",", "U.S."]),
        ("Jean-Luc paid $5.6 million.", ["Jean-Luc", "paid", "$", "5.6", "million", "."]),
        ("Apple Inc. sued\nwix.com", ["Apple", "Inc.", "sued", "\n", "wix.com"]),
        ("George W. Bush Jr. won.", ["George", "W.", "Bush", "Jr.", "won", "."]),
    ],
)
def test_what_belongs_together_stays_together(text: str, words: list[str]) -> None:
    assert tokenize(text).words == words


@given(st.text(max_size=200))
def test_every_word_stands_where_it_says(text: str) -> None:
    tokens = tokenize(text)
    for index, word in enumerate(tokens.words):
        assert text[tokens.start(index) : tokens.end(index)] == word
    assert "".join(tokens.words) == "".join(c for c in text if not c.isspace() or c == "\n")


@pytest.mark.parametrize("unit", ["a", "a.", "A", "'", "a-", "a@", "http://", ".", "a_", "9,", " "])
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    started = time.process_time()
    tokenize(unit * 100_000)
    assert time.process_time() - started < 5
