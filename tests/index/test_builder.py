"""An index is brought up to date, and nothing is lost on the way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Options, WhodexError, build_index, workers
from index.cleaning import SiteEvidence
from index.extraction import make_document
from index.records import Document, Page
from index.sources import Problem
from index.store.writer import Writer
from search import open_index
from tests.pages import RECORDS, ROBOTS, build, write_records

ARTICLE = (
    "The Orvane shipyard of Bergen welds hulls with robots now, and its owners say that the"
    " work goes twice as fast as it did by hand in the years before the machines came.\n\n"
    "Workers who were asked about the machines said that they like the quiet halls, and that"
    " nobody has lost a job; the union says that it will look at the numbers in the spring.\n"
)


def write_page(path: Path, word: str) -> Path:
    path.write_text(f"News of the yard\n\nIt is known as {word}. {ARTICLE}")
    return path


def found(folder: Path, query: str = "") -> set[str]:
    with open_index(folder / ".whodex") as index:
        return {Path(hit.path).name for hit in index.search(query, limit=1000).hits}


def test_a_second_run_reads_only_what_changed(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_page(tmp_path / f"{name}.txt", f"{name}word")
    first = build_index([tmp_path], tmp_path / ".whodex")
    assert (first.read, first.indexed, first.unchanged, first.documents) == (3, 3, 0, 3)

    write_page(tmp_path / "b.txt", "fresh")
    write_page(tmp_path / "d.txt", "dword")
    (tmp_path / "c.txt").unlink()
    second = build_index([tmp_path], tmp_path / ".whodex")
    assert (second.read, second.indexed, second.unchanged) == (2, 2, 1)
    assert (second.removed, second.documents) == (1, 3)
    assert found(tmp_path) == {"a.txt", "b.txt", "d.txt"}
    assert found(tmp_path, "fresh") == {"b.txt"}
    assert found(tmp_path, "bword") == set()

    third = build_index([tmp_path], tmp_path / ".whodex")
    assert (third.read, third.unchanged, third.documents) == (0, 3, 3)


def test_pages_elsewhere_stay_when_one_folder_is_indexed(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_page(tmp_path / folder / f"{folder}.txt", folder)
    build_index([tmp_path / "one", tmp_path / "two"], tmp_path / ".whodex")
    (tmp_path / "one" / "one.txt").unlink()
    write_page(tmp_path / "one" / "new.txt", "new")
    build_index([tmp_path / "two"], tmp_path / ".whodex")
    assert found(tmp_path) == {"one.txt", "two.txt"}
    build_index([tmp_path / "one"], tmp_path / ".whodex")
    assert found(tmp_path) == {"new.txt", "two.txt"}


def test_a_folder_that_is_emptied_or_gone_empties_the_index(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_page(tmp_path / folder / "a.txt", folder)
    build_index([tmp_path / "one", tmp_path / "two"], tmp_path / ".whodex")
    (tmp_path / "one" / "a.txt").unlink()
    assert build_index([tmp_path / "one"], tmp_path / ".whodex").removed == 1
    shutil.rmtree(tmp_path / "two")
    summary = build_index([tmp_path / "two"], tmp_path / ".whodex")
    assert (summary.removed, summary.documents) == (1, 0)
    with pytest.raises(WhodexError, match="There is no file or folder"):
        build_index([tmp_path / "two"], tmp_path / ".whodex")


def test_a_file_that_cannot_be_looked_at_is_not_taken_for_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    write_page(tmp_path / "share" / "a.txt", "aword")
    write_page(tmp_path / "b.txt", "bword")
    build_index([tmp_path], tmp_path / ".whodex")

    def denied(*arguments: object, onerror: Callable[[OSError], None], **more: object) -> object:
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "share")))
        return [(str(tmp_path), [], ["b.txt"])]

    monkeypatch.setattr("index.sources.os.walk", denied)
    real = Path.stat

    def stat(path: Path, **more: bool) -> os.stat_result:
        if "share" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    summary = build_index([tmp_path], tmp_path / ".whodex")
    monkeypatch.undo()
    assert (summary.removed, summary.documents) == (0, 2)
    assert "Permission denied" in summary.problems[0].reason


def test_another_way_of_cleaning_makes_pages_new(tmp_path: Path) -> None:
    write_page(tmp_path / "a.txt", "word")
    build_index([tmp_path], tmp_path / ".whodex")
    again = build_index([tmp_path], tmp_path / ".whodex", options=Options(aim="recall"))
    assert (again.indexed, again.documents) == (1, 1)


def test_a_changed_file_of_lines_replaces_all_its_pages(tmp_path: Path) -> None:
    build(tmp_path, RECORDS)
    summary = build(tmp_path, [ROBOTS])
    assert (summary.indexed, summary.documents) == (1, 1)


def test_an_id_that_two_pages_state_stays_with_the_first(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", [ROBOTS])
    write_records(tmp_path / "b.jsonl", [{**ROBOTS, "title": "Another"}])
    summary = build_index([tmp_path], tmp_path / ".whodex")
    (problem,) = summary.problems
    assert "its id 'robots' is already that of a.jsonl:1" in problem.reason
    assert (summary.indexed, summary.documents) == (1, 1)
    write_records(tmp_path / "c.jsonl", [{**ROBOTS, "title": "A third"}])
    assert build_index([tmp_path / "c.jsonl"], tmp_path / ".whodex").indexed == 0


def test_pages_that_cannot_be_read_are_listed_with_the_reason(tmp_path: Path) -> None:
    write_page(tmp_path / "good.txt", "good")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "image.txt").write_bytes(b"\x89PNG\r\n")
    summary = build_index([tmp_path], tmp_path / ".whodex")
    assert (summary.read, summary.indexed) == (3, 1)
    assert {(Path(p.path).name, p.reason) for p in summary.skipped} == {
        ("empty.html", "empty"),
        ("image.txt", "not text: an image"),
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_listed(tmp_path: Path) -> None:
    write_page(tmp_path / "good.txt", "good")
    write_page(tmp_path / "secret.txt", "secret").chmod(0)
    (problem,) = build_index([tmp_path], tmp_path / ".whodex").skipped
    assert "Permission denied" in problem.reason


def test_worker_processes_give_the_same_index(tmp_path: Path) -> None:
    for number in range(40):
        write_page(tmp_path / f"{number}.txt", f"word{number}")
    one = build_index([tmp_path], tmp_path / "one", workers=1)
    two = build_index([tmp_path], tmp_path / "two", workers=2)
    assert one.indexed == two.indexed == 40
    with open_index(tmp_path / "one") as first, open_index(tmp_path / "two") as second:
        for query in ("word7", "robots", "yard"):
            assert [(h.path, h.score) for h in first.search(query).hits] == [
                (h.path, h.score) for h in second.search(query).hits
            ]


def test_progress_counts_up_to_all_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_page(tmp_path / f"{name}.txt", name)
    seen: list[tuple[int, int]] = []
    build_index([tmp_path], tmp_path / ".whodex", progress=lambda *done: seen.append(done))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_an_interrupted_run_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    write_page(tmp_path / "a.txt", "aword")
    build_index([tmp_path], tmp_path / ".whodex")
    write_page(tmp_path / "a.txt", "changed")
    write_page(tmp_path / "b.txt", "bword")

    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index([tmp_path], tmp_path / ".whodex", progress=interrupt)
    assert found(tmp_path, "aword") == {"a.txt"}
    assert build_index([tmp_path], tmp_path / ".whodex").documents == 2


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    build(tmp_path)
    with (
        Writer(tmp_path / ".whodex"),
        pytest.raises(WhodexError, match="Another process is writing"),
    ):
        build(tmp_path, [ROBOTS])


def test_a_folder_of_other_files_is_not_taken_for_an_index(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"\x89PNG")
    with pytest.raises(WhodexError, match="holds other files"):
        build_index([write_records(tmp_path / "a.jsonl")], tmp_path / "photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.png"]


def _dies(
    page: Page,
    stored_path: str,
    fingerprint: str,
    options: Options,
    site: SiteEvidence | None,
) -> Document | Problem:
    if b"deadly" in page.content:
        os._exit(1)
    if b"defective" in page.content:
        raise RuntimeError("boom")
    return make_document(page, stored_path, fingerprint, options, site)


def test_a_page_with_a_defect_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "make_document", _dies)
    write_page(tmp_path / "good.txt", "good")
    write_page(tmp_path / "bad.txt", "defective")
    summary = build_index([tmp_path], tmp_path / ".whodex")
    (problem,) = summary.skipped
    assert problem.reason == "could not be read (RuntimeError: boom)"
    assert found(tmp_path) == {"good.txt"}


def test_unicode_names_and_texts_survive(tmp_path: Path) -> None:
    text = "Smörgåsbord für 中国."
    record = {"id": "ü", "title": "Łódź 中国", "text": text, "people": ["Łukasz Ø"]}
    (tmp_path / "naïve ☃.jsonl").write_text(json.dumps(record), encoding="utf-8")
    build_index([tmp_path], tmp_path / ".whodex")
    with open_index(tmp_path / ".whodex") as index:
        (hit,) = index.search("smorgasbord", people=["lukasz o"]).hits
        assert (hit.id, hit.title, hit.people) == ("ü", "Łódź 中国", ("Łukasz Ø",))
        assert index.search("中国").total == 1
