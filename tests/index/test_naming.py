"""One person or company has one name in all documents of an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import WhodexError, build_index
from index.store.directory import open_directory
from index.store.manifest import HOSTS, NAMES
from index.store.writer import Writer
from search import Index, open_index
from tests.pages import index_of, write_records


def page(id: str, people: list[str], companies: list[str]) -> dict[str, Any]:
    names = [*people, *companies]
    text = f"{' and '.join(names)} were seen."
    return {"id": id, "title": id, "text": text, "people": people, "companies": companies}


PAGES = [
    page("a", ["Zoë Müller"], ["Orvane"]),
    page("b", ["Zoe Muller"], ["Orvane Inc."]),
    page("c", ["Zoë Müller"], ["Orvane"]),
    page("d", ["Orvane"], ["Tessel"]),
    page("e", [], ["Orvane", "Orvane Inc."]),
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with index_of(tmp_path, PAGES) as opened:
        yield opened


def facet(index: Index, field: Any) -> dict[str, int]:
    return {value.value: value.count for value in index.search(facets=[field]).facets[field]}


def test_spellings_in_different_documents_are_one_name(index: Index) -> None:
    assert facet(index, "person") == {"Zoë Müller": 3}
    hits = index.search(people=["Zoe Muller"]).hits
    assert {hit.id for hit in hits} == {"a", "b", "c"}
    assert {hit.people for hit in hits} == {("Zoë Müller",)}


def test_the_kind_is_that_of_most_documents_and_pages_count_once(index: Index) -> None:
    assert facet(index, "company") == {"Orvane": 5, "Tessel": 1}
    hits = index.search(companies=["orvane"]).hits
    assert {hit.id for hit in hits} == {"a", "b", "c", "d", "e"}
    assert next(hit for hit in hits if hit.id == "d").companies == ("Orvane", "Tessel")
    assert index.search(people=["Orvane"]).total == 0


def test_two_names_of_one_company_on_a_page_are_shown_once(index: Index) -> None:
    (hit,) = index.search("id:e").hits
    assert hit.companies == ("Orvane",)
    (entity,) = index.document("e").entities
    assert set(entity.spellings) == {"Orvane", "Orvane Inc."}


def test_facet_limits_keep_the_commonest(index: Index) -> None:
    answer = index.search(facets=["company"], facet_limit=1)
    assert [(f.value, f.count) for f in answer.facets["company"]] == [("Orvane", 5)]


def test_stats_count_the_names_that_are_shown(index: Index) -> None:
    stats = index.stats()
    assert (stats["people"], stats["companies"]) == (1, 2)


def test_a_later_page_can_change_the_common_name(tmp_path: Path) -> None:
    index_of(tmp_path, PAGES[:2]).close()
    more = [page(str(n), ["Zoe Muller"], []) for n in range(3)]
    build_index([write_records(tmp_path / "more.jsonl", more)], tmp_path / ".whodex")
    with open_index(tmp_path / ".whodex") as index:
        assert facet(index, "person") == {"Zoe Muller": 5}


@pytest.mark.parametrize("what", [NAMES, HOSTS])
@pytest.mark.parametrize("content", [b"", b"{", None])
def test_what_is_kept_beside_the_segments_is_verified_and_made_anew(
    tmp_path: Path, what: str, content: bytes | None
) -> None:
    folder = tmp_path / ".whodex"
    index_of(tmp_path, PAGES).close()
    (file,) = folder.glob(f"*{what}")
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(WhodexError, match=rf"damaged: 1\.{what} (has changed|is missing)") as told:
        open_directory(folder).verify()
    assert told.value.hint == "It is made anew by: whodex index PAGES..."
    if what == NAMES:
        with pytest.raises(WhodexError, match=what):
            open_index(folder)
    build_index([tmp_path], folder)
    open_directory(folder).verify()
    with open_index(folder) as index:
        assert facet(index, "person") == {"Zoë Müller": 3}


def test_names_are_those_of_the_commit_and_stay_when_it_is_optimized(tmp_path: Path) -> None:
    index_of(tmp_path, PAGES).close()
    with Writer(tmp_path / ".whodex") as writer:
        writer.optimize()
    with open_index(tmp_path / ".whodex") as index:
        assert facet(index, "person") == {"Zoë Müller": 3}
