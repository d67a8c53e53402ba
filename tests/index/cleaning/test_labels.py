"""Blocks are matched with the text that they should give."""

from __future__ import annotations

import pytest

from index.cleaning.labels import shares, word_f1


def test_content_is_found_and_the_rest_is_not() -> None:
    blocks = ["Home News", "The mill was opened on Monday by the mayor.", "Read more", "It grinds."]
    truth = "The mill was opened on Monday by the mayor.\n\nIt grinds."
    assert shares(blocks, truth) == [0.0, 1.0, 0.0, 1.0]


def test_each_word_of_the_truth_is_matched_once() -> None:
    line = "The mill was opened on Monday"
    assert sorted(shares([line, line], line)) == [0.0, 1.0]


def test_a_word_within_prose_does_not_make_a_menu_content() -> None:
    blocks = ["Monday", "The mill was opened on Monday by the mayor."]
    assert shares(blocks, blocks[1]) == [0.0, 1.0]


def test_a_block_that_was_shortened_is_matched_in_part() -> None:
    block = "The mill was opened on Monday by the mayor, who made a speech of an hour or more."
    (share,) = shares([block], "The mill was opened on Monday by the mayor.")
    assert share == pytest.approx(9 / 18, abs=0.1)


def test_text_in_another_order_is_found() -> None:
    first, second = "The mill was opened on Monday", "A storm had taken its roof"
    assert shares([first, second], f"{second}\n{first}") == [1.0, 1.0]


def test_the_score_counts_words_as_bags() -> None:
    assert word_f1("", "") == 1.0
    assert word_f1("mill", "") == 0.0
    assert word_f1("the mill opened", "opened the mill") == 1.0
    assert word_f1("the mill", "the mill opened again") == pytest.approx(2 / 3)
