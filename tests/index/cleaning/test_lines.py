"""Lines of plain text are judged by what stands around them."""

from __future__ import annotations

import numpy as np
import pytest

from index.cleaning import lines, plain
from index.cleaning.columns import Columns
from index.cleaning.features import names
from index.cleaning.shape import Shape
from index.cleaning.vocabulary import word_tokens

PROSE = "The keeper wrote the weather down each hour of the night and each hour of the day. " * 2


def around(text: str, scores: list[float]) -> dict[str, np.ndarray]:
    columns = Columns()
    lines.add(columns, Shape(plain.outline(text)), np.array(scores, dtype=np.float32))
    return dict(zip(columns.names, columns.matrix().T, strict=True))


def test_a_menu_is_one_run_and_the_prose_below_it_another() -> None:
    found = around(f"Home\nNews\nSport\n{PROSE}\n{PROSE}", [-1, -2, -3, 4, 4])
    assert found["lines of its run"].tolist() == [3, 3, 3, 2, 2]
    assert found["place in its run"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 0, 0.5])
    assert found["score of its run"].tolist() == pytest.approx([-2, -2, -2, 4, 4])
    assert found["width of the run after"][0] == PROSE.count(" ") // 2 * 2
    assert found["width of the run before"].tolist()[:3] == [0, 0, 0]


def test_lines_within_a_gap_share_their_score() -> None:
    found = around("Home\nNews\n\nSport\n", [-1, -3, 5])
    assert found["score of its group"].tolist() == pytest.approx([-2, -2, 5])
    assert found["score of the group before"].tolist() == pytest.approx([-1, -2, -2])


def test_what_stands_before_a_line_is_told_from_what_stands_behind_it() -> None:
    found = around("Home\nNews\nSport\nWeather", [1, 2, 3, 4])
    assert found["score of words 3 before"].tolist() == pytest.approx([0, 1, 1.5, 2])
    assert found["score of words 3 after"].tolist() == pytest.approx([3, 3.5, 4, 0])
    assert found["good words before"].tolist() == pytest.approx([0, 0.1, 0.3, 0.6])


def test_a_page_of_one_line_has_all_columns_too() -> None:
    found = around("Home", [0.5])
    assert all(np.isfinite(values).all() and values.shape == (1,) for values in found.values())
    assert set(names("text")) - set(names("html")) <= set(found) <= set(names("text"))


def test_more_words_of_a_line_are_read_where_nothing_but_words_tell() -> None:
    assert len(word_tokens(PROSE, "html")) < len(word_tokens(PROSE, "text"))
