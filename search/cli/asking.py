"""What the commands do that answer from an index: resolve, ask the library, print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from search.cli.action import Action
from search.cli.environment import Environment, ExitStatus
from search.record import Record

if TYPE_CHECKING:
    from search.answer import Answer
    from search.query import Match, Sort
    from search.reader import Index


# What stands behind each path: a name may hold a line end, but no NUL (`xargs -0`).
PATH_ENDS = {"paths": "\n", "paths0": "\0"}


class Question(Record):
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


class Search(Record, Action):
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

        wants_snippets = self.snippets and self.format not in PATH_ENDS
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


class CountFacets(Record, Action):
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


class Show(Record, Action):
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


class Stats(Record, Action):
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


def _print_answer(answer: Answer, format: str, environment: Environment) -> None:
    from search.printers import structured, table

    if format == "json":
        structured.print_json(structured.answer_record(answer), environment.stdout)
    elif format == "jsonl":
        for hit in answer.hits:
            structured.print_line(structured.hit_record(hit), environment.stdout)
    elif format == "csv":
        table.print_hits(answer, environment.stdout)
    elif format in PATH_ENDS:
        table.print_paths(answer, environment.stdout, PATH_ENDS[format])
    else:
        from search.printers import terminal

        terminal.print_answer(answer, environment.screen(), environment.folder)
