"""The query language says what it means, or points at what it cannot read."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.lexemes import QueryError
from search.syntax import (
    DEFAULT_DISTANCE,
    FIELDS,
    MAX_DEPTH,
    And,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Sequence,
    Word,
    parse,
)


def word(text: str, position: int, field: str = "text", **more: float) -> Word:
    return Word(text, field, position, **more)  # type: ignore[arg-type]


def test_words_side_by_side_leave_it_to_the_match_mode() -> None:
    assert parse("open source") == Sequence((word("open", 0), word("source", 5)))


def test_a_blank_query_asks_for_nothing_in_particular() -> None:
    assert parse("") is None
    assert parse(" \t\n") is None


def test_operators_are_capital_words() -> None:
    assert parse("a AND b OR c") == Or((And((word("a", 0), word("b", 6))), word("c", 11)))
    assert parse("and or not") == Sequence((word("and", 0), word("or", 4), word("not", 7)))


def test_not_and_minus_exclude() -> None:
    excluded = Sequence((word("chips", 0), Not(word("poker", 10))))
    assert parse("chips NOT poker") == excluded
    assert parse("chips    -poker") == excluded
    assert parse('chips -"poker night"') == Sequence(
        (word("chips", 0), Not(Phrase("poker night", "text", 7)))
    )


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    assert parse("GPT-4o") == word("GPT-4o", 0)


def test_parentheses_group() -> None:
    assert parse("(a OR b) AND c") == And((Or((word("a", 1), word("b", 6))), word("c", 13)))


@pytest.mark.parametrize(
    "quotes",
    [*('"{}"', "“{}”", "”{}”", "„{}“", "„{}”", "«{}»", "»{}«", "»{}»", "‹{}›", "‘{}’", "‚{}‘")],
)
def test_quotes_make_a_phrase(quotes: str) -> None:
    assert parse(quotes.format("open source")) == Phrase("open source", "text", 0)


def test_apostrophes_are_no_quotation_marks() -> None:
    assert parse("don’t") == word("don’t", 0)
    assert parse("‘tis O‘Neill") == Sequence((word("‘tis", 0), word("O‘Neill", 5)))
    assert parse("‘don’t panic’") == Phrase("don’t panic", "text", 0)
    assert parse("title:‘open source’") == Phrase("open source", "title", 6)


def test_a_phrase_can_be_loose_and_weigh_more() -> None:
    assert parse('"chip war"~5') == Phrase("chip war", "text", 0, slop=5)
    assert parse('"chip war"~5^2') == Phrase("chip war", "text", 0, slop=5, boost=2.0)
    assert parse('"chip war"^2') == Phrase("chip war", "text", 0, boost=2.0)


def test_a_field_narrows_a_word_or_a_phrase() -> None:
    assert parse("title:chips") == word("chips", 6, "title")
    assert parse('person:"Ada Okafor"') == Phrase("Ada Okafor", "person", 7)


def test_fields_have_the_names_that_people_try() -> None:
    assert parse("people:ada") == word("ada", 7, "person")
    assert parse("Date:2025") == word("2025", 5, "published")


def test_signs_within_words_are_no_syntax() -> None:
    for typed in ("C++", "AT&T", "https://example.org/a", "12:30", "o'brien", "R&D", "@mira"):
        assert parse(typed) == word(typed, 0), typed


def test_a_colon_with_nothing_behind_it_is_punctuation() -> None:
    assert parse("warning: storm") == Sequence((word("warning:", 0), word("storm", 9)))


def test_a_question_mark_at_the_end_is_punctuation() -> None:
    assert parse("why?") == word("why?", 0)


def test_stars_and_inner_question_marks_are_patterns() -> None:
    assert parse("inno*") == Pattern("inno*", "text", 0)
    assert parse("wom?n") == Pattern("wom?n", "text", 0)


def test_a_tilde_allows_for_misspelling() -> None:
    assert parse("nvdia~") == word("nvdia", 0, fuzziness=1)
    assert parse("nvdia~2") == word("nvdia", 0, fuzziness=2)


@pytest.mark.parametrize("field", ["person", "company", "author", "site"])
def test_names_can_be_patterns_and_misspelled(field: str) -> None:
    at = len(field) + 1
    assert parse(f"{field}:lecunn~") == word("lecunn", at, field, fuzziness=1)
    assert parse(f"{field}:lec?n") == Pattern("lec?n", field, at)
    assert parse(f"{field}:lec*") == Pattern("lec*", field, at)
    assert parse(f'{field}:"E*Trade"') == Phrase("E*Trade", field, at)


@pytest.mark.parametrize(
    "typed",
    [
        *("url:https://x.org/~", "url:https://x.org/?q=1", "path:/a/b~1", "id:a^2", "id:a?b"),
        *("language:e?", "id:a..b", "url:https://x.org/" + "a" * 300),
    ],
)
def test_exact_values_keep_all_their_signs(typed: str) -> None:
    field, _, value = typed.partition(":")
    assert parse(typed) == word(value, len(field) + 1, field)


def test_only_a_star_makes_a_pattern_of_an_exact_value() -> None:
    typed = "https://x.org/~a/*?q=1^2"
    assert parse(f"url:{typed}") == Pattern(typed, "url", 4)
    assert parse('id:"a*b"') == Phrase("a*b", "id", 3)


def test_a_range_of_dates_can_be_open() -> None:
    assert parse("published:2025-01..2025-03") == Range("2025-01", "2025-03", "published", 10)
    assert parse("published:..2025") == Range("", "2025", "published", 10)


@pytest.mark.parametrize(
    ("query", "position", "reason"),
    [
        ('say "open', 4, "never closed"),
        ("a AND", 5, "missing at the end"),
        ("AND a", 0, "both sides"),
        ("a OR", 4, "missing at the end"),
        ("a OR AND b", 5, "both sides"),
        ("a)", 1, "closes nothing"),
        ("(a", 0, "never closed"),
        ("a (", 2, "never closed"),
        ("a ()", 2, "nothing between"),
        ("NOT", 3, "missing at the end"),
        ("titel:a", 0, "no field 'titel'"),
        ("x title:", 8, "must follow title:"),
        ("abc~3", 3, "letters may differ"),
        ('"a b"~0', 5, "at least 1"),
        ('"a b"~', 5, "a number must follow"),
        ('"a b"^x', 5, "a number must follow ^"),
        ('"a b"~2^', 7, "a number must follow ^"),
        ('"a b"~99999999999', 5, "the number after ~ is too large"),
        ("chips^", 5, "a number must follow ^"),
        ("chips^1e309", 5, "a number must follow ^"),
        ("chips^99999999999", 5, "the number after ^ is too large"),
        ("chips~10", 5, "letters may differ"),
        ("«open", 0, "never closed"),
        ('say "open sour*"', 14, "no pattern inside a phrase"),
        ('title:"*"', 7, "no pattern inside a phrase"),
        ("person:lecun^2", 12, "^ works on words of the text and title only"),
        ('person:"yann lecun"~2', 19, "~ works on words of the text and title only"),
        ("published:..", 10, "a date must stand before or behind"),
        ("published:2025-*", 15, "only published:* is a pattern"),
        ("published:*..2025", 10, "only published:* is a pattern"),
        ("ab\ud800", 2, "no character"),
    ],
)
def test_an_error_points_at_the_character(query: str, position: int, reason: str) -> None:
    with pytest.raises(QueryError, match="Cannot read the query") as caught:
        parse(query)
    assert caught.value.position == position
    assert reason in caught.value.reason
    echoed = query.replace("\ud800", " ")
    assert f"  {echoed}\n  {' ' * position}^" in str(caught.value)


def test_an_unknown_field_offers_the_nearest_and_lists_all() -> None:
    with pytest.raises(QueryError) as caught:
        parse("compny:acme")
    assert caught.value.hint is not None
    assert "Did you mean company?" in caught.value.hint
    assert all(field in caught.value.hint for field in FIELDS)


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    assert parse("(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1)) is not None
    for opening in ("(", "NOT ", "-"):
        with pytest.raises(QueryError):
            parse(opening * 5000 + "a")


def test_a_query_that_nobody_types_is_refused_with_a_reason() -> None:
    with pytest.raises(QueryError, match="this word has more than 200 characters") as caught:
        parse("open " + "a" * 201)
    assert caught.value.position == 5
    with pytest.raises(QueryError, match="more than 200 characters"):
        parse("title:" + "a" * 10_000)
    for many in ("a " * 2001, '"' + "a " * 2001 + '"', "title:w " * 10_000):
        with pytest.raises(QueryError, match="it has more than 2,000 words"):
            parse(many)
    assert parse("title:w " * 2000) is not None


def test_an_error_shows_what_is_around_the_mark_of_a_long_query() -> None:
    with pytest.raises(QueryError) as caught:
        parse("before " * 100 + "titel:a" + " behind" * 100)
    _, shown, mark = caught.value.message.splitlines()
    assert len(shown) <= 2 + 120 + 2
    assert shown.startswith("  …")
    assert shown.endswith("…")
    assert shown[mark.index("^") :].startswith("titel:a behind")


@pytest.mark.parametrize(
    ("query", "columns"), [("数据 titel:a", 5), ("cafe\u0301 titel:a", 5), ("a\r\n\tb titel:a", 6)]
)
def test_the_mark_stands_under_the_character_in_a_terminal(query: str, columns: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    _, shown, mark = caught.value.message.splitlines()
    assert shown.endswith("titel:a")
    assert mark == " " * (2 + columns) + "^"


@given(st.text(alphabet='ab ()"«»„“‘’~^*?:-.+2ANDORNOT', max_size=40))
def test_anything_typed_is_read_or_refused(query: str) -> None:
    with contextlib.suppress(QueryError):
        parse(query)


def test_near_joins_words_and_a_name_in_either_order() -> None:
    chips, lecun = word("chips", 0), word("lecun", 18, "person")
    assert parse("chips NEAR person:lecun") == Near(chips, lecun, DEFAULT_DISTANCE)
    chips, lecun = word("chips", 20), word("lecun", 7, "person")
    assert parse("person:lecun NEAR/3 chips") == Near(chips, lecun, 3)
