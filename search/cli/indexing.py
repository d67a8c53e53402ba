"""What the commands do that read pages, or look after an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from search.cli.action import Action
from search.cli.environment import Environment, ExitStatus

if TYPE_CHECKING:
    from index.builder import Summary
    from index.cleaning import Aim
    from index.extraction import Options
    from index.records import Page
    from index.sources import Problem

# The file that stands for what is piped in.
STDIN = "-"

# Reasons for skipped pages that the summary lists; the report has them all.
REASONS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Extraction:
    """The part that `index` and `extract` share: how pages become articles and entities."""

    aim: str
    tagger: str | None
    entities: Path | None

    def options(self, environment: Environment) -> Options:
        """Return the options; raises WhodexError where the list of names cannot be read."""
        from index.extraction import Options
        from index.own_names import OwnNames, read_names

        own = read_names(environment.folder / self.entities) if self.entities else OwnNames()
        options = Options(aim=cast("Aim", self.aim), own_names=own)
        return replace(options, tagger=self.tagger) if self.tagger else options


@dataclass(frozen=True, slots=True)
class Build(Action):
    """`whodex index`."""

    pages: Sequence[Path]
    index: Path | None
    extraction: Extraction
    report: Path | None
    workers: int | None
    memory: int
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Build the index and print the summary."""
        from index import build_index
        from search.cli.progress import progress_bar
        from search.printers.structured import print_json

        folder = environment.index_folder(self.index, to_write=True)
        with progress_bar(environment) as progress, _report(self.report, environment) as report:
            summary = build_index(
                [environment.folder / path for path in self.pages],
                folder,
                options=self.extraction.options(environment),
                workers=self.workers,
                memory=self.memory * 2**20,
                progress=progress,
                notice=environment.warn,
                without=[environment.folder / self.report] if self.report else [],
            )
            report(summary.problems)
        if self.format == "json":
            print_json(_summary_record(summary), environment.stdout)
        else:
            _print_summary(summary, environment, self.report)
        nothing = not (summary.indexed or summary.unchanged or summary.removed)
        return ExitStatus.ERROR if nothing else ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class Extract(Action):
    """`whodex extract`."""

    files: Sequence[Path]
    dropped: bool
    extraction: Extraction
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the article of every page; pages that have none are listed on stderr."""
        from index.extraction import extract_pages
        from index.sources import Problem, find, read, read_stream
        from search.printers import structured, terminal

        options = self.extraction.options(environment)
        named = [environment.folder / path for path in self.files if str(path) != STDIN]
        files, problems = find(named, required=len(named) == len(self.files))
        sources: list[Iterable[Page | Problem]] = [read(file.path) for file in files]
        if len(named) < len(self.files):
            sources.insert(0, [read_stream(environment.input(), STDIN)])
        printed: list[dict[str, Any]] = []
        count = 0
        for pages in sources:
            for result in extract_pages(pages, options, explain=self.dropped):
                if isinstance(result, Problem):
                    problems.append(result)
                    continue
                page, article, entities = result
                count += 1
                if self.format == "text":
                    screen = environment.screen()
                    if count > 1:
                        screen.print()
                        screen.rule()
                    place = terminal.shown_path(page.path, environment.folder)
                    terminal.print_article(article, entities, screen, place=place)
                    if self.dropped:
                        terminal.print_dropped(article, screen)
                    continue
                record = structured.extract_record(page, article, entities, dropped=self.dropped)
                if self.format == "jsonl":
                    structured.print_line(record, environment.stdout)
                else:
                    printed.append(record)
        if self.format == "json":
            structured.print_json({"pages": printed}, environment.stdout)
        for problem in problems:
            environment.warn(f"{problem.place}: {problem.reason}")
        return ExitStatus.FOUND if count else ExitStatus.ERROR


@dataclass(frozen=True, slots=True)
class Verify(Action):
    """`whodex verify`."""

    index: Path | None

    def run(self, environment: Environment) -> ExitStatus:
        """Say that the index is whole; raise WhodexError where it is not."""
        from index.store.directory import open_directory
        from search import aliases

        folder = environment.index_folder(self.index)
        open_directory(folder).verify()
        aliases.load(folder)
        print(f"The index in {folder} is whole.", file=environment.stdout)
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class Optimize(Action):
    """`whodex optimize`."""

    index: Path | None

    def run(self, environment: Environment) -> ExitStatus:
        """Merge all segments, and tell the sizes before and after."""
        from index.store.directory import open_directory, size
        from index.store.writer import Writer

        folder = environment.index_folder(self.index)
        open_directory(folder)
        before = size(folder)
        with Writer(folder) as writer:
            writer.optimize()
        print(f"{before:,} bytes before, {size(folder):,} now", file=environment.stdout)
        return ExitStatus.FOUND


@contextmanager
def _report(
    file: Path | None, environment: Environment
) -> Iterator[Callable[[Sequence[Problem]], None]]:
    """Open the report before the long run, so that a path that cannot be written ends it early."""
    from index.errors import WhodexError
    from search.printers.safe import to_json

    if file is None:
        yield lambda problems: None
        return
    try:
        stream = (environment.folder / file).open("w", encoding="utf-8")
    except OSError as error:
        raise WhodexError(f"The report {file} cannot be written: {error.strerror}.") from error
    with stream:

        def write(problems: Sequence[Problem]) -> None:
            for problem in problems:
                print(to_json(_problem_record(problem)), file=stream)

        yield write


def _problem_record(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "reason": problem.reason,
        "skipped": problem.skipped,
    }


def _summary_record(summary: Summary) -> dict[str, Any]:
    return {
        "index": str(summary.folder),
        "read": summary.read,
        "indexed": summary.indexed,
        "unchanged": summary.unchanged,
        "removed": summary.removed,
        "documents": summary.documents,
        "seconds": round(summary.seconds, 3),
        "problems": [_problem_record(problem) for problem in summary.problems],
    }


def _print_summary(summary: Summary, environment: Environment, report: Path | None) -> None:
    from search.printers.safe import line

    def tell(text: str) -> None:
        print(text, file=environment.stdout)

    rate = f", {summary.read / summary.seconds:,.0f} a second" if summary.read else ""
    tell(f"read       {_pages(summary.read)} in {summary.seconds:.1f} s{rate}")
    tell(f"indexed    {_pages(summary.indexed)}")
    if summary.unchanged:
        tell(f"unchanged  {_files(summary.unchanged)}")
    if summary.removed:
        tell(f"removed    {_files(summary.removed)} that are gone")
    if summary.skipped:
        tell(f"skipped    {len(summary.skipped):,}")
    noted = len(summary.problems) - len(summary.skipped)
    if noted:
        tell(f"noted      {noted:,}")
    _print_reasons(summary, tell, line)
    if summary.problems and report is None:
        tell("           (all of them with --report FILE)")
    tell(f"the index  {_pages(summary.documents)} in {summary.folder}")


def _print_reasons(
    summary: Summary, tell: Callable[[str], None], line: Callable[[str], str]
) -> None:
    """Tell the commonest reasons, with the place of one page each."""
    counts = Counter(problem.reason for problem in summary.problems)
    places = {problem.reason: problem.place for problem in reversed(summary.problems)}
    for reason, count in counts.most_common(REASONS_SHOWN):
        more = f" and {count - 1:,} more" if count > 1 else ""
        tell(f"           {line(reason)}: {line(places[reason])}{more}")
    if len(counts) > REASONS_SHOWN:
        tell(f"           and {len(counts) - REASONS_SHOWN:,} other reasons")


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count:,} pages"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
