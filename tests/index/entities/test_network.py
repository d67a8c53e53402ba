"""What the network makes of words does not depend on what it has read before."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from index.entities import network
from index.entities.companies import find_listed
from index.entities.labels import OUTSIDE
from index.entities.lexicon import load
from index.entities.network import Network
from index.entities.tagger import OWN
from index.entities.tokens import tokenize

LETTER = (
    "Anna Weber runs Zalando in Berlin . Weber said so , and then there was nothing more to say ."
)
OTHER = "Kelvark , founded by Ines Duarte , makes pumps . Kelvark is based in Porto ."


@pytest.fixture(params=OWN)
def fresh(request: pytest.FixtureRequest) -> Network:
    path = files("index.entities") / f"{request.param}.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return Network(dict(arrays), load())


def read(reader: Network, text: str) -> np.ndarray:
    words = tokenize(text).words
    return reader.probabilities(words, find_listed(words, load()))


def test_every_word_has_probabilities_and_one_far_from_any_capital_is_no_name(
    fresh: Network,
) -> None:
    probabilities = read(fresh, LETTER)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    assert probabilities[0, OUTSIDE] < 0.5  # Anna
    assert probabilities[-2, OUTSIDE] == 1  # say


def test_a_document_reads_the_same_first_and_later(fresh: Network) -> None:
    first = read(fresh, OTHER)
    read(fresh, LETTER)
    np.testing.assert_allclose(read(fresh, OTHER), first, atol=1e-5)


def test_a_document_reads_the_same_where_little_is_kept(
    fresh: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read(fresh, OTHER)
    monkeypatch.setattr(network, "_PRODUCT_BYTES", 1 << 14)
    monkeypatch.setattr(network, "_MOST_WORDS_KEPT", 8)
    fresh._forget()
    for _ in range(2):
        read(fresh, LETTER)
        np.testing.assert_allclose(read(fresh, OTHER), expected, atol=1e-5)


def test_words_without_any_capital_need_no_network(fresh: Network) -> None:
    assert (read(fresh, "nothing here is called anything")[:, OUTSIDE] == 1).all()
