"""What surrounds a command: its streams, folder and variables; tests put in their own."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from search.record import Record

if TYPE_CHECKING:
    from rich.console import Console

    from search.printers.screen import Screen

INDEX_FOLDER = ".whodex"
INDEX_VARIABLE = "WHODEX_INDEX"


class ExitStatus(IntEnum):
    """How a command ended, for scripts."""

    FOUND = 0
    NOTHING_FOUND = 1
    ERROR = 2
    INTERRUPTED = 130


class Environment(Record):
    """The world of one command."""

    stdout: TextIO
    stderr: TextIO
    variables: Mapping[str, str]
    start: Path | None = None
    stdin: BinaryIO | None = None

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from. Raises WhodexError where it is gone."""
        from index.errors import WhodexError

        try:
            return self.start or Path.cwd()
        except FileNotFoundError as error:
            raise WhodexError(
                "The current folder does not exist any more.", hint="Change to another one."
            ) from error

    @classmethod
    def of_process(cls) -> Environment:
        """Return the environment of this process, with streams that no character can break."""
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # closed by whoever started the process
                setattr(sys, name, io.StringIO())
            stream = getattr(sys, name)
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        stdin = sys.stdin.buffer if sys.stdin is not None else None
        return cls(sys.stdout, sys.stderr, os.environ, stdin=stdin)

    def input(self) -> BinaryIO:
        """Return what is piped in. Raises WhodexError where the process has no such stream."""
        from index.errors import WhodexError

        if self.stdin is None:
            raise WhodexError("Nothing is piped in.", hint="Try: whodex extract - < page.html")
        return self.stdin

    def console(self, *, error: bool = False) -> Console:
        """Return a Rich console for one of the streams, which never reads text as markup."""
        from rich.console import Console

        return Console(
            file=self.stderr if error else self.stdout,
            markup=False,
            emoji=False,
            highlight=False,
            _environ=self.variables,
        )

    def screen(self) -> Screen:
        """Return what text for a person is printed on."""
        from search.printers.screen import Pipe, Terminal, is_terminal

        if is_terminal(self.stdout, self.variables):
            return Terminal(self.console())
        return Pipe(self.stdout)

    def warn(self, message: str) -> None:
        """Say something to the person, beside the data."""
        from search.printers.safe import visible

        print(f"whodex: {visible(message)}", file=self.stderr)

    def index_folder(self, named: Path | None, *, to_write: bool = False) -> Path:
        """Return the folder of the index: --index, WHODEX_INDEX, or the nearest .whodex above.

        Where there is none, it is `.whodex` in the current folder, for one that is to be written.
        Raises WhodexError where it is to be read.
        """
        from index.errors import WhodexError

        if named is not None:
            return self.folder / named
        if variable := self.variables.get(INDEX_VARIABLE):
            return self.folder / variable
        for folder in (self.folder, *self.folder.parents):
            if (folder / INDEX_FOLDER).is_dir():
                return folder / INDEX_FOLDER
        if to_write:
            return self.folder / INDEX_FOLDER
        raise WhodexError(
            f"There is no index ({INDEX_FOLDER}) in {self.folder} or a folder above it.",
            hint="Make one with: whodex index PAGES...\n"
            f"or name one with --index DIR or the variable {INDEX_VARIABLE}.",
        )
