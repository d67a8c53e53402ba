"""`whodex search` finds, filters, counts and prints."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Whodex
from tests.pages import write_records

HIT_KEYS = {
    *("rank", "id", "score", "title", "path", "url", "site", "author", "published"),
    *("people", "companies", "snippets", "partial"),
}


def test_json_keeps_its_contract(indexed: Whodex) -> None:
    found = indexed("search", "robots", "--facet", "company", "--format", "json")
    assert (found.status, found.stderr) == (0, "")
    answer = found.json
    assert set(answer) == {"version", "query", "total", "took_ms", "hits", "facets"}
    assert (answer["version"], answer["query"], answer["total"]) == (1, "robots", 2)
    first = answer["hits"][0]
    assert set(first) == HIT_KEYS
    assert (first["rank"], first["id"], first["published"]) == (1, "robots", "2025-01-27")
    assert first["people"] == ["Zoë Müller"]
    assert first["path"] == str(indexed.folder / "pages.jsonl")
    for snippet in first["snippets"]:
        assert {snippet["text"][start:end] for start, end in snippet["highlights"]} == {"robots"}
    assert answer["facets"]["company"][0] == {"value": "Orvane", "count": 1}


def test_json_lines_are_a_hit_each(indexed: Whodex) -> None:
    lines = indexed("search", "robots", "--format", "jsonl").lines
    assert [line["id"] for line in lines] == ["robots", "ferries"]
    assert set(lines[0]) == HIT_KEYS | {"version"}


def test_csv_opens_in_a_spreadsheet(indexed: Whodex) -> None:
    found = indexed("search", "robots", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [(row["rank"], row["id"], row["people"]) for row in rows] == [
        ("1", "robots", "Zoë Müller"),
        ("2", "ferries", "Ada Okafor"),
    ]


def test_paths_are_bare_and_told_once(indexed: Whodex) -> None:
    found = indexed("search", "robots", "--format", "paths")
    assert found.stdout == f"{indexed.folder / 'pages.jsonl'}\n"


def test_text_is_plain_in_a_pipe(indexed: Whodex) -> None:
    found = indexed("search", "robots", "--facet", "company")
    assert "\x1b" not in found.stdout
    assert "2 pages for robots" in found.stdout
    assert " 1. Orvane sells robots to shipyards" in found.stdout
    assert "Harbour Post · Ada Okafor · 27 Jan 2025 · pages.jsonl" in found.stdout
    assert "Companies: Orvane" in found.stdout
    assert "█" in found.stdout


def test_a_terminal_gets_colours_unless_it_does_not_want_them(indexed: Whodex) -> None:
    coloured = indexed("search", "robots", FORCE_COLOR="1", COLUMNS="80", TERM="xterm").stdout
    assert "\x1b[1;33mrobots\x1b[0m" in coloured


def test_words_need_no_quotes(indexed: Whodex) -> None:
    assert indexed("search", "welding", "bergen", "--format", "json").json["query"] == (
        "welding bergen"
    )


def test_partial_matches_follow_under_a_line_that_says_so(indexed: Whodex) -> None:
    text = indexed("search", "robots bergen").stdout
    assert "1 page for robots bergen" in text
    line = "1 page has all the words; these have some of them:"
    assert text.index("Orvane sells") < text.index(line) < text.index("Ferries go")
    hits = indexed("search", "robots bergen", "--format", "json").json["hits"]
    assert [hit["partial"] for hit in hits] == [False, True]


def test_words_that_no_page_has_together_still_show_the_best(indexed: Whodex) -> None:
    found = indexed("search", "ferries chips")
    assert found.status == 0
    assert "No page has all the words; these have some of them:" in found.stdout


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--person", "zoe muller"], {"robots", "undated"}),
        (["-p", "Kurt Müller", "-p", "Ada Okafor"], {"undated", "ferries"}),
        (["--company", "orvane"], {"robots", "chips"}),
        (["-c", "AT&T"], {"chips"}),
        (["--site", "Bit Herald"], {"chips"}),
        (["--author", "li wei"], {"ferries"}),
        (["--after", "2025-02"], {"ferries"}),
        (["--before", "2025"], {"chips"}),
        (["robots bergen", "--match", "all"], {"robots"}),
        (["robots bergen", "-m", "any"], {"robots", "ferries"}),
        (["robots", "--limit", "1"], {"robots"}),
        (["robots", "-n", "1", "--offset", "1"], {"ferries"}),
        (["--sort", "oldest", "-n", "1"], {"chips"}),
        (["-s", "newest", "-n", "1"], {"ferries"}),
    ],
)
def test_options_narrow_and_order(indexed: Whodex, options: list[str], ids: set[str]) -> None:
    found = indexed("search", *options, "--format", "json")
    assert {hit["id"] for hit in found.json["hits"]} == ids
    assert found.status == 0


def test_facets_can_be_several_and_short(indexed: Whodex) -> None:
    options = ["--facet", "person", "--facet", "month", "--facet-limit", "1"]
    facets = indexed("search", *options, "-f", "json").json["facets"]
    assert {field: len(values) for field, values in facets.items()} == {"person": 1, "month": 1}


def test_snippets_can_be_left_out(indexed: Whodex) -> None:
    hits = indexed("search", "robots", "--no-snippets", "-f", "json").json["hits"]
    assert all(hit["snippets"] == [] for hit in hits)


def test_nothing_found_is_status_1_with_an_offer(indexed: Whodex) -> None:
    found = indexed("search", "wellding")
    assert (found.status, found.stderr) == (
        1,
        "whodex: No page has the word 'wellding'. Did you mean 'welding'?\n",
    )
    json = indexed("search", "wellding", "--format", "json")
    assert (json.status, json.json["total"]) == (1, 0)


def test_a_name_that_no_page_mentions_offers_the_nearest(indexed: Whodex) -> None:
    found = indexed("search", "--person", "Zoe Mueler")
    assert found.status == 1
    assert "No page has the person 'Zoe Mueler'. Did you mean 'Zoë Müller'?" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (['"open'], ["quotation mark is never closed", '  "open\n  ^']),
        (["robots AND"], ["a word is missing at the end", "            ^"]),
        (["colour:red"], ["there is no field 'colour'", "The fields are text, title, person"]),
        (["the"], ["no word that the index keeps"]),
        (["x", "--after", "soon"], ["'soon' is not a date", "2025-01-27"]),
        (["x", "--limit", "-1"], ["--limit"]),
        (["x", "--limit", "many"], ["--limit", "'many' is not a valid int"]),
        (["x", "--match", "some"], ["auto"]),
        (["x", "--facet", "colour"], ["company"]),
        (["x", "--colour"], ["--colour", "whodex --help"]),
    ],
)
def test_bad_questions_are_refused_in_words(
    indexed: Whodex, arguments: list[str], messages: list[str]
) -> None:
    refused = indexed("search", *arguments)
    assert (refused.status, refused.stdout) == (2, "")
    for message in messages:
        assert message in refused.stderr


def test_without_an_index_it_says_how_to_make_one(whodex: Whodex) -> None:
    refused = whodex("search", "robots")
    assert refused.status == 2
    assert "There is no index (.whodex)" in refused.stderr
    assert "whodex index PAGES..." in refused.stderr
    assert whodex("search", "robots", "--index", "nowhere").status == 2


def test_the_index_is_found_from_below_by_option_and_by_variable(indexed: Whodex) -> None:
    (indexed.folder / "deep" / "er").mkdir(parents=True, exist_ok=True)
    below = Whodex(indexed.folder / "deep" / "er")
    assert below("search", "robots").status == 0
    elsewhere = Whodex(Path("/"))
    folder = indexed.folder / ".whodex"
    assert elsewhere("search", "robots", "--index", folder).status == 0
    assert elsewhere("search", "robots", WHODEX_INDEX=str(folder)).status == 0
    assert elsewhere("search", "robots", "-i", folder, WHODEX_INDEX="/nowhere").status == 0


def test_a_closed_pipe_is_silent(indexed: Whodex) -> None:
    command = f"'{COMMAND}' search --format json | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=indexed.folder,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_document_text_reaches_the_terminal_as_text(whodex: Whodex) -> None:
    evil = "\x1b[31mred\x1b[0m [bold]markup[/bold] [/b] \u202eevil\u202c \x07 \x9b31m :smile: ok"
    record = {"id": "\x1b]0;id", "title": evil, "text": evil, "people": [evil], "author": evil}
    write_records(whodex.folder / "evil.jsonl", [record])
    assert whodex("index", "evil.jsonl").status == 0
    for arguments in (
        ["search", "ok", "--facet", "person"],
        ["search", "ok", "--format", "csv"],
        ["search", "ok", "--format", "json"],
        ["search", "ok", "--format", "jsonl"],
        ["facets"],
        ["show", str(whodex.folder / "evil.jsonl")],
        ["show", str(whodex.folder / "evil.jsonl"), "--format", "json"],
        ["extract", "evil.jsonl"],
    ):
        shown = whodex(*arguments)
        assert shown.status == 0, shown.stderr
        assert not set("\x1b\x07\x9b\u202e\u202c") & set(shown.stdout), arguments
        assert "[bold]markup[/bold] [/b]" in shown.stdout, arguments
