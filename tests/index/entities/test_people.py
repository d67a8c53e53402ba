"""Which mentions are one person."""

from __future__ import annotations

import pytest

from index.entities.lexicon import load
from index.entities.people import PersonMention, display_name, is_plausible, resolve, trim


def people(*names: str) -> list[tuple[str, int]]:
    mentions, start = [], 0
    for name in names:
        words = tuple(name.split())
        mentions.append(PersonMention(start, start + len(words), words, 0.9))
        start += len(words) + 5
    return [(display_name(p), len(p.mentions)) for p in resolve(mentions, load())]


def test_a_lone_surname_means_the_one_mentioned_last_before_it() -> None:
    found = people("Neal Khosla", "Khosla", "Vinod Khosla", "Khosla", "Khosla")
    assert found == [("Neal Khosla", 2), ("Vinod Khosla", 3)]


def test_a_surname_before_the_full_name_and_a_first_name_are_linked() -> None:
    assert people("Starmer", "Keir Starmer", "Keir") == [("Keir Starmer", 3)]


def test_junior_and_senior_are_two_people() -> None:
    assert len(people("Robert Ames Sr.", "Robert Ames Jr.")) == 2


def test_a_ruler_is_named_in_full_by_one_name_and_a_number() -> None:
    assert people("Charles II") == [("Charles II", 1)]
    assert len(people("Henry VIII", "Henry II")) == 2
    assert people("John XXIII", "OLAF SCHOLZ") == [("John XXIII", 1), ("Olaf Scholz", 1)]


def test_middle_initials_and_initials_are_the_same_person() -> None:
    assert people("John F. Kennedy", "John Kennedy", "J. Kennedy") == [("John Kennedy", 3)]


def test_a_family_name_that_comes_first_is_linked() -> None:
    assert people("Xi Jinping", "Xi") == [("Xi Jinping", 2)]


def test_a_lone_name_that_links_to_no_one_is_kept_only_if_it_comes_back() -> None:
    assert people("Zaphod", "Zaphod") == []
    assert people("Zaphod", "Zaphod", "Zaphod") == [("Zaphod", 3)]
    assert people("Voltaire") == [("Voltaire", 1)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("President Donald Trump", "Donald Trump"),
        ("Chinese President Xi Jinping 's", "Xi Jinping"),
        ("Mumbai-born Anita Rao", "Anita Rao"),
        ("Marie Curie , PhD", "Marie Curie"),
    ],
)
def test_titles_nationalities_and_degrees_are_no_part_of_a_name(text: str, name: str) -> None:
    words = text.split()
    start, end = trim(words, 0, len(words), load())
    assert " ".join(words[start:end]) == name


@pytest.mark.parametrize(
    "name", ["AI", "R2D2", "Table of", "a b", "Li", "Rachel M.", "Naveen Jindal School"]
)
def test_what_cannot_be_a_name(name: str) -> None:
    assert not is_plausible(name.split(), load())
