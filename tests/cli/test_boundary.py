"""Whatever happens around a command, it ends with a message and a status."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Whodex
from tests.index.test_builder import write_page
from tests.pages import write_records


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["bash", "-c", command.replace("whodex", f"'{COMMAND}'")],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def indexing(folder: Path, workers: int) -> subprocess.Popen[str]:
    """Start to index a folder, in a process group of its own."""
    return subprocess.Popen(
        [COMMAND, "index", ".", "--workers", str(workers)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def test_a_word_to_exclude_is_not_taken_for_an_option(indexed: Whodex) -> None:
    refused = indexed("search", "chips", "-poker")
    assert refused.status == 2
    assert "-poker is no option." in refused.stderr
    assert "NOT poker" in refused.stderr
    assert indexed("search", "chips -poker").status == 0
    assert indexed("search", "-n1", "chips").status == 0


def test_an_output_that_cannot_be_written_is_told(indexed: Whodex) -> None:
    done = shell(indexed.folder, "whodex search robots > /dev/full")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert shell(indexed.folder, "whodex search robots >&-").returncode == 0


def test_a_folder_that_is_gone_is_told(indexed: Whodex) -> None:
    done = shell(indexed.folder, "mkdir gone; cd gone; rmdir ../gone; whodex search robots")
    assert done.returncode == 2
    assert "current folder does not exist" in done.stderr


def test_an_index_that_may_not_be_written_is_told(whodex: Whodex) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everything")
    write_page(whodex.folder / "a.txt", "aword")
    whodex("index", "a.txt")
    (whodex.folder / ".whodex").chmod(0o500)
    refused = whodex("index", "a.txt", "--aim", "recall")
    assert refused.status == 2
    assert "Permission denied" in refused.stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("moment", [1.0, 3.0])
def test_an_interruption_is_told_and_leaves_the_index_as_it_was(
    whodex: Whodex, name: str, moment: float
) -> None:
    write_records(whodex.folder / "pages.jsonl")
    whodex("index", "pages.jsonl")
    text = write_page(whodex.folder / "a.txt", "aword").read_text()
    many = ({"id": f"many{number}", "title": "Many", "text": text} for number in range(20_000))
    write_records(whodex.folder / "many.jsonl", many)
    running = indexing(whodex.folder, workers=1)
    time.sleep(moment)
    running.send_signal(getattr(signal, name))
    printed, told = running.communicate(timeout=60)
    assert (running.returncode, printed) == (130, "")
    assert told in ("whodex: interrupted; nothing was changed.\n", "")
    assert whodex("stats", "-f", "json").json["documents"] == 4


@pytest.mark.parametrize("moment", [0.5, 0.6, 0.7, 0.8, 0.9, 1.2])
def test_an_interruption_while_workers_start_is_told_in_one_line(
    whodex: Whodex, moment: float
) -> None:
    text = write_page(whodex.folder / "a.txt", "aword").read_text()
    many = ({"id": f"many{number}", "title": "Many", "text": text} for number in range(5_000))
    write_records(whodex.folder / "many.jsonl", many)
    running = indexing(whodex.folder, workers=3)
    time.sleep(moment)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal sends it: to the workers as well
    printed, told = running.communicate(timeout=60)
    assert (running.returncode, printed) == (130, "")
    assert told in ("whodex: interrupted; nothing was changed.\n", "")


def test_a_line_end_in_a_name_splits_no_path_for_xargs(whodex: Whodex) -> None:
    for name in ("a\nb.txt", "c d.txt"):
        write_page(whodex.folder / name, "aword")
    assert whodex("index", ".").status == 0
    done = shell(whodex.folder, "whodex search aword --format paths0 | xargs -0 -n 1 wc -c")
    assert (done.returncode, done.stderr) == (0, "")
    found = whodex("search", "aword", "--format", "paths0").stdout.split("\0")
    assert sorted(found) == ["", *(str(whodex.folder / name) for name in ("a\nb.txt", "c d.txt"))]


def test_paths_in_a_pipe_are_the_bytes_of_the_names(whodex: Whodex) -> None:
    folder = os.fsencode(whodex.folder)
    odd = folder + b"/od\xffd.txt"
    try:
        with open(odd, "wb") as stream:  # noqa: PTH123 - pathlib has no paths of bytes
            stream.write(write_page(whodex.folder / "a.txt", "aword").read_bytes())
    except OSError:
        pytest.skip("this file system has no such names")
    (whodex.folder / "a.txt").unlink()
    assert whodex("index", ".").status == 0
    done = subprocess.run(
        [COMMAND, "search", "aword", "--format", "paths"],
        cwd=whodex.folder,
        capture_output=True,
        check=False,
    )
    assert done.stdout == odd + b"\n"
    for command in ("search aword", "show $'od\\xffd.txt'", "search aword -f json"):
        assert shell(whodex.folder, f"whodex {command}").returncode == 0, command
