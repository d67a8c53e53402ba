"""`whodex who` tells of somebody, and `whodex alias` decides who is who."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Whodex
from tests.pages import write_records


@pytest.fixture
def own(whodex: Whodex) -> Whodex:
    """The command in a folder with an index of its own."""
    write_records(whodex.folder / "pages.jsonl")
    assert whodex("index", "pages.jsonl").status == 0
    return whodex


def people(whodex: Whodex) -> dict[str, int]:
    facets = whodex("facets", "--by", "person", "-f", "json").json["facets"]["person"]
    return {facet["value"]: facet["count"] for facet in facets}


def test_who_tells_of_a_person(indexed: Whodex) -> None:
    told = indexed("who", "zoe", "muller")
    assert (told.status, told.stderr) == (0, "")
    assert told.stdout.startswith("Zoë Müller  person\n2 mentions on 2 pages: Zoë Müller (2)")
    assert "When\n  2025-01  1  █" in told.stdout
    json = indexed("who", "Orvane", "--kind", "company", "-n", "1", "--format", "json").json
    assert set(json) == {
        *("version", "kind", "name", "documents", "mentions", "spellings"),
        *("timeline", "people", "companies", "quotes"),
    }
    assert (json["name"], json["documents"]) == ("Orvane", 2)
    (quote,) = json["quotes"]
    assert [quote["text"][start:end] for start, end in quote["highlights"]] == ["Orvane"]


def test_who_cuts_long_gaps_short_and_counts_pages_without_a_date(own: Whodex) -> None:
    dates = ["2023-11-02", "2024-02-01", "2025-01-27", "2025-02-01", None]
    records = [
        {"id": str(number), "title": "Robots", "text": "Orvane sells them.", "date": date}
        | {"companies": ["Orvane"]}
        for number, date in enumerate(dates)
    ]
    lines = "\n".join(json.dumps(record) for record in records)
    (own.folder / "pages.jsonl").write_text(lines, "utf-8")
    assert own("index", "pages.jsonl").status == 0
    told = own("who", "Orvane").stdout
    rows = told[told.index("When") :].split("\n\n")[0].splitlines()[1:]
    assert [row.split("  ")[1].strip() for row in rows] == [
        *("2023-11", "2023-12", "2024-01", "2024-02", "…", "2025-01", "2025-02", "no date")
    ]
    timeline = own("who", "Orvane", "--format", "json").json["timeline"]
    assert len(timeline) == 16


def test_who_of_an_unknown_name_offers_the_nearest(indexed: Whodex) -> None:
    told = indexed("who", "Zoe Mueler")
    assert (told.status, told.stdout) == (1, "")
    assert "Did you mean 'Zoë Müller'?" in told.stderr


def test_who_of_several_names_them(indexed: Whodex) -> None:
    told = indexed("who", "Müller")
    assert told.status == 2
    assert "can be Zoë Müller (person), Kurt Müller (person)" in told.stderr


def test_aliases_apply_at_once_and_are_undone_as_easily(own: Whodex) -> None:
    before = people(own)
    assert own("alias", "merge", "Kurt Müller", "--into", "Zoë Müller").status == 0
    assert people(own) == {"Zoë Müller": 2, "Ada Okafor": 1}
    assert own("alias", "rename", "zoe muller", "Z. Müller").status == 0
    assert people(own) == {"Z. Müller": 2, "Ada Okafor": 1}
    assert own("alias", "hide", "Ada Okafor").status == 0
    assert people(own) == {"Z. Müller": 2}
    assert own("search", "--person", "Z. Müller", "-f", "json").json["total"] == 2

    listed = own("alias", "list").stdout
    assert listed.splitlines() == [
        "  1  person: Kurt Müller = Zoë Müller",
        "  2  person: Zoë Müller = Z. Müller",
        "  3  person: Ada Okafor hidden",
    ]
    rules = own("alias", "list", "--format", "json").json["rules"]
    assert rules[2] == {"rule": "hide", "kind": "person", "names": ["Ada Okafor"]}

    assert own("alias", "undo").stdout == "undone: person: Ada Okafor hidden\n"
    assert own("alias", "undo", "1").status == 0
    assert own("alias", "undo").status == 0
    assert people(own) == before
    assert own("alias", "list").status == 1
    assert own("alias", "undo").status == 2


def test_a_spelling_can_be_split_off(own: Whodex) -> None:
    assert own("alias", "split", "Kurt Müller", "Kurt Müller", "--into", "K. Mueller").status == 0
    assert people(own) == {"Zoë Müller": 2, "K. Mueller": 1, "Ada Okafor": 1}
    refused = own("alias", "split", "Zoë Müller", "Zozo")
    assert refused.status == 2
    assert "never spelled 'Zozo'" in refused.stderr
    assert "The spellings are Zoë Müller" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["merge", "Nobody", "--into", "Zoë Müller"], "No page mentions 'Nobody'"),
        (["merge", "Ada Okafor", "Orvane", "--into", "X"], "A person cannot be a company"),
        (["merge", "Ada Okafor", "--into", "Orvane"], "A person cannot be a company"),
        (["hide", "Zoe Mueler"], "Did you mean 'Zoë Müller'?"),
        (["rename", "Müller", "X"], "can be"),
        (["undo", "7"], "There are no rules"),
        (["merge", "Ada Okafor", "Zoë Müller", "--into", ""], "a name cannot be blank"),
        (["rename", "Ada Okafor", "Ada\nOkafor"], "characters that no name can have"),
        (["list", "-i", "nowhere"], "There is no whodex index in"),
        (["undo", "-i", "nowhere"], "There is no whodex index in"),
    ],
)
def test_bad_aliases_are_refused_and_change_nothing(
    own: Whodex, arguments: list[str], message: str
) -> None:
    refused = own("alias", *arguments)
    assert (refused.status, refused.stdout) == (2, "")
    assert message in refused.stderr
    listed = own("alias", "list")
    assert (listed.status, listed.stdout, listed.stderr) == (1, "", "whodex: No rules.\n")


def test_a_renamed_person_is_split_under_the_new_name(own: Whodex) -> None:
    assert own("alias", "rename", "Kurt Müller", "K. Mueller").status == 0
    split = own("alias", "split", "K. Mueller", "Kurt Müller", "--into", "Another Müller")
    assert split.status == 0
    assert people(own) == {"Zoë Müller": 2, "Another Müller": 1, "Ada Okafor": 1}
    assert own("who", "Another Müller").status == 0


def test_a_faulty_file_of_aliases_points_at_the_line(own: Whodex) -> None:
    (own.folder / ".whodex" / "aliases.toml").write_text('\n[[hide]]\nkind = "person"\n')
    refused = own("search", "robots")
    assert refused.status == 2
    assert "aliases.toml, line 2: [[hide]] needs kind, names" in refused.stderr


def test_indexing_again_keeps_the_aliases(own: Whodex) -> None:
    own("alias", "hide", "Ada Okafor")
    write_records(
        own.folder / "more.jsonl", [{"id": "x", "text": "More.", "people": ["Ada Okafor"]}]
    )
    assert own("index", "more.jsonl").status == 0
    assert "Ada Okafor" not in people(own)
