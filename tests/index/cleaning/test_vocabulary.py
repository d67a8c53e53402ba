"""A vocabulary sums up the weights of names and of words, in whichever process it is."""

from __future__ import annotations

import pickle

from index.cleaning.vocabulary import Vocabulary, word_tokens

VOCABULARY = Vocabulary(
    {"<nav>": -2.0, "menu": -1.0, "main": 0.5}, {"home": -1.0, "home_": -2.0, "000": 0.5}
)


def test_names_are_cut_into_words_and_added_to_the_tag() -> None:
    assert VOCABULARY.name_score("nav", "") == -2.0
    assert VOCABULARY.name_score("nav", "main-menu MainMenu other") == -3.0


def test_short_lines_count_as_a_whole_too_and_numbers_by_their_length() -> None:
    assert VOCABULARY.word_score("Home") == (-3.0 / 2**0.5, -2.0)
    assert VOCABULARY.word_score("123") == VOCABULARY.word_score("456") == (0.5 / 2**0.5, 0.0)


def test_a_vocabulary_that_was_used_goes_to_another_process() -> None:
    VOCABULARY.word_score("Home")
    copy = pickle.loads(pickle.dumps(VOCABULARY))
    assert copy.word_score("Home") == VOCABULARY.word_score("Home")
    assert copy.name_score("nav", "menu") == -3.0


def test_lines_of_plain_text_are_told_by_how_they_start_and_end_and_by_their_looks() -> None:
    line = "NASA opens 27, Mill Road"
    added = set(word_tokens(line, "text")) - set(word_tokens(line, "html"))
    assert added == {"^nasa", "$,", "$mill", "$road", "^A a 0, Aa Aa"}
    assert word_tokens("It grinds.", "text")[-4:] == ["$grinds", "$.", "^it", "^Aa a."]


def test_only_the_start_of_a_long_line_is_its_shape() -> None:
    shapes = [token for token in word_tokens("We " * 9, "text") if token.startswith("^Aa")]
    assert shapes == ["^Aa Aa Aa Aa Aa Aa~"]
