"""`facets`, `show`, `extract`, `stats` and the command as a whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import Whodex
from tests.index.test_builder import write_page
from tests.pages import RECORDS, ROBOTS, write_records


def test_facets_count_all_pages_or_those_of_a_question(indexed: Whodex) -> None:
    counted = indexed("facets", "--format", "json").json
    assert set(counted) == {"version", "query", "total", "took_ms", "facets"}
    assert counted["total"] == len(RECORDS)
    assert counted["facets"]["company"][0] == {"value": "Orvane", "count": 2}
    narrowed = indexed("facets", "robots", "--by", "site, month", "--format", "json").json
    assert narrowed["facets"] == {
        "site": [{"value": "Harbour Post", "count": 2}],
        "month": [{"value": "2025-01", "count": 1}, {"value": "2025-03", "count": 1}],
    }


def test_facets_take_the_filters_of_a_search(indexed: Whodex) -> None:
    options = ["-p", "Zoë Müller", "-c", "Orvane", "--after", "2025", "--before", "2026"]
    more = ["--site", "Harbour Post", "--author", "Ada Okafor", "--match", "all", "-n", "1"]
    assert indexed("facets", "robots", *options, *more, "-f", "json").json["total"] == 1


def test_facets_print_bars_and_csv(indexed: Whodex) -> None:
    text = indexed("facets").stdout
    assert text.index("People") < text.index("Zoë Müller") < text.index("Companies")
    rows = list(csv.DictReader(io.StringIO(indexed("facets", "--format", "csv").stdout)))
    assert {"field": "company", "value": "Orvane", "count": "2"} in rows


def test_facets_of_an_unknown_field_are_refused(indexed: Whodex) -> None:
    refused = indexed("facets", "--by", "colour")
    assert refused.status == 2
    assert "'colour' is no facet" in refused.stderr
    assert "person, company, site" in refused.stderr


def test_facets_of_nothing_are_status_1(indexed: Whodex) -> None:
    assert indexed("facets", "absent").status == 1


def test_show_prints_the_article_and_who_is_in_it(indexed: Whodex) -> None:
    shown = indexed("show", "robots")
    assert (shown.status, shown.stderr) == (0, "")
    assert shown.stdout.startswith(f"{ROBOTS['title']}\nHarbour Post · Ada Okafor · 2025-01-27")
    assert str(ROBOTS["text"]) in shown.stdout
    assert "People\n  Zoë Müller" in shown.stdout
    document = indexed("show", "robots", "--format", "json").json
    assert (document["id"], document["text"]) == ("robots", ROBOTS["text"])
    assert document["entities"][0]["name"] == "Zoë Müller"


def test_show_takes_the_path_of_a_page(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    whodex("index", "a.txt")
    assert "aword" in whodex("show", "a.txt").stdout


def test_show_of_an_unknown_id_is_refused(indexed: Whodex) -> None:
    refused = indexed("show", "nothing")
    assert refused.status == 2
    assert "No document has the id or the path 'nothing'" in refused.stderr


def test_stats_tell_what_the_index_holds(indexed: Whodex) -> None:
    assert "documents        4" in indexed("stats").stdout
    numbers = indexed("stats", "--format", "json").json
    assert (numbers["documents"], numbers["people"], numbers["companies"]) == (4, 3, 3)
    assert numbers["bytes"] > 0


def test_verify_tells_a_whole_index_from_a_damaged_one(whodex: Whodex) -> None:
    write_records(whodex.folder / "pages.jsonl")
    whodex("index", "pages.jsonl")
    assert "is whole" in whodex("verify").stdout
    (segment,) = (whodex.folder / ".whodex").glob("*.segment")
    content = bytearray(segment.read_bytes())
    content[64] ^= 1  # the first array begins here; what lies between arrays is not read
    segment.write_bytes(content)
    refused = whodex("verify")
    assert (refused.status, refused.stdout) == (2, "")
    assert "damaged" in refused.stderr


def test_optimize_makes_one_segment_of_what_is_left(whodex: Whodex) -> None:
    for number in range(3):
        write_records(whodex.folder / f"{number}.jsonl", [{"id": str(number), "text": "robots"}])
        whodex("index", f"{number}.jsonl")
    (whodex.folder / "0.jsonl").unlink()
    whodex("index", ".")
    assert whodex("optimize").status == 0
    assert len(list((whodex.folder / ".whodex").glob("*.segment"))) == 1
    assert whodex("search", "robots", "-f", "json").json["total"] == 2
    assert whodex("optimize", "--index", "nowhere").status == 2
    assert not (whodex.folder / "nowhere").exists()


def test_extract_needs_no_index(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    write_records(whodex.folder / "b.jsonl", [ROBOTS])
    lines = whodex("extract", "a.txt", "b.jsonl", "--format", "jsonl").lines
    assert [Path(line["path"]).name for line in lines] == ["a.txt", "b.jsonl"]
    assert {"title", "author", "published", "site", "language", "text", "people", "companies"} <= (
        set(lines[0])
    )
    assert lines[1]["people"] == ["Zoë Müller"]
    assert "dropped" not in lines[0]
    assert not (whodex.folder / ".whodex").exists()


def test_extract_shows_what_was_dropped_and_why(whodex: Whodex) -> None:
    page = write_page(whodex.folder / "a.txt", "aword")
    page.write_text(
        page.read_text() + "\nLeave a Reply\n\nYour email address will not be published."
    )
    (line,) = whodex("extract", "a.txt", "--dropped", "--format", "jsonl").lines
    assert "Leave a Reply" not in line["text"]
    dropped = {block["text"]: block["reason"] for block in line["dropped"]}
    assert dropped["Leave a Reply"]
    text = whodex("extract", "a.txt", "--dropped").stdout
    assert "Dropped" in text
    assert "Leave a Reply" in text


def test_extract_prints_one_json_object_of_all_pages(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    extracted = whodex("extract", "a.txt", "--format", "json").json
    assert (extracted["version"], len(extracted["pages"])) == (1, 1)


def test_what_extract_prints_can_be_indexed(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    extracted = whodex("extract", "a.txt", "--format", "jsonl").stdout
    (whodex.folder / "extracted.jsonl").write_text(extracted)
    assert whodex("index", "extracted.jsonl").status == 0
    assert whodex("search", "aword", "--format", "json").json["total"] == 1


def test_bytes_of_no_charset_are_read_without_a_word_of_a_library(whodex: Whodex) -> None:
    text = b"The yard of caf\xe9 \x81\x8d \xff\xfe na\xc3\xafve welds hulls with robots. " * 9
    (whodex.folder / "a.html").write_bytes(b"<html><body><p>" + text + b"</p></body></html>")
    done = whodex("extract", "a.html", "--format", "jsonl")
    assert (done.status, done.stderr) == (0, "")
    assert "welds hulls" in done.lines[0]["text"]


def test_extract_takes_what_is_piped_in(whodex: Whodex) -> None:
    body = "Orvane, led by Zoë Müller, builds robots for shipyards. " * 9
    for page in (f"<html><title>T</title><body><p>{body}</p></body></html>", body):
        (line,) = whodex("extract", "-", "--format", "jsonl", stdin=page).lines
        assert (line["path"], line["text"]) == ("-", body.strip())
    refused = whodex("extract", "-", stdin="")
    assert (refused.status, refused.stderr) == (2, "whodex: -: empty\n")


def test_a_title_that_is_not_known_is_null(whodex: Whodex) -> None:
    (whodex.folder / "a.jsonl").write_text('{"text": "Nobody met nobody."}\n')
    (line,) = whodex("extract", "a.jsonl", "--format", "jsonl").lines
    whodex("index", "a.jsonl")
    (hit,) = whodex("search", "nobody", "--format", "json").json["hits"]
    shown = whodex("show", hit["id"], "--format", "json").json
    assert line["title"] is hit["title"] is shown["title"] is None


def test_extract_lists_what_it_cannot_read(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    (whodex.folder / "b.txt").write_bytes(b"")
    done = whodex("extract", "a.txt", "b.txt", "--format", "jsonl", "--aim", "recall")
    assert (done.status, len(done.lines)) == (0, 1)
    assert "b.txt: empty" in done.stderr
    assert whodex("extract", "b.txt").status == 2
    assert whodex("extract", "nowhere.txt").status == 2


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["search", "--help"], ["index", "-h"]])
def test_help_is_asked_for_on_stdout(whodex: Whodex, arguments: list[str]) -> None:
    shown = whodex(*arguments)
    assert (shown.status, shown.stderr) == (0, "")
    assert "Usage: whodex" in shown.stdout


def test_the_version_is_told(whodex: Whodex) -> None:
    assert whodex("--version").stdout.startswith("whodex ")


def test_an_unknown_command_is_refused(whodex: Whodex) -> None:
    refused = whodex("serach", "x")
    assert refused.status == 2
    assert "serach" in refused.stderr


def test_a_damaged_index_is_told_from_a_missing_one(indexed: Whodex, whodex: Whodex) -> None:
    write_records(whodex.folder / "pages.jsonl")
    whodex("index", "pages.jsonl")
    for file in (whodex.folder / ".whodex").iterdir():
        if file.is_file() and file.stat().st_size:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    refused = whodex("search", "robots")
    assert refused.status == 2
    assert "damaged" in refused.stderr
