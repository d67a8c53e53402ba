"""The real command, run in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.pages import write_records

COMMAND = Path(sysconfig.get_path("scripts")) / "whodex"
SECONDS_AT_MOST = 120


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and how it ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.stdout.splitlines()]


@dataclass(frozen=True)
class Whodex:
    """Runs `whodex` in `folder`."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, *arguments: str | Path, stdin: str | None = None, **variables: str
    ) -> Outcome:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env={**kept, "LC_ALL": "C.UTF-8", **self.variables, **variables},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS_AT_MOST,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def whodex(tmp_path: Path) -> Whodex:
    """The command in an empty folder."""
    return Whodex(tmp_path)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Whodex:
    """The command in a folder with an index of four pages; not to be written to."""
    run = Whodex(tmp_path_factory.mktemp("indexed"))
    write_records(run.folder / "pages.jsonl")
    assert run("index", "pages.jsonl").status == 0
    return run
