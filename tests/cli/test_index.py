"""`whodex index` builds, tells what it did, and refuses in words."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.cli.conftest import Whodex
from tests.index.test_builder import write_page
from tests.pages import ROBOTS, write_records


def test_the_index_lies_in_the_folder_where_it_is_made(whodex: Whodex) -> None:
    write_records(whodex.folder / "pages.jsonl")
    done = whodex("index", "pages.jsonl")
    assert (done.status, done.stderr) == (0, "")
    assert "indexed    4 pages" in done.stdout
    assert (whodex.folder / ".whodex").is_dir()


def test_every_kind_of_file_is_read(whodex: Whodex) -> None:
    body = f"<html><head><title>T</title></head><body><p>{'Orvane builds robots. ' * 9}</p></body>"
    for name in ("a.html", "b.htm", "c.xhtml"):
        (whodex.folder / name).write_text(body)
    for name in ("d.txt", "e.md"):
        write_page(whodex.folder / name, "orvane")
    for name in ("a.html", "d.txt"):
        packed = gzip.compress((whodex.folder / name).read_bytes())
        (whodex.folder / f"{name}.gz").write_bytes(packed)
    write_records(whodex.folder / "f.jsonl", [ROBOTS])
    summary = whodex("index", ".", "--format", "json").json
    assert (summary["version"], summary["indexed"], summary["problems"]) == (1, 8, [])
    assert whodex("search", "orvane", "--format", "json").json["total"] == 8


def test_running_it_again_indexes_only_what_changed(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    write_page(whodex.folder / "b.txt", "bword")
    assert whodex("index", ".", "-f", "json").json["indexed"] == 2
    (whodex.folder / "a.txt").unlink()
    write_page(whodex.folder / "c.txt", "cword")
    again = whodex("index", ".", "-f", "json").json
    assert (again["read"], again["unchanged"], again["removed"], again["documents"]) == (1, 1, 1, 2)
    assert "unchanged  2 files" in whodex("index", ".").stdout


def test_options_that_are_left_out_the_next_time_are_told(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    (whodex.folder / "own.txt").write_text("company: Orvane\n")
    assert whodex("index", "a.txt", "--entities", "own.txt", "--aim", "recall").stderr == ""
    again = whodex("index", "a.txt")
    assert "1 unchanged file is read again" in again.stderr
    assert "--aim recall --entities FILE" in again.stderr
    assert whodex("index", "a.txt").stderr == ""


def test_skipped_pages_are_counted_told_and_reported(whodex: Whodex) -> None:
    write_page(whodex.folder / "good.txt", "good")
    (whodex.folder / "empty.html").write_bytes(b"")
    (whodex.folder / "photo.html").write_bytes(b"\xff\xd8\xff\xe0")
    (whodex.folder / "style.css").write_text("p {}")
    done = whodex("index", ".", "--report", "report.jsonl")
    assert done.status == 0
    assert "skipped    3" in done.stdout
    assert "not text: an image: " in done.stdout
    lines = (whodex.folder / "report.jsonl").read_text().splitlines()
    report = {json.loads(line)["path"].rpartition("/")[2]: json.loads(line) for line in lines}
    assert {name: entry["reason"] for name, entry in report.items()} == {
        "empty.html": "empty",
        "photo.html": "not text: an image",
        "style.css": "not a page (css file)",
    }
    assert all(entry["skipped"] for entry in report.values())


def test_a_page_of_which_only_the_title_is_left_is_told(whodex: Whodex) -> None:
    menu = "<nav><a href=/>Home</a> <a href=/b>Shop</a></nav>"
    html = f"<html><head><title>Orvane robots</title></head><body>{menu}</body></html>"
    (whodex.folder / "blank.html").write_text(html)
    done = whodex("index", ".", "--report", "report.jsonl")
    assert "indexed    1 page" in done.stdout
    assert "noted      1" in done.stdout
    assert "only its title is searched: " in done.stdout
    (line,) = (whodex.folder / "report.jsonl").read_text().splitlines()
    assert json.loads(line)["skipped"] is False
    assert whodex("search", "robots", "-f", "json").json["total"] == 1


def test_the_index_and_the_report_are_no_pages(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    for _ in range(2):
        options = ["--index", "visible", "--report", "report.jsonl", "--format", "json"]
        summary = whodex("index", ".", *options).json
        assert (summary["documents"], summary["problems"]) == (1, [])


def test_options_reach_the_run(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    options = ["--workers", "2", "--memory", "64", "--aim", "precision", "--tagger", "fast"]
    assert whodex("index", "a.txt", "--index", "there", *options).status == 0
    assert whodex("search", "aword", "-i", "there").status == 0


def test_your_own_list_of_names_wins(whodex: Whodex) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    (whodex.folder / "names.lst").write_text("company: Orvane Yards = The Orvane shipyard\n")
    options = ["a.txt", "--entities", "names.lst"]
    assert whodex("index", *options).status == 0
    assert whodex("search", "-c", "Orvane Yards", "-f", "json").json["total"] == 1
    (line,) = whodex("extract", *options, "-f", "jsonl").lines
    assert "Orvane Yards" in line["companies"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.txt", "--entities", "a.txt"], "a.txt, line 1: a line begins with person:"),
        (["nowhere"], "There is no file or folder"),
        (["empty"], "There are no pages in"),
        (["a.txt", "--report", "no/such/folder/report"], "cannot be written"),
        (["a.txt", "--index", "a.txt"], "Cannot make an index"),
        (["a.txt", "--index", "full"], "holds other files"),
        (["a.txt", "--workers", "0"], "--workers"),
        (["a.txt", "--aim", "high"], "precision"),
        (["a.txt", "--tagger", "magic"], "magic"),
        ([], "PAGES"),
    ],
)
def test_bad_input_is_refused_in_words(whodex: Whodex, arguments: list[str], message: str) -> None:
    write_page(whodex.folder / "a.txt", "aword")
    (whodex.folder / "empty").mkdir()
    (whodex.folder / "full").mkdir()
    (whodex.folder / "full" / "photo.png").write_bytes(b"")
    refused = whodex("index", *arguments)
    assert (refused.status, refused.stdout) == (2, "")
    assert message in refused.stderr


def test_a_run_that_indexes_nothing_fails(whodex: Whodex) -> None:
    (whodex.folder / "binary.txt").write_bytes(b"\0\1\2")
    done = whodex("index", "binary.txt")
    assert done.status == 2
    assert "not text" in done.stdout + done.stderr
