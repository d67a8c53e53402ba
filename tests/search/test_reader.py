"""An open index answers questions: matching, ranking, filters, facets."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import WhodexError
from search import Answer, Index, QueryError, open_index
from tests.pages import RECORDS, ROBOTS, build, index_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("index")) as opened:
        yield opened


def ids(answer: Answer) -> list[str]:
    return [hit.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("robots", {"robots", "ferries"}),
        ("robot", {"robots", "ferries"}),
        ("ROBOTS bergen", {"robots"}),
        ("zoe muller", {"robots", "undated"}),
        ("cafe", {"chips"}),
        ("café", {"chips"}),
        ("C++", {"chips"}),
        ("AT&T", {"chips"}),
        ("R1", {"chips"}),
        ('"welding robots"', {"robots"}),
        ('"robots welding"', set()),
        ('"orders ferries"~2', {"ferries"}),
        ("robots OR chips", {"robots", "ferries", "chips"}),
        ("robots AND NOT welding", {"ferries"}),
        ("robots -ferries", {"robots"}),
        ("NOT robots", {"chips", "undated"}),
        ("title:robots", {"robots"}),
        ("weld*", {"robots"}),
        ("electric*", {"ferries"}),
        ("f?rry", set()),
        ("rowbots~", {"robots", "ferries"}),
        ("orbots~", set()),
        ("electirc~", {"ferries"}),
        ("person:muller", {"robots", "undated"}),
        ('person:"Zoe Muller"', {"robots", "undated"}),
        ("company:or*", {"robots", "chips"}),
        ("company:* chips", {"chips"}),
        ("author:okafor", {"robots", "ferries"}),
        ('site:"harbour post"', {"robots", "ferries"}),
        ("published:2025", {"robots", "ferries"}),
        ("published:2025-02..", {"ferries"}),
        ("published:..2024", {"chips"}),
        ("language:EN", {"chips"}),
        ("id:undated", {"undated"}),
        ("url:https://harbour.example/f*", {"ferries"}),
        ("(robots OR chips) bergen", {"robots"}),
    ],
)
def test_a_query_finds_what_it_says(index: Index, query: str, found: set[str]) -> None:
    answer = index.search(query, match="all")
    assert set(ids(answer)) == found
    assert answer.total == len(found)


def test_the_title_weighs_more_than_the_text(index: Index) -> None:
    assert ids(index.search("ferries OR robots"))[0] == "ferries"
    (first, second) = index.search("robots").hits
    assert (first.id, second.id) == ("robots", "ferries")
    assert first.score > second.score > 0
    assert (first.rank, second.rank) == (1, 2)


def test_a_word_said_twice_weighs_twice(index: Index) -> None:
    once = index.search("robots").hits[0].score
    assert index.search("robots robots", match="any").hits[0].score == pytest.approx(2 * once)


def test_auto_asks_for_all_of_a_few_words_and_shows_the_best_of_the_rest(index: Index) -> None:
    answer = index.search("robots bergen", facets=["company"])
    assert [(hit.id, hit.partial) for hit in answer.hits] == [("robots", False), ("ferries", True)]
    assert answer.total == 1, "partial hits are not counted"
    assert [(facet.value, facet.count) for facet in answer.facets["company"]] == [("Orvane", 1)]


def test_auto_asks_for_any_of_many_words(index: Index) -> None:
    answer = index.search("who sells electric robots in lisbon today")
    assert set(ids(answer)) == {"robots", "ferries"}
    assert answer.total == 2
    assert not any(hit.partial for hit in answer.hits)


def test_all_and_any_mean_what_they_say(index: Index) -> None:
    assert ids(index.search("robots bergen", match="all")) == ["robots"]
    assert index.search("robots bergen", match="any").total == 2


def test_operators_bring_no_partial_hits(index: Index) -> None:
    assert ids(index.search("robots AND bergen")) == ["robots"]


def test_partial_hits_go_on_over_pages(index: Index) -> None:
    whole = ids(index.search("robots bergen chips", limit=10))
    paged = [ids(index.search("robots bergen chips", limit=1, offset=n)) for n in range(len(whole))]
    assert [page for (page,) in paged] == whole


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"people": ["Zoë Müller"]}, {"robots", "undated"}),
        ({"people": ["zoe mueller", "Ada Okafor"]}, {"ferries"}),
        ({"people": ["Müller"]}, {"robots", "undated"}),
        ({"people": ["kurt"]}, {"undated"}),
        ({"companies": ["at&t"]}, {"chips"}),
        ({"companies": ["Orvane", "Tessel Lines"]}, {"robots", "ferries", "chips"}),
        ({"companies": ["Orvane"], "people": ["Zoë Müller"]}, {"robots"}),
        ({"sites": ["bit herald"]}, {"chips"}),
        ({"authors": ["Li Wei"]}, {"ferries"}),
        ({"after": "2025"}, {"robots", "ferries"}),
        ({"after": "2025-01-27", "before": "2025-03"}, {"robots"}),
        ({"before": "2025-01-27"}, {"chips"}),
        ({"after": datetime.date(2025, 1, 27), "before": datetime.date(2025, 3, 1)}, {"robots"}),
        ({"before": datetime.datetime(2025, 1, 27, 9, tzinfo=datetime.UTC)}, {"chips"}),
    ],
)
def test_filters_narrow_the_answer(index: Index, filters: dict[str, Any], found: set[str]) -> None:
    answer = index.search(**filters)
    assert set(ids(answer)) == found
    assert answer.total == len(found)


@pytest.mark.parametrize(
    "days", [{"after": "2026", "before": "2024"}, {"after": "2025", "before": "2025"}]
)
def test_days_that_no_page_can_be_of_are_refused(index: Index, days: dict[str, str]) -> None:
    with pytest.raises(WhodexError, match="No day is both on or after"):
        index.search(**days)  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="2024 is before 2025"):
        index.search("robots published:2025..2024")


def test_a_date_that_is_none_is_refused(index: Index) -> None:
    with pytest.raises(WhodexError, match="20250101 is not a date"):
        index.search("chips", after=20250101)  # type: ignore[arg-type]


def test_a_filter_works_beside_words(index: Index) -> None:
    assert ids(index.search("robots", people=["Ada Okafor"])) == ["ferries"]


def test_a_name_that_can_be_several_says_so(index: Index) -> None:
    (note,) = index.search(people=["Müller"]).notes
    assert note == "'Müller' can be Zoë Müller, Kurt Müller."


def test_an_unknown_name_finds_nothing_and_offers_the_nearest(index: Index) -> None:
    answer = index.search(people=["Zoe Mueler"])
    assert (answer.total, answer.hits) == (0, ())
    assert answer.notes == ("No page has the person 'Zoe Mueler'. Did you mean 'Zoë Müller'?",)


def test_a_word_that_no_page_has_offers_the_nearest(index: Index) -> None:
    (note,) = index.search("wellding").notes
    assert note == "No page has the word 'wellding'. Did you mean 'welding'?"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("suplpy", "supply"), ("shipyrads", "shipyards"), ("electircs", "electric")],
)
def test_what_is_offered_is_a_word_as_a_page_has_it(index: Index, typed: str, offered: str) -> None:
    (note,) = index.search(typed).notes
    assert note.endswith(f"Did you mean {offered!r}?")


@pytest.mark.parametrize("typed", ["qzx", "robe", "weather", "elephant"])
def test_nothing_is_offered_that_is_far_from_what_was_typed(index: Index, typed: str) -> None:
    assert index.search(typed).notes == (f"No page has the word {typed!r}.",)
    assert index.search(people=["Nobody Atall"]).notes == (
        "No page has the person 'Nobody Atall'.",
    )


def test_of_misspelled_words_the_nearer_count_more(tmp_path: Path) -> None:
    pages = [
        {"id": number, "title": "", "text": f"the {word} of a day", "people": [], "companies": []}
        for number, word in (("far", "harbar"), ("near", "harbour"), ("other", "harpoon"))
    ]
    with index_of(tmp_path, pages) as index:
        assert ids(index.search("harbour~2")) == ["near", "far"]


def test_facets_count_all_matching_pages_whatever_the_limit(index: Index) -> None:
    answer = index.search("robots", limit=1, facets=["person", "site", "month", "author"])
    counted = {field: [(f.value, f.count) for f in facet] for field, facet in answer.facets.items()}
    assert counted == {
        "person": [("Ada Okafor", 1), ("Zoë Müller", 1)],
        "site": [("Harbour Post", 2)],
        "month": [("2025-01", 1), ("2025-03", 1)],
        "author": [("Ada Okafor", 2), ("Li Wei", 1)],
    }


def test_choosing_a_value_leaves_its_siblings_to_be_chosen(index: Index) -> None:
    answer = index.search(companies=["Tessel Lines"], facets=["company", "person"])
    assert answer.total == 1
    values = {facet.value: facet.count for facet in answer.facets["company"]}
    assert values == {"Orvane": 2, "AT&T": 1, "Tessel Lines": 1}
    assert [facet.value for facet in answer.facets["person"]] == ["Ada Okafor"]


def test_facets_show_the_commonest_values(index: Index) -> None:
    answer = index.search(facets=["company"], facet_limit=1)
    assert [(facet.value, facet.count) for facet in answer.facets["company"]] == [("Orvane", 2)]


def test_hits_can_be_sorted_by_date_with_the_undated_last(index: Index) -> None:
    newest = ["ferries", "robots", "chips", "undated"]
    assert ids(index.search("NOT absent", sort="newest")) == newest
    oldest = ["chips", "robots", "ferries", "undated"]
    assert ids(index.search("NOT absent", sort="oldest")) == oldest
    assert ids(index.search()) == newest, "without words, the newest come first"


def test_limit_and_offset_cut_a_page_out(index: Index) -> None:
    everything = ids(index.search())
    assert ids(index.search(limit=2, offset=1)) == everything[1:3]
    assert index.search(limit=2, offset=1).hits[0].rank == 2
    assert ids(index.search(limit=0)) == []
    assert index.search(limit=0).total == len(RECORDS)
    assert ids(index.search(offset=99)) == []


def test_a_hit_tells_all_that_is_known(index: Index) -> None:
    (hit,) = index.search("welding").hits
    assert (hit.title, hit.url, hit.site) == (ROBOTS["title"], ROBOTS["url"], "Harbour Post")
    assert (hit.author, str(hit.published)) == ("Ada Okafor", "2025-01-27")
    assert (hit.people, hit.companies) == (("Zoë Müller",), ("Orvane",))
    assert Path(hit.path).is_file()
    (snippet,) = hit.snippets
    assert [snippet.text[slice(*span)] for span in snippet.highlights] == ["welding"]


def test_snippets_show_the_people_that_are_asked_for(index: Index) -> None:
    (hit,) = index.search(people=["Kurt Müller"]).hits
    assert [s.text[slice(*span)] for s in hit.snippets for span in s.highlights] == ["Kurt Müller"]


def test_snippets_can_be_left_out(index: Index) -> None:
    assert index.search("robots", snippets=False).hits[0].snippets == ()


@pytest.mark.parametrize("query", ["the of", "!!!", "-the"])
def test_a_query_without_a_word_says_so(index: Index, query: str) -> None:
    with pytest.raises(QueryError, match="no word that the index keeps"):
        index.search(query)


@pytest.mark.parametrize(
    "wrong",
    [
        {"after": "soon"},
        {"match": "some"},
        {"sort": "best"},
        {"facets": ["colour"]},
        {"limit": -1},
        {"text": "published:soon"},
        {"text": "nofield:x"},
    ],
)
def test_wrong_arguments_are_refused_in_words(index: Index, wrong: dict[str, Any]) -> None:
    with pytest.raises(WhodexError):
        index.search(**wrong)


def test_a_document_is_found_by_id_and_path(index: Index) -> None:
    assert index.document("robots").article.title == ROBOTS["title"]
    with pytest.raises(WhodexError, match="4 documents come from"):
        index.document(index.document("robots").path)
    with pytest.raises(WhodexError, match="No document"):
        index.document("nothing")


def test_stats_count_the_index(index: Index) -> None:
    stats = index.stats()
    assert stats["documents"] == len(RECORDS)
    assert (stats["people"], stats["companies"], stats["sites"], stats["authors"]) == (3, 3, 2, 2)
    assert (stats["first_published"], stats["last_published"]) == ("2024-11-05", "2025-03-02")


def test_an_open_index_moves_on_when_it_is_told_to(tmp_path: Path) -> None:
    with index_of(tmp_path, [ROBOTS]) as index:
        build(tmp_path, RECORDS)
        assert index.search().total == 1
        index.refresh()
        assert index.search().total == len(RECORDS)


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WhodexError, match="no whodex index") as caught:
        open_index(tmp_path)
    assert "whodex index PAGES" in str(caught.value.hint)


def test_an_index_moves_together_with_its_pages(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    build(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    with open_index(tmp_path / "there" / ".whodex") as index:
        assert Path(index.search("robots").hits[0].path) == tmp_path / "there" / "pages.jsonl"


FORKING = """
import os, sys
from search import open_index

index = open_index(sys.argv[1])
asked = lambda: [hit.id for hit in index.search("robots", facets=["person"]).hits]
before = asked()
child = os.fork()
if not child:
    os._exit(0 if asked() == before else 1)
during = [asked() for _ in range(20)]
_, status = os.waitpid(child, 0)
sys.exit(status or any(found != before for found in during) or not before)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_an_open_index_answers_in_a_fork_and_beside_it(index: Index) -> None:
    arguments = [sys.executable, "-c", FORKING, str(index.path)]
    assert subprocess.run(arguments, check=False, timeout=60).returncode == 0
