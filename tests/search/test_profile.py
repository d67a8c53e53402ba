"""A profile tells of one person or company what the pages say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import WhodexError
from search import Index
from search.profile import UnknownNameError, meant_of_one_kind, profile
from tests.pages import index_of

FACTORY = "Orvane will open a factory for welding robots in the port of Bergen next year."
REPEATED = "Orvane will open a factory for welding robots in the port of Bergen in spring."
STRIKE = "Workers of Orvane ended their long strike after the owners raised their wages."
PLAIN = "It rained, and nothing else worth telling happened on that day in the town."


def page(number: int, date: str | None, text: str, **names: list[str]) -> dict[str, Any]:
    record: dict[str, Any] = {"id": str(number), "title": f"Page {number}", "text": text}
    return {**record, "date": date, "people": [], "companies": [], **names}


PAGES = [
    page(1, "2025-01-10", FACTORY, companies=["Orvane"], people=["Zoë Müller"]),
    page(2, "2025-01-20", REPEATED, companies=["Orvane"], people=["Zoë Müller", "Ada Okafor"]),
    page(3, "2025-03-01", STRIKE, companies=["Orvane", "Tessel"], people=["Ada Okafor"]),
    page(4, None, PLAIN, companies=["Tessel"], people=["Ada Okafor"]),
    *(page(n, "2024-05-05", PLAIN, people=["Ada Okafor"]) for n in range(5, 10)),
    page(10, "2025-02-02", "Two bakers.", people=["Kim Baker"], companies=["Baker Tools"]),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("index"), PAGES) as opened:
        yield opened


def test_it_counts_pages_mentions_and_spellings(index: Index) -> None:
    orvane = profile(index, "orvane")
    assert (orvane.kind, orvane.name) == ("company", "Orvane")
    assert (orvane.documents, orvane.mentions) == (3, 3)
    assert [(f.value, f.count) for f in orvane.spellings] == [("Orvane", 3)]


def test_the_timeline_has_every_month_between_the_first_and_the_last(index: Index) -> None:
    timeline = [(f.value, f.count) for f in profile(index, "Orvane").timeline]
    assert timeline == [("2025-01", 2), ("2025-02", 0), ("2025-03", 1)]


def test_a_long_timeline_is_told_in_years(tmp_path: Path) -> None:
    pages = [page(n, f"{n}-06-01", FACTORY, companies=["Orvane"]) for n in (2010, 2014)]
    with index_of(tmp_path, pages) as index:
        timeline = [(f.value, f.count) for f in profile(index, "Orvane").timeline]
    assert timeline == [("2010", 1), ("2011", 0), ("2012", 0), ("2013", 0), ("2014", 1)]


def test_companions_are_those_beside_them_more_often_than_by_chance(index: Index) -> None:
    (companion,) = profile(index, "Orvane").people
    assert (companion.name, companion.count) == ("Zoë Müller", 2)
    assert companion.lift == pytest.approx((2 / 3) / (2 / 10)), "Ada Okafor is on nearly all pages"


def test_quotes_say_what_is_said_without_saying_it_twice(index: Index) -> None:
    first, second, third = profile(index, "Orvane").quotes
    assert {first.text, third.text} == {FACTORY, REPEATED}
    assert second.text == STRIKE
    assert [second.text[slice(*span)] for span in second.highlights] == ["Orvane"]
    assert (second.id, second.title, str(second.published)) == ("3", "Page 3", "2025-03-01")
    assert len(profile(index, "Orvane", quotes=1).quotes) == 1


def test_an_unknown_name_offers_the_nearest(index: Index) -> None:
    with pytest.raises(UnknownNameError, match="No page mentions 'Orvanne'") as caught:
        profile(index, "Orvanne")
    assert caught.value.hint == "Did you mean 'Orvane'?"


def test_a_name_of_two_needs_its_kind(index: Index) -> None:
    several = r"'baker' can be Kim Baker \(person\), Baker Tools \(company\)"
    with pytest.raises(WhodexError, match=several):
        profile(index, "baker")
    assert profile(index, "baker", kind="company").name == "Baker Tools"


def test_a_person_is_not_merged_with_a_company(index: Index) -> None:
    with pytest.raises(WhodexError, match="A person cannot be a company"):
        meant_of_one_kind(index, ["Ada Okafor", "Orvane"])
    with pytest.raises(WhodexError, match="A person cannot be a company"):
        meant_of_one_kind(index, ["Ada Okafor"], into="Orvane")
    assert meant_of_one_kind(index, ["ada okafor"]) == ("person", ("Ada Okafor",))
