"""The user's own list of names wins over what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import WhodexError
from index.own_names import OwnName, OwnNames, read_names
from index.records import Article, Entity, Mention

LIST = """\
# people of the yard
person: Zoë Müller = Z. Müller, Zoe Mueller
company:Orvane
Company: Table & Sons = Table
"""
ARTICLE = Article(title="Orvane grows", text="Z. Müller of Orvane met Tables at Table & Sons.")


def names(tmp_path: Path, text: str = LIST) -> OwnNames:
    (tmp_path / "names.txt").write_text(text, encoding="utf-8")
    return read_names(tmp_path / "names.txt")


def test_a_list_has_a_name_a_line_with_its_spellings(tmp_path: Path) -> None:
    assert names(tmp_path).names == (
        OwnName("person", "Zoë Müller", ("Zoë Müller", "Z. Müller", "Zoe Mueller")),
        OwnName("company", "Orvane", ("Orvane",)),
        OwnName("company", "Table & Sons", ("Table & Sons", "Table")),
    )


def test_listed_names_are_found_as_whole_words_with_their_places(tmp_path: Path) -> None:
    found = names(tmp_path).apply(ARTICLE, [])
    assert found == [
        Entity("person", "Zoë Müller", ("Z. Müller",), (Mention("text", 0, 9),)),
        Entity("company", "Orvane", ("Orvane",), (Mention("title", 0, 6), Mention("text", 13, 19))),
        Entity("company", "Table & Sons", ("Table & Sons",), (Mention("text", 34, 46),)),
    ]


def test_listed_names_take_in_what_was_found_in_their_place(tmp_path: Path) -> None:
    wrong = Entity("person", "Orvane", ("Orvane",), (Mention("text", 13, 19),))
    other = Entity("person", "Tables", ("Tables",), (Mention("text", 24, 30),))
    found = names(tmp_path).apply(ARTICLE, [wrong, other])
    assert [(e.kind, e.name) for e in found] == [
        ("person", "Zoë Müller"),
        ("person", "Tables"),
        ("company", "Orvane"),
        ("company", "Table & Sons"),
    ]


def test_an_empty_list_changes_nothing() -> None:
    entity = Entity("person", "Ada", ("Ada",))
    assert OwnNames().apply(ARTICLE, [entity]) == [entity]
    assert OwnNames().fingerprint == ""


def test_another_list_makes_pages_new(tmp_path: Path) -> None:
    first, second = names(tmp_path), names(tmp_path, "person: Ada")
    assert first.fingerprint != second.fingerprint
    assert first.fingerprint == names(tmp_path).fingerprint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("person: A\n\nband: B\n", r"line 3: a line begins with person: or company:"),
        ("Zoë Müller\n", "line 1: a line begins with"),
        ("person: = B\n", "line 1: the name is missing"),
        ("person: A = ...\n", r"line 1: '\.\.\.' is no name"),
        ("person: A\ncompany: B = A\n", "line 2: 'A' is on line 1 already"),
    ],
)
def test_a_faulty_list_is_told_by_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(WhodexError, match=message):
        names(tmp_path, text)


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(WhodexError, match="cannot be read"):
        read_names(tmp_path / "nowhere")
    (tmp_path / "bytes").write_bytes(b"person: \xff")
    with pytest.raises(WhodexError, match="not UTF-8"):
        read_names(tmp_path / "bytes")
