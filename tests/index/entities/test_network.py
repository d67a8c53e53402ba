"""What is kept between documents makes them faster and nothing else."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from index.entities import lexicon, network, tokens
from index.entities.companies import find_listed
from index.entities.labels import OUTSIDE
from index.entities.network import Network
from index.entities.tokens import LINE_BREAK, tokenize

TEXT = """Zelda Quux of Frobnitz Inc. met Ada Okafor in Bergen.
Okafor, the chief of Orvane, said that J. K. Blorp and Quux had bought shares of Nvidia.
"""


def new_network() -> Network:
    with (
        (files("index.entities") / "fast.npz").open("rb") as file,
        np.load(file) as arrays,
    ):
        return Network(dict(arrays), lexicon.load())


@pytest.mark.parametrize(("limit", "value"), [("_PRODUCT_BYTES", 10_000), ("_MOST_WORDS_KEPT", 10)])
def test_a_network_that_keeps_little_gives_the_same_probabilities(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    words = [LINE_BREAK, *tokenize(TEXT * 3).words]
    listed = find_listed(words, lexicon.load())
    usual = new_network().probabilities(words, listed)
    assert usual[:, 1:].max() > 0.5
    monkeypatch.setattr(network, limit, value)
    frugal = new_network()
    for _ in range(2):
        assert np.allclose(frugal.probabilities(words, listed), usual, atol=1e-5)


def test_tokens_are_the_same_when_no_more_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = tokenize(TEXT).words
    monkeypatch.setattr(tokens, "_MOST_KEPT", 0)
    monkeypatch.setattr(tokens, "_STRETCHES", type(tokens._STRETCHES)())
    assert tokenize(TEXT).words == expected
    assert not tokens._STRETCHES


def test_a_word_far_from_any_capital_is_surely_no_name() -> None:
    words = tokenize("Anna Weber runs a shop in Berlin . There is nothing more to say .").words
    probabilities = new_network().probabilities(words, [])
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    assert probabilities[0, OUTSIDE] < 0.5  # Anna
    assert probabilities[-2, OUTSIDE] == 1  # say
