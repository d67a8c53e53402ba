"""A slip of the fingers is forgiven as the README says."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.store.analysis import term_of
from search.spelling import distance, nearby, same_but_for

words = st.text("abc", max_size=7)


@cache
def by_definition(one: str, other: str) -> int:
    """The optimal string alignment distance, as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    found = min(
        by_definition(one[:-1], other) + 1,
        by_definition(one, other[:-1]) + 1,
        by_definition(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if one[-2:] == other[-2:][::-1] and len(one) > 1 and len(other) > 1:
        found = min(found, by_definition(one[:-2], other[:-2]) + 1)
    return found


@given(words, words, st.integers(0, 3))
def test_letters_that_differ_are_counted_as_defined(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(by_definition(one, other), limit + 1)


@given(st.lists(st.text("abc", min_size=1, max_size=6), unique=True), words, st.integers(1, 2))
def test_a_whole_dictionary_gives_what_its_words_give(
    terms: list[str], typed: str, limit: int
) -> None:
    together = nearby(sorted(terms), typed, limit)
    assert together == {term: far for t in terms for term, far in nearby([t], typed, limit).items()}


def test_two_letters_that_changed_places_are_one_slip() -> None:
    assert distance("tecnhology", "technology", 2) == 1


def test_the_first_letter_is_typed_right() -> None:
    assert not same_but_for("clear", "lear", 1)
    assert nearby(["clear", "fear", "year"], "lear", 1) == {}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tecnhology", "technology"),
        ("recieve", "receive"),
        ("artifical", "artificial"),
        ("buisness", "business"),
        ("mahcine", "machine"),
        ("learing", "learning"),
        ("hapy", "happy"),
    ],
)
def test_one_slip_within_a_word_finds_its_stem(typed: str, meant: str) -> None:
    assert nearby([term_of(meant)], typed, 1) == {term_of(meant): 1}
