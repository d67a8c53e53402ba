"""What is typed finds what the README promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index, QueryError
from search.aliases import Aliases, Hide, Same, save
from search.patterns import compile_pattern
from tests.pages import index_of

PAGES = [
    {
        "id": "a^2",
        "title": "Yann LeCun speaks",
        "text": "Yann LeCun of Meta spoke of open source.",
        "url": "https://x.example/~",
        "date": "2025-01-27",
        "site": "Harbour Post",
        "people": ["Yann LeCun"],
        "companies": ["Meta"],
    },
    {
        "id": "a",
        "title": "Weather",
        "text": "Zoë Müller saw rain.",
        "url": "https://x.example/",
        "date": "9999-12-31",
        "site": "Bit Herald",
        "people": ["Zoë Müller"],
        "companies": [],
    },
    {"id": "none", "title": "Undated", "text": "Nobody.", "people": [], "companies": []},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("index"), PAGES) as opened:
        yield opened


def ids(index: Index, query: str) -> set[str]:
    return {hit.id for hit in index.search(query).hits}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("person:lecunn~", {"a^2"}),
        ("person:lekunn~2", {"a^2"}),
        ("person:lekunn~", set()),
        ("person:muler~", {"a"}),
        ("person:lec?n", {"a^2"}),
        ("person:lec*", {"a^2"}),
        ("person:yann*cun", {"a^2"}),
        ("person:?", set()),
        ("person:*", {"a^2", "a"}),
        ("site:h?rbour", {"a^2"}),
        ("company:mata~", {"a^2"}),
        ("url:https://x.example/~", {"a^2"}),
        ("url:https://x.example/", {"a"}),
        ("url:https://x.example/*", {"a^2", "a"}),
        ("url:https://X.*/~", {"a^2"}),
        ("id:a^2", {"a^2"}),
        ("id:a", {"a"}),
        ("id:?", set()),
        ("published:9999", {"a"}),
        ("published:9999-12-31", {"a"}),
        ("published:..9999", {"a^2", "a"}),
        ("published:2025..9999-12", {"a^2", "a"}),
        ("published:2026..", {"a"}),
        ("published:*", {"a^2", "a"}),
    ],
)
def test_what_is_typed_finds_what_it_says(index: Index, query: str, found: set[str]) -> None:
    assert ids(index, query) == found


@pytest.mark.parametrize(
    "query", ["published:..", "published:2025-*", '"open sour*"', "published:x"]
)
def test_what_cannot_be_meant_is_refused(index: Index, query: str) -> None:
    with pytest.raises(QueryError):
        index.search(query)


def test_patterns_and_misspellings_find_names_as_they_are_shown(tmp_path: Path) -> None:
    with index_of(tmp_path, PAGES) as index:
        rules = Same("person", ("Yann LeCun",), "Professor"), Hide("person", ("Zoë Müller",))
        save(index.path, Aliases(rules))
        index.refresh()
        for query in ("person:prof*", "person:profesor~", "person:lec?n"):
            assert ids(index, query) == {"a^2"}
        assert ids(index, "person:m?ller") == set()


def test_a_pattern_of_many_stars_is_answered_at_once(index: Index) -> None:
    for query in ("site:" + "?*" * 90 + "zzq", "url:" + "*e" * 90 + "q", "?*" * 90 + "zzq"):
        assert ids(index, query) == set()


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_a_pattern_matches_what_its_signs_say(pattern: str, text: str) -> None:
    naive = "".join({"*": ".*", "?": "."}.get(sign, sign) for sign in pattern)
    assert bool(compile_pattern(pattern).fullmatch(text)) == bool(re.fullmatch(naive, text))


def test_a_pattern_can_take_question_marks_as_they_are() -> None:
    wanted = compile_pattern("a?*", one_letter=False)
    assert wanted.fullmatch("a?b")
    assert not wanted.fullmatch("aab")


def test_three_missing_words_are_remarked_on_and_no_more(index: Index) -> None:
    notes = index.search(" OR ".join(f"missing{n}" for n in range(50))).notes
    assert [note.split("'")[1] for note in notes] == ["missing0", "missing1", "missing2"]


def test_characters_that_are_none_name_nobody(index: Index) -> None:
    assert index.search(people=["\ud800"]).total == 0


def test_a_page_is_found_by_the_path_that_is_printed(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = {page["id"] for page in PAGES}
    printed = Path(index.search("lecun").hits[0].path)
    assert printed.is_absolute()
    for typed in (printed, printed.name, f'"{printed}"', f"{printed.parent}/*", "*.jsonl"):
        assert ids(index, f"path:{typed}") == everything, typed
    monkeypatch.chdir(printed.parent.parent)
    shown = printed.relative_to(printed.parent.parent)
    for typed in (shown, f"./{shown}", f"{shown.parent}/*"):
        assert ids(index, f"path:{typed}") == everything, typed
    assert ids(index, "path:elsewhere.jsonl") == ids(index, "path:elsewhere/*") == set()
