"""Text that is analysed in bulk has the terms that the analysis finds word by word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.store import table
from index.store.analysis import terms
from index.store.stretches import COMPARED, Vocabulary
from index.store.table import Keys, Table
from index.store.terms import encode

# Letters and figures of several scripts and lengths in UTF-8, a combining accent, and everything
# that the analysis takes for more than a gap between words in some place; the rest is in no word.
TELLING = "aAsStTzé東カ٣İſ\u0301\udcff19.,'’&+#_-\f\n \xa0\u2028\x00“🙂"
telling = st.text(st.sampled_from(TELLING), max_size=12)
words = st.sampled_from(
    ("word", "Words", "U.S.", "AT&T's", "it's", "5.6", "C++", "x" * 16, "x" * 17, "y" * 70)
)
texts = st.one_of(telling, st.text(max_size=30), st.lists(words, max_size=9).map(" ".join))


def analysed(vocabulary: Vocabulary, batch: list[str]) -> list[list[tuple[str, int]]]:
    """Return the terms of each text with their positions."""
    found = vocabulary.analyse([encode(text) for text in batch])
    known = list(vocabulary.terms)
    pairs = zip(found.numbers.tolist(), found.positions.tolist(), strict=True)
    named = [(known[number], position) for number, position in pairs]
    assert found.lengths.size == len(batch)
    assert found.lengths.sum() == len(named)
    ends = np.cumsum(found.lengths).tolist()
    return [named[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@settings(max_examples=400)
@given(st.lists(st.lists(texts, max_size=6), min_size=1, max_size=3))
def test_every_text_has_the_terms_and_positions_of_the_analysis(batches: list[list[str]]) -> None:
    vocabulary = Vocabulary()
    for batch in batches:
        expected = [[(term.text, term.position) for term in terms(text)] for text in batch]
        assert analysed(vocabulary, batch) == expected


def test_every_character_beside_a_word_cuts_it_as_the_analysis_does() -> None:
    batch = [f"a{chr(code)}b a.{chr(code)} it's{chr(code)}" for code in range(0x3100)]
    expected = [[(term.text, term.position) for term in terms(text)] for text in batch]
    assert analysed(Vocabulary(), batch) == expected


def test_a_word_is_analysed_once_however_often_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = Vocabulary()
    batch = ["common words, Common and COMMON.", f"{'long' * 9} {'long' * 9}"]
    first = analysed(vocabulary, batch)

    def refuse(stretch: bytes) -> None:
        raise AssertionError(stretch)

    monkeypatch.setattr("index.store.stretches._terms_of", refuse)
    assert len("long" * 9) > COMPARED
    assert analysed(vocabulary, batch) == first
    with pytest.raises(AssertionError, match="new"):
        vocabulary.analyse([b"common new words"])


pairs = st.tuples(st.integers(0, 40), st.integers(1, 3))


@given(st.lists(st.sets(pairs, max_size=40), max_size=6), st.booleans())
def test_a_table_finds_what_was_put_in_and_nothing_else(
    batches: list[set[tuple[int, int]]], alike: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "FEWEST_SLOT_BITS", 3)
        if alike:  # nearly all keys want the same slot
            patch.setattr(table, "SPREAD", (np.uint64(1), np.uint64(1)))
        table_, held = Table(), dict[tuple[int, int], int]()
        for batch in batches:
            new = [pair for pair in batch if pair not in held]
            numbers = range(len(held) + 1, len(held) + 1 + len(new))
            table_.insert(keys(new), np.array(numbers, np.uint32))
            held.update(zip(new, numbers, strict=True))
            everything = [(low, high) for low in range(41) for high in range(1, 4)]
            found = table_.find(keys(everything)).tolist()
            assert found == [held.get(pair, 0) for pair in everything]


def keys(pairs: list[tuple[int, int]]) -> Keys:
    low, high = np.array(pairs, np.uint64).reshape(-1, 2).T.copy()
    return Keys(low, high)
