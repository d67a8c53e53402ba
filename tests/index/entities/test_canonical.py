"""Across documents: one name and one kind for one person or company, and no wrong merges."""

from __future__ import annotations

from index.entities.canonical import Tally, unify


def test_the_commonest_spelling_wins_over_case_accents_legal_form_and_middle_initials() -> None:
    changes = unify(
        [
            Tally("person", "Donald Trump", 9),
            Tally("person", "Donald J. Trump", 2),
            Tally("person", "Francois Hollande", 1),
            Tally("person", "François Hollande", 4),
            Tally("company", "Nvidia", 7),
            Tally("company", "NVIDIA Corp.", 3),
        ]
    )
    assert changes == {
        ("person", "Donald J. Trump"): ("person", "Donald Trump"),
        ("person", "Francois Hollande"): ("person", "François Hollande"),
        ("company", "NVIDIA Corp."): ("company", "Nvidia"),
    }


def test_the_kind_is_the_majoritys() -> None:
    changes = unify([Tally("company", "WalletHub", 5), Tally("person", "WalletHub", 2)])
    assert changes == {("person", "WalletHub"): ("company", "WalletHub")}


def test_a_lone_surname_joins_only_a_person_who_is_alone_with_it() -> None:
    alone = [Tally("person", "Elon Musk", 8), Tally("person", "Musk", 2)]
    assert unify(alone) == {("person", "Musk"): ("person", "Elon Musk")}
    family = [
        Tally("person", "Neal Khosla", 4),
        Tally("person", "Vinod Khosla", 5),
        Tally("person", "Khosla", 2),
    ]
    assert unify(family) == {}


def test_junior_and_senior_initials_and_legal_forms_are_not_merged() -> None:
    apart = [
        Tally("person", "Robert Ames Jr.", 2),
        Tally("person", "Robert Ames Sr.", 2),
        Tally("person", "J. Smith", 1),
        Tally("person", "Jane Smith", 5),
        Tally("person", "John Smith", 5),
        Tally("company", "Corporation", 3),
        Tally("company", "Oracle Corporation", 3),
        Tally("company", "A", 1),
        Tally("company", "A Inc", 1),
    ]
    changes = unify(apart)
    assert set(changes) <= {("company", "A Inc"), ("company", "A")}
