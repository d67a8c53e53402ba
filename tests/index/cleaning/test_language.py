"""The language of a text is told by its words, not by its abbreviations."""

from __future__ import annotations

import pytest

from index.cleaning.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Difficulty: a loop to Mill Park. Keeper(s): Ana's crew, which is there by day. " * 4,
            "en",
        ),
        ("Der Müller sagte, dass die Turbinen nicht von dem Sturm zerstört sind. " * 3, "de"),
        ("L'ouvrier a dit que les turbines sont dans le moulin et pas sur le quai. " * 3, "fr"),
        ("Na začátku se řeklo, že by to bylo jako v mlýně, ale do rána byl pryč. " * 3, "cs"),
        ("Турбины стоят под старым колесом, и это было известно всем. " * 3, "ru"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert detect(text) == language


def test_what_a_page_declares_counts_where_its_text_tells_nothing() -> None:
    assert detect("Norrvik 2025", "sv-SE") == "sv"
    assert detect("Norrvik 2025") is None
