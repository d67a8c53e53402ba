"""The blocks that are kept are those that together promise the most."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.selection import LEAST_LIKELY, select

BLOCKS = st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(1, 50)), min_size=1, max_size=7)


def expected_f1(blocks: list[tuple[float, int]], kept: tuple[int, ...]) -> float:
    right = sum(p * words for at, (p, words) in enumerate(blocks) if at in kept)
    returned = sum(words for at, (_, words) in enumerate(blocks) if at in kept)
    return 2 * right / (returned + sum(p * words for p, words in blocks))


@given(BLOCKS)
def test_no_other_choice_promises_more(blocks: list[tuple[float, int]]) -> None:
    probabilities = np.array([p for p, _ in blocks])
    mask = select(probabilities, np.array([words for _, words in blocks], dtype=float))
    kept = tuple(np.flatnonzero(mask).tolist())
    if probabilities.max() < LEAST_LIKELY:
        assert kept == ()
        return
    best = max(
        expected_f1(blocks, choice)
        for size in range(1, len(blocks) + 1)
        for choice in combinations(range(len(blocks)), size)
    )
    assert expected_f1(blocks, kept) >= best - 1e-9


@given(BLOCKS)
def test_precision_keeps_less_and_recall_keeps_more(blocks: list[tuple[float, int]]) -> None:
    probabilities = np.array([p for p, _ in blocks])
    words = np.array([words for _, words in blocks], dtype=float)
    balanced = select(probabilities, words)
    assert not (select(probabilities, words, "precision") & ~balanced).any()
    assert not (balanced & ~select(probabilities, words, "recall")).any()


def test_a_page_may_have_no_content() -> None:
    unlikely = np.array([0.1, 0.2, LEAST_LIKELY - 0.01])
    assert not select(unlikely, np.ones(3)).any()
    assert not select(np.zeros(0), np.zeros(0)).any()
