"""Characters are counted as one would count them text by text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import characters

TEXTS = st.lists(st.text("aZ9 .,|(é\n:", min_size=1, max_size=12), min_size=1, max_size=6)


@pytest.mark.parametrize("at_once", [1, 5, 1 << 20])
@given(texts=TEXTS)
def test_each_text_is_counted_by_itself(at_once: int, texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characters, "AT_ONCE", at_once)
        counted = characters.count(texts)
    for at, text in enumerate(texts):
        apart = f" {text} ".replace("\n", " ")
        assert counted.bytes[at] == len(text.encode())
        assert counted.letters[at] == text.count("a") + text.count("Z") + 2 * text.count("é")
        assert counted.spaces[at] == text.count(" ") + text.count("\n")
        assert (counted.upper[at], counted.digits[at]) == (text.count("Z"), text.count("9"))
        assert (counted.ends[at], counted.commas[at]) == (text.count("."), text.count(","))
        assert (counted.symbols[at], counted.bars[at]) == (text.count("("), text.count("|"))
        assert counted.capitals[at] == apart.count(" Z")
        assert counted.sentences[at] == apart.count(". ")
        assert (counted.starts_upper[at], counted.starts_digit[at]) == (
            text[0] == "Z",
            text[0] == "9",
        )
        assert (counted.ends_sentence[at], counted.ends_colon[at]) == (
            text[-1] == ".",
            text[-1] == ":",
        )
