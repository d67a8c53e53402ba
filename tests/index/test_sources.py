"""Pages are found in files and folders; what is no page is listed with a reason."""

from __future__ import annotations

import datetime
import gzip
import json
import os
from pathlib import Path

import pytest

from index.cleaning import clean
from index.errors import WhodexError
from index.records import Page
from index.sources import Problem, find, parse_date, read

HTML = b"<!doctype html><p>Orvane builds robots.</p>"


def pages(path: Path) -> list[Page]:
    return [page for page in read(path) if isinstance(page, Page)]


def reasons(path: Path) -> list[str]:
    return [problem.reason for problem in read(path) if isinstance(problem, Problem)]


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("a.html", "html"),
        ("a.HTM", "html"),
        ("a.xhtml", "html"),
        ("a.txt", "text"),
        ("a.md", "text"),
        ("a", "html"),
        ("a.php?id=3", "html"),
        ("a.html?page=2", "html"),
    ],
)
def test_the_name_or_the_content_tells_the_markup(tmp_path: Path, name: str, markup: str) -> None:
    (tmp_path / name).write_bytes(HTML)
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(HTML))
    for path in (tmp_path / name, tmp_path / f"{name}.gz"):
        (page,) = pages(path)
        assert (page.content, page.markup) == (HTML, markup)


def test_a_nameless_file_without_tags_is_text(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"Orvane builds robots.")
    (page,) = pages(tmp_path / "notes")
    assert page.markup == "text"


def test_folders_are_read_in_order_without_hidden_files_which_are_listed(tmp_path: Path) -> None:
    for name in ("b/2.html", "b/1.txt", "a.html", ".git/x.html", ".hidden.html", "c.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(HTML)
    files, problems = find([tmp_path])
    names = [file.path.relative_to(tmp_path).as_posix() for file in files]
    assert names == ["a.html", "b/1.txt", "b/2.html"]
    assert [(Path(p.path).name, p.reason) for p in problems] == [
        (".git", "hidden: its name begins with a dot"),
        (".hidden.html", "hidden: its name begins with a dot"),
        ("c.css", "not a page (css file)"),
    ]


def test_a_file_that_cannot_be_read_is_skipped_in_a_folder_and_named_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    for name in ("a.html", "closed/b.html"):
        (tmp_path / name).write_bytes(HTML)
    (tmp_path / "dangling.html").symlink_to("nowhere.html")
    stat = os.stat

    def refusing(path: int | str | Path, **options: bool) -> os.stat_result:
        if "closed/" in str(path):  # as in a folder that may not be searched; not so for root
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", refusing)
    named = [tmp_path / name for name in ("a.html", "closed/b.html", "dangling.html")]
    for paths in (named, [tmp_path]):
        files, problems = find(paths)
        assert [file.path.name for file in files] == ["a.html"]
        assert {(Path(p.path).name, p.reason) for p in problems} == {
            ("b.html", "cannot be read: Permission denied"),
            ("dangling.html", "cannot be read: No such file or directory"),
        }


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(HTML)
    os.mkfifo(tmp_path / "fifo.html")
    files, problems = find([tmp_path, "/dev/zero"])
    assert [file.path.name for file in files] == ["a.html"]
    assert [problem.reason for problem in problems] == ["not a regular file"] * 2


def test_a_file_has_one_name_however_its_folder_is_written(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_bytes(HTML)
    (tmp_path / "link").symlink_to("pages")
    files, _ = find([tmp_path / "pages", tmp_path / "pages" / ".." / "pages", tmp_path / "link"])
    assert len(files) == 1


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(HTML)
    files, _ = find([tmp_path, tmp_path / "a.html"])
    assert len(files) == 1


def test_a_file_changes_its_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(HTML)
    (before,), _ = find([path])
    path.write_bytes(HTML + b"more")
    (after,), _ = find([path])
    assert before.fingerprint != after.fingerprint


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(WhodexError, match="no-such-folder"):
        find([tmp_path, tmp_path / "no-such-folder"])


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("p {}")
    with pytest.raises(WhodexError, match=r"no pages in .* \(1 other files\)"):
        find([tmp_path])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.html", b"", "empty"),
        ("a.txt", b" \r\n\t", "empty"),
        ("a.txt", b"%PDF-1.7 ...", "not text: a PDF file"),
        ("a.html", b"\x89PNG\r\n", "not text: an image"),
        ("a.txt", b"ab\0\0\0cd\0\0e\0\xff" * 9, "not text"),
        ("a.html.gz", b"no gzip", "the gzip data are damaged"),
        ("a.html.gz", gzip.compress(HTML * 99, mtime=0)[:-9], "the gzip data are damaged"),
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b"\n \n", "empty"),
        ("a.html", bytes(range(256)) * 20, "not text"),
    ],
)
def test_what_is_no_page_is_skipped_with_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert reasons(tmp_path / name) == [reason]
    assert pages(tmp_path / name) == []


