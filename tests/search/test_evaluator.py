"""Ranking, sorting and counting, on pages small enough to know the answer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from whoosh import query
from whoosh.query import Query as Tree
from whoosh.query.spans import SpanNear2

from index.store.directory import open_directory
from index.store.writer import Writer
from search.evaluator import count, open_searcher, rank
from tests.oracle import build, document

JAN, FEB, LATER = 738_886, 738_917, 739_252  # 2024-01-01, 2024-02-01, 2025-01-01

PAGES = [
    document(0, "red green", people=["Ann"], day=FEB, site="Post"),
    document(1, "red red blue", people=["Ann", "Bo"], day=JAN, site="Times"),
    document(2, "red green blue", people=["Bo"], site="Post"),
    document(3, "green", people=["Cy"], day=LATER, site="Post"),
    document(4, "nothing of it", day=JAN),
]


@pytest.fixture
def searcher(tmp_path: Path) -> Any:
    build(tmp_path, PAGES)
    return open_searcher(open_directory(tmp_path))


def ids(
    searcher: Any, tree: Tree, filters: Mapping[str, Tree] | None = None, **options: Any
) -> list[str]:
    ranking = rank(searcher, tree, filters or {}, **{"limit": 10, **options})
    assert len(ranking.documents) == len(ranking.scores)
    return [searcher.reader().stored_fields(number)["id"] for number in ranking.documents]


def term(word: str, field: str = "text") -> query.Term:
    return query.Term(field, word)


def test_documents_without_a_date_come_last_however_dates_are_sorted(searcher: Any) -> None:
    tree = query.Or([term("red"), term("green")])
    assert ids(searcher, tree, sort="newest") == ["d3", "d0", "d1", "d2"]
    assert ids(searcher, tree, sort="oldest") == ["d1", "d0", "d3", "d2"]
    assert ids(searcher, tree, sort="newest", limit=2) == ["d3", "d0"]


def test_equally_good_documents_keep_their_order(tmp_path: Path) -> None:
    build(tmp_path, [document(number, "same words") for number in range(30)])
    found = ids(open_searcher(open_directory(tmp_path)), term("word"), limit=7)
    assert found == [f"d{number}" for number in range(7)]


@pytest.mark.parametrize("times", [1, 3, 254, 255, 300, 1000])
def test_a_phrase_is_found_wherever_and_however_often_its_words_are(
    tmp_path: Path, times: int
) -> None:
    scattered = "red of green blue " * times
    pages = [document(n, f"{scattered} {'red' * (n % 3 > 0)} green") for n in range(20)]
    pages += [document(20, "green red"), document(21, "red", title="green")]
    build(tmp_path, pages)
    found = ids(
        open_searcher(open_directory(tmp_path)), query.Phrase("text", ["blue", "red"]), limit=99
    )
    assert sorted(found) == sorted(f"d{n}" for n in range(20) if n % 3 or times > 1)


def test_a_phrase_is_found_where_no_word_is_repeated(tmp_path: Path) -> None:
    pages = [document(0, "", title="red green"), document(1, "", title="green red")]
    build(tmp_path, pages)
    searcher = open_searcher(open_directory(tmp_path))
    assert ids(searcher, query.Phrase("title", ["red", "green"])) == ["d0"]


def test_the_total_counts_all_that_match_and_not_what_is_shown(searcher: Any) -> None:
    for limit in (0, 1, 100):
        ranking = rank(searcher, query.Or([term("red"), term("blue")]), {}, limit=limit)
        assert ranking.total == 3
        assert len(ranking.documents) == min(limit, 3)


def test_a_filter_leaves_the_scores_as_they_are(searcher: Any) -> None:
    whole = rank(searcher, term("red"), {}, limit=10)
    scores = dict(zip(whole.documents, whole.scores, strict=True))
    kept = rank(searcher, term("red"), {"person": term("Ann", "person")}, limit=10)
    assert set(kept.documents) == {0, 1}
    assert all(scores[n] == s for n, s in zip(kept.documents, kept.scores, strict=True))


def test_a_facets_own_filter_does_not_hide_its_other_values(searcher: Any) -> None:
    tree = query.Or([term("red"), term("green")])
    filters: dict[str, Tree] = {"site": term("Post", "site"), "person": term("Ann", "person")}
    counted = count(searcher, tree, filters, ["site", "person"])
    assert counted == {
        "site": [("Post", 1), ("Times", 1)],
        "person": [("Ann", 1), ("Bo", 1), ("Cy", 1)],
    }


def test_periods_are_counted_by_the_day_of_publication(searcher: Any) -> None:
    counted = count(searcher, query.Every(), {}, ["month", "year"])
    assert counted["month"] == [("2024-01", 2), ("2024-02", 1), ("2025-01", 1)]
    assert counted["year"] == [("2024", 3), ("2025", 1)]


def test_only_the_commonest_values_are_told_where_a_limit_is_set(searcher: Any) -> None:
    for limit in (1, 2, 3):
        assert (
            count(searcher, query.Every(), {}, ["person"], limit=limit)["person"]
            == [
                ("Ann", 2),
                ("Bo", 2),
                ("Cy", 1),
            ][:limit]
        )


def test_what_is_deleted_is_neither_found_nor_counted(tmp_path: Path) -> None:
    build(tmp_path, PAGES)
    with Writer(tmp_path) as writer:
        assert writer.remove("page-1.html") == 1
    searcher = open_searcher(open_directory(tmp_path))
    for tree in (
        term("red"),
        query.Or([term("red"), term("green")]),
        query.And([term("red"), query.Not(term("green"))]),
        query.Not(term("green")),
        query.Every(),
        query.Phrase("text", ["red", "blue"]),
        query.Prefix("text", "re"),
    ):
        assert "d1" not in ids(searcher, tree)
        assert "d1" not in ids(searcher, tree, sort="newest")
        assert ("Times", 1) not in count(searcher, tree, {}, ["site"])["site"]
    assert rank(searcher, term("red"), {}, limit=0).total == 2


def test_queries_that_only_whoosh_knows_are_answered_by_it(searcher: Any) -> None:
    near = SpanNear2([term("blue"), term("red")], slop=2, ordered=False)
    assert sorted(ids(searcher, near)) == ["d1", "d2"]
    assert ids(searcher, query.And([near, term("green")])) == ["d2"]
    assert ids(searcher, near, {"site": term("Times", "site")}) == ["d1"]


def test_an_empty_index_answers_with_nothing(tmp_path: Path) -> None:
    Writer(tmp_path).__exit__(None, None, None)
    searcher = open_searcher(open_directory(tmp_path))
    assert rank(searcher, query.Every(), {}, limit=10).total == 0
    assert count(searcher, query.Every(), {}, ["person", "month"]) == {"person": [], "month": []}


def test_fields_and_words_that_are_not_there_match_nothing(searcher: Any) -> None:
    for tree in (
        term("absent"),
        term("x", "company"),
        term("x", "no such field"),
        query.Phrase("text", ["red", "absent"]),
        query.Prefix("text", "zzz"),
        query.Wildcard("text", "z*z"),
        query.FuzzyTerm("text", "zzzzz"),
        query.And([]),
        query.Or([]),
        query.Phrase("text", []),
    ):
        assert ids(searcher, tree) == []


def test_one_searcher_serves_many_threads(searcher: Any) -> None:
    trees = [query.Or([term("red"), term("green")]), query.Phrase("text", ["red", "green"])]
    expected = [ids(searcher, tree) for tree in trees]
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(100):
            found = [ids(searcher, tree) for tree in trees]
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_clauses_can_be_required_excluded_or_welcome(searcher: Any) -> None:
    red, green = term("red"), term("green")
    assert sorted(ids(searcher, query.Require(red, green))) == ["d0", "d2"]
    assert ids(searcher, query.AndNot(red, green)) == ["d1"]
    assert sorted(ids(searcher, query.AndMaybe(green, red))) == ["d0", "d2", "d3"]
    plain = rank(searcher, green, {}, limit=10)
    required = rank(searcher, query.Require(green, red), {}, limit=10)
    assert required.scores == [
        s for n, s in zip(plain.documents, plain.scores, strict=True) if n in required.documents
    ]
