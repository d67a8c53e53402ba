"""What the commands do: resolve what was typed, call the library, print what comes back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from search.cli.environment import Environment, ExitStatus

if TYPE_CHECKING:
    from index.builder import Summary
    from index.cleaning import Aim
    from index.extraction import Options
    from index.sources import Problem
    from search.answer import Answer
    from search.query import Match, Sort
    from search.reader import Index

# Reasons for skipped pages that the summary lists; the report has them all.
REASONS_SHOWN = 8


class Action(ABC):
    """One command with all that was typed."""

    @abstractmethod
    def run(self, environment: Environment) -> ExitStatus:
        """Do it, and say how it ended. Raises WhodexError where the user can mend something."""


@dataclass(frozen=True, slots=True)
class Question:
    """The part that `search` and `facets` share: which pages are asked for."""

    text: str
    people: Sequence[str] | None
    companies: Sequence[str] | None
    sites: Sequence[str] | None
    authors: Sequence[str] | None
    after: str | None
    before: str | None
    match: str

    def ask(self, index: Index, **more: Any) -> Answer:
        """Put the question to an index."""
        return index.search(
            self.text,
            people=self.people or (),
            companies=self.companies or (),
            sites=self.sites or (),
            authors=self.authors or (),
            after=self.after,
            before=self.before,
            match=cast("Match", self.match),
            **more,
        )


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
class Search(Action):
    """`whodex search`."""

    question: Question
    index: Path | None
    sort: str
    limit: int
    offset: int
    facets: tuple[str, ...]
    facet_limit: int
    snippets: bool
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Answer the question in the format that is asked for."""
        from search.reader import open_index

        wants_snippets = self.snippets and self.format != "paths"
        with open_index(environment.index_folder(self.index)) as index:
            answer = self.question.ask(
                index,
                sort=cast("Sort", self.sort),
                limit=self.limit,
                offset=self.offset,
                facets=self.facets,
                facet_limit=self.facet_limit,
                snippets=wants_snippets,
            )
        for note in answer.notes:
            environment.warn(note)
        _print_answer(answer, self.format, environment)
        return ExitStatus.FOUND if answer.total or answer.hits else ExitStatus.NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class CountFacets(Action):
    """`whodex facets`."""

    question: Question
    index: Path | None
    by: str
    limit: int
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the counts."""
        from search.printers import structured, table, terminal
        from search.reader import open_index

        fields = [field.strip() for field in self.by.split(",")]
        with open_index(environment.index_folder(self.index)) as index:
            answer = self.question.ask(index, limit=0, facets=fields, facet_limit=self.limit)
        for note in answer.notes:
            environment.warn(note)
        if self.format == "json":
            record = structured.answer_record(answer)
            kept = {key: record[key] for key in ("query", "total", "took_ms", "facets")}
            structured.print_json(kept, environment.stdout)
        elif self.format == "csv":
            table.print_facets(answer.facets, environment.stdout)
        else:
            terminal.print_answer(answer, environment.screen(), environment.folder)
        return ExitStatus.FOUND if answer.total else ExitStatus.NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class Show(Action):
    """`whodex show`."""

    id: str
    index: Path | None
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the document."""
        from search.printers import structured, terminal
        from search.reader import open_index

        with open_index(environment.index_folder(self.index)) as index:
            document = index.document(self.id)
        if self.format == "json":
            structured.print_json(structured.document_record(document), environment.stdout)
        else:
            terminal.print_document(document, environment.screen(), environment.folder)
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class Extract(Action):
    """`whodex extract`."""

    files: Sequence[Path]
    dropped: bool
    extraction: Extraction
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the article of every page; pages that have none are listed on stderr."""
        from index.extraction import extract_file
        from index.sources import Problem, find
        from search.printers import structured, terminal

        options = self.extraction.options(environment)
        files, problems = find(environment.folder / path for path in self.files)
        printed: list[dict[str, Any]] = []
        count = 0
        for file in files:
            for result in extract_file(file.path, options, explain=self.dropped):
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
class Stats(Action):
    """`whodex stats`."""

    index: Path | None
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the numbers."""
        from search.printers.structured import print_json
        from search.reader import open_index

        folder = environment.index_folder(self.index)
        with open_index(folder) as index:
            numbers = index.stats()
        if self.format == "json":
            print_json({"index": str(folder), **numbers}, environment.stdout)
            return ExitStatus.FOUND
        print(f"{'index':<16} {folder}", file=environment.stdout)
        for name, value in numbers.items():
            shown = f"{value:,}" if isinstance(value, int) else value or "-"
            print(f"{name.replace('_', ' '):<16} {shown}", file=environment.stdout)
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class Verify(Action):
    """`whodex verify`."""

    index: Path | None

    def run(self, environment: Environment) -> ExitStatus:
        """Say that the index is whole; raise WhodexError where it is not."""
        from index import naming
        from index.store.directory import open_directory
        from search import aliases

        folder = environment.index_folder(self.index)
        open_directory(folder).verify()
        naming.load(folder)
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


def _print_answer(answer: Answer, format: str, environment: Environment) -> None:
    from search.printers import structured, table

    if format == "json":
        structured.print_json(structured.answer_record(answer), environment.stdout)
    elif format == "jsonl":
        for hit in answer.hits:
            structured.print_line(structured.hit_record(hit), environment.stdout)
    elif format == "csv":
        table.print_hits(answer, environment.stdout)
    elif format == "paths":
        table.print_paths(answer, environment.stdout)
    else:
        from search.printers import terminal

        terminal.print_answer(answer, environment.screen(), environment.folder)


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
