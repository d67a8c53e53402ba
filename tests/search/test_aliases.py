"""The user has the last word on who is who, at once and everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import WhodexError
from index.store.directory import ALIASES
from search import Index
from search.aliases import Aliases, Hide, Rule, Same, Split, load, save
from search.profile import profile
from tests.pages import index_of


def page(id: str, text: str, *people: str, companies: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": id, "title": id, "text": text, "people": people, "companies": companies}


PAGES = [
    page("full", "Mark Zuckerberg spoke.", "Mark Zuckerberg", companies=("Meta",)),
    page("short", "Zuck spoke.", "Zuck", companies=("Meta Platforms",)),
    page("both", "Zuck, that is Mark Zuckerberg, spoke.", "Mark Zuckerberg", "Zuck"),
    page("table", "The Table was laid.", "Vinod Khosla", companies=("Table",)),
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with index_of(tmp_path, PAGES) as opened:
        yield opened


def apply(index: Index, *rules: Rule) -> None:
    save(index.path, Aliases(rules))
    index.refresh()


def ids(index: Index, **filters: Any) -> set[str]:
    return {hit.id for hit in index.search(**filters).hits}


def facet(index: Index, field: Any) -> dict[str, int]:
    return {value.value: value.count for value in index.search(facets=[field]).facets[field]}


MERGE = Same("person", ("Zuck",), "Mark Zuckerberg")


def test_a_merge_counts_pages_not_names(index: Index) -> None:
    apply(index, MERGE)
    assert facet(index, "person") == {"Mark Zuckerberg": 3, "Vinod Khosla": 1}
    assert facet(index, "company") == {"Meta": 1, "Meta Platforms": 1, "Table": 1}


@pytest.mark.parametrize("typed", ["Zuck", "mark zuckerberg", "Zuckerberg"])
def test_a_merge_is_found_by_all_its_names(index: Index, typed: str) -> None:
    apply(index, MERGE)
    assert ids(index, people=[typed]) == {"full", "short", "both"}
    assert ids(index, text=f'person:"{typed}"') == {"full", "short", "both"}


def test_hits_show_the_merged_name_once(index: Index) -> None:
    apply(index, MERGE)
    for hit in index.search(people=["Zuck"]).hits:
        assert hit.people == ("Mark Zuckerberg",)
    (snippet,) = next(h for h in index.search(people=["Zuck"]).hits if h.id == "short").snippets
    assert [snippet.text[slice(*span)] for span in snippet.highlights] == ["Zuck"]


def test_a_new_name_takes_the_place_of_the_old(index: Index) -> None:
    apply(index, Same("company", ("Meta",), "Facebook"))
    assert facet(index, "company")["Facebook"] == 1
    assert ids(index, companies=["facebook"]) == ids(index, companies=["Meta"]) == {"full"}


def test_rules_follow_one_another(index: Index) -> None:
    first = Same("company", ("Meta Platforms",), "Meta")
    apply(index, first, Same("company", ("Meta",), "Facebook"))
    assert facet(index, "company") == {"Facebook": 2, "Table": 1}


def test_the_hidden_are_nowhere(index: Index) -> None:
    apply(index, Hide("company", ("Table",)))
    assert facet(index, "company") == {"Meta": 1, "Meta Platforms": 1}
    assert ids(index, companies=["Table"]) == set()
    (hit,) = index.search("laid").hits
    assert hit.companies == ()


def test_a_split_spelling_is_somebody_else(index: Index) -> None:
    save(index.path, Aliases([MERGE]))
    index.refresh()
    split = Split("person", "Zuck", "Zuck", "Zachary Uck")
    apply(index, split)
    assert facet(index, "person") == {"Mark Zuckerberg": 2, "Zachary Uck": 2, "Vinod Khosla": 1}
    assert ids(index, people=["Zuck"]) == ids(index, people=["Zachary Uck"]) == {"short", "both"}
    hit = next(hit for hit in index.search().hits if hit.id == "both")
    assert set(hit.people) == {"Mark Zuckerberg", "Zachary Uck"}


def test_a_renamed_person_can_be_split(index: Index) -> None:
    renamed = Same("person", ("Mark Zuckerberg", "Zuck"), "M. Z.")
    apply(index, renamed, Split("person", "M. Z.", "Zuck", "Zachary Uck"))
    assert facet(index, "person") == {"M. Z.": 2, "Zachary Uck": 2, "Vinod Khosla": 1}
    assert ids(index, people=["zuck"]) == ids(index, people=["Zachary Uck"]) == {"short", "both"}
    assert ids(index, people=["M. Z."]) == {"full", "both"}
    told = profile(index, "Zachary Uck")
    assert (told.name, told.documents, told.spellings[0].value) == ("Zachary Uck", 2, "Zuck")


def test_the_last_rule_wins_so_that_a_name_can_be_given_back(index: Index) -> None:
    apply(index, Same("company", ("Meta",), "X"), Same("company", ("X",), "Meta"))
    assert facet(index, "company") == {"Meta": 1, "Meta Platforms": 1, "Table": 1}
    assert ids(index, companies=["Meta"]) == ids(index, companies=["x"]) == {"full"}


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\tb", "a\x00", "a\ud800", "a\u2028b"])
def test_a_name_that_cannot_be_shown_is_refused_before_it_is_saved(name: str) -> None:
    with pytest.raises(WhodexError, match="name"):
        Same("company", ("Nvidia", "AMD"), name)
    with pytest.raises(WhodexError, match="name"):
        Split("person", "Yann LeCun", "LeCun", name)
    with pytest.raises(WhodexError, match="name"):
        Hide("person", (name,))


def test_a_filter_on_an_alias_leaves_its_siblings_to_be_chosen(index: Index) -> None:
    apply(index, MERGE)
    answer = index.search(people=["Vinod Khosla"], facets=["person"])
    counts = {value.value: value.count for value in answer.facets["person"]}
    assert counts == {"Mark Zuckerberg": 3, "Vinod Khosla": 1}


def test_rules_are_kept_as_readable_toml_and_read_again(tmp_path: Path) -> None:
    rules = (
        Same("person", ("Zuck", 'M. "Z" Zuckerberg'), "Mark Zuckerberg"),
        Split("person", "Vinod Khosla", "Khosla", "Neal Khosla"),
        Hide("company", ("Täble \\",)),
    )
    save(tmp_path, Aliases(rules))
    assert load(tmp_path).rules == rules
    written = (tmp_path / ALIASES).read_text(encoding="utf-8")
    assert '[[same]]\nkind = "person"\nnames = ["Zuck", ' in written
    assert load(tmp_path / "elsewhere").rules == ()


def test_rules_written_by_hand_keep_their_order_in_any_form_of_toml(tmp_path: Path) -> None:
    (tmp_path / ALIASES).write_text(
        'same = [{kind = "person", names = ["A"], into = "B"}]\n'
        '[[hide]]\nkind = "person"\nnames = ["""\n[[same]]\n""", "C"]\n'
        '  [["split"]] # B is two\nkind = "person"\nname = "B"\nspelling = "b"\ninto = "D"\n',
        encoding="utf-8",
    )
    with pytest.raises(WhodexError, match=r"line 2: .*characters that no name can have"):
        load(tmp_path)
    text = (tmp_path / ALIASES).read_text(encoding="utf-8")
    (tmp_path / ALIASES).write_text(text.replace("[[same]]\n", "[[same]]"), encoding="utf-8")
    assert load(tmp_path).rules == (
        Same("person", ("A",), "B"),
        Hide("person", ("[[same]]", "C")),
        Split("person", "B", "b", "D"),
    )


def test_comments_written_by_hand_outlive_new_rules_and_an_undo(tmp_path: Path) -> None:
    written = """# Who is who, by the news desk.

