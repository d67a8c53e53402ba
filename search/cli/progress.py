"""The progress of a long run, on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from search.cli.environment import Environment

if TYPE_CHECKING:
    from index.builder import Progress


@contextmanager
def progress_bar(environment: Environment) -> Iterator[Progress | None]:
    """Yield what to call with the files done and of all, or None where nobody watches."""
    if not environment.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("reading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=environment.console(error=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