def test_utf_16_is_text(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        (tmp_path / "a.txt").write_bytes("Orvane builds robots.".encode(encoding))
        assert len(pages(tmp_path / "a.txt")) == 1, encoding


def test_a_stray_zero_is_left_out_of_a_page(tmp_path: Path) -> None:
    prose = b"The harbour was quiet all day, and the mill stood still. " * 9
    for name, content in (
        ("a.html", b"<html><p>Orvane builds\0 robots." + prose + b"\0" * 9),
        ("a.txt", b"Orvane builds\0 robots." + prose),
    ):
        (tmp_path / name).write_bytes(content)
        (page,) = pages(tmp_path / name)
        assert "Orvane builds robots." in clean(page).text


def write_lines(path: Path, *records: object) -> Path:
    lines = (r if isinstance(r, str) else json.dumps(r) for r in records)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_json_lines_hold_a_page_each_with_what_is_given(tmp_path: Path) -> None:
    record = {
        "id": 7,
        "title": "Robots",
        "text": "Orvane builds robots.",
        "url": "https://example.org/7",
        "date": "2025-01-27T23:30:00-05:00",
        "author": ["Ada Okafor", "Li Wei"],
        "people": ["Zoë  Müller", "Zoë Müller"],
        "companies": "Orvane",
    }
    (page,) = pages(write_lines(tmp_path / "a.jsonl", record))
    given = page.given
    assert (page.line, page.markup, page.content) == (1, "text", b"Orvane builds robots.")
    assert (given.id, given.title, given.text) == ("7", "Robots", "Orvane builds robots.")
    assert given.published == datetime.date(2025, 1, 28), "days are UTC's"
    assert given.author == "Ada Okafor, Li Wei"
    assert (given.people, given.companies) == (("Zoë Müller",), ("Orvane",))


def test_json_lines_with_html_are_cleaned_like_pages(tmp_path: Path) -> None:
    (page,) = pages(write_lines(tmp_path / "a.jsonl", {"html": HTML.decode()}))
    assert (page.markup, page.given.text, page.given.people) == ("html", None, None)


def test_bad_lines_are_listed_and_good_ones_kept(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl", {"text": "one"}, "{broken", [1], {"title": "x"}, "", {"text": " "}
    )
    with path.open("ab") as stream:
        stream.write(b'\n{"text": "\xff"}\n{"text": "two"}')
    assert [page.content for page in pages(path)] == [b"one", b"two"]
    problems = [problem for problem in read(path) if isinstance(problem, Problem)]
    assert [problem.line for problem in problems] == [2, 3, 4, 6, 7]
    assert problems[0].reason.startswith("not JSON")
    assert [problem.reason for problem in problems[1:]] == [
        "not a JSON object",
        'neither "text" nor "html" in it',
        "empty",
        "not UTF-8",
    ]
    assert problems[0].place == f"{path}:2"


def test_halves_of_surrogate_pairs_are_replaced(tmp_path: Path) -> None:
    (page,) = pages(write_lines(tmp_path / "a.jsonl", '{"title": "a\\ud800b", "text": "\\udfff"}'))
    assert (page.given.title, page.content) == ("a?b", b"?")


def test_a_title_without_a_text_is_a_page(tmp_path: Path) -> None:
    (page,) = pages(write_lines(tmp_path / "a.jsonl", {"title": "Robots", "text": ""}))
    assert (page.given.title, page.given.text) == ("Robots", "")


def test_a_date_that_is_not_understood_costs_the_date_alone(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "one", "date": "the other day"})
    assert len(pages(path)) == 1
    (problem,) = (problem for problem in read(path) if isinstance(problem, Problem))
    assert not problem.skipped
    assert "the other day" in problem.reason


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2025-01-27", "2025-01-27"),
        ("2025-01-27T10:00:00Z", "2025-01-27"),
        ("2025-01-27 01:00:00+09:00", "2025-01-26"),
        ("Mon, 27 Jan 2025 10:00:00 GMT", "2025-01-27"),
        ("2025/01/27", "2025-01-27"),
        ("Jan 27, 2025", "2025-01-27"),
        ("27 January 2025", "2025-01-27"),
        ("27/01/2025", "2025-01-27"),
        ("20250127", "2025-01-27"),
        (20250127, "2025-01-27"),
        (1737972000, "2025-01-27"),
        (1737972000.5, "2025-01-27"),
        (1737972000123, "2025-01-27"),
    ],
)
def test_dates_of_all_usual_forms_are_understood(value: object, day: str) -> None:
    assert parse_date(value) == datetime.date.fromisoformat(day)


@pytest.mark.parametrize("value", [2025, "2025", "2025-01", "January 2025", 20251399, 0, -1, 4e9])
def test_what_says_no_day_or_one_far_off_is_no_date(value: object) -> None:
    assert parse_date(value) is None


def test_a_day_that_may_be_a_month_is_not_guessed() -> None:
    assert parse_date("03/04/2025") is None
    assert parse_date("04/04/2025") == datetime.date(2025, 4, 4)


@pytest.mark.parametrize("value", [None, "", "x", True, [], {}, 1e300, float("nan"), "2025-99-99"])
def test_other_values_are_no_dates(value: object) -> None:
    assert parse_date(value) is None