# She married in May.
[[same]]
kind = "person"
names = ["Ann Ames"]  # as in the archive
into = "Ann Berg"

# A football club.
[[hide]]
kind = "company"
names = ["Orient"]
"""
    (tmp_path / ALIASES).write_text(written, encoding="utf-8")
    rules = load(tmp_path).rules
    save(tmp_path, Aliases([*rules, Hide("person", ("Bob",))]))
    assert (tmp_path / ALIASES).read_text(encoding="utf-8").startswith(written)
    assert len(load(tmp_path).rules) == 3
    save(tmp_path, Aliases(rules[:1]))
    left = (tmp_path / ALIASES).read_text(encoding="utf-8")
    assert left.strip() == written[: written.index("# A football")].strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[same]\n", "line 1"),
        ('\n\n[[alike]]\nkind = "person"\n', r"line 3: there is no rule \[\[alike\]\]"),
        ('[[hide]]\nkind = "person"\n', r"line 1: \[\[hide\]\] needs kind, names"),
        ('[[hide]]\nkind = "band"\nnames = ["X"]\n', "line 1: the kind is person or company"),
        ('[[hide]]\nkind = "person"\nnames = "X"\n', "line 1: names must be a list of strings"),
        ('[[split]]\nkind="person"\nname="A"\nspelling=1\ninto="B"\n', "spelling must be a string"),
        ('kind = "person"\n', r"line 1: there is no rule \[\[kind\]\]"),
        ('\n[same]\nkind = "person"\n', r"line 2: same must be written as \[\[same\]\]"),
        ('[[hide.x]]\nkind = "person"\n', r"line 1: hide must be written as \[\[hide\]\]"),
        ("hide = [1]\n", r"line 1: hide must be written as \[\[hide\]\]"),
        ('[["same"]]\nkind = "person"\n', r"line 1: \[\[same\]\] needs kind, names, into"),
        ('\n[[hide]]\nkind = "person"\nnames = [" "]\n', "line 2: a name cannot be blank"),
    ],
)
def test_a_faulty_file_is_told_by_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / ALIASES).write_text(text, encoding="utf-8")
    with pytest.raises(WhodexError, match=message):
        load(tmp_path)
