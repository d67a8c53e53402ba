"""What `whodex who` and `whodex alias` do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from search.cli.action import Action
from search.cli.environment import Environment, ExitStatus

if TYPE_CHECKING:
    from index.records import Kind
    from search.aliases import Rule
    from search.reader import Index


@dataclass(frozen=True, slots=True)
class Who(Action):
    """`whodex who`."""

    name: str
    index: Path | None
    kind: Kind | None
    limit: int
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the profile."""
        from search.printers import structured, terminal
        from search.profile import UnknownNameError, profile
        from search.reader import open_index

        with open_index(environment.index_folder(self.index)) as index:
            try:
                found = profile(
                    index, self.name, kind=self.kind, companions=self.limit, quotes=self.limit
                )
            except UnknownNameError as error:
                environment.warn(str(error))
                return ExitStatus.NOTHING_FOUND
        if self.format == "json":
            structured.print_json(structured.profile_record(found), environment.stdout)
        else:
            terminal.print_profile(found, environment.screen(), environment.folder)
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class AddSame(Action):
    """`whodex alias merge` and `whodex alias rename`."""

    names: Sequence[str]
    into: str
    index: Path | None
    kind: Kind | None

    def run(self, environment: Environment) -> ExitStatus:
        """Add the rule."""
        from search.aliases import Same
        from search.profile import meant_of_one_kind

        with _adding(self.index, environment) as (index, rules):
            kind, names = meant_of_one_kind(index, self.names, self.kind, into=self.into)
            rules.append(Same(kind, names, self.into))
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class AddSplit(Action):
    """`whodex alias split`."""

    name: str
    spelling: str
    into: str
    index: Path | None
    kind: Kind | None

    def run(self, environment: Environment) -> ExitStatus:
        """Add the rule."""
        from index.errors import WhodexError
        from index.store.analysis import fold
        from search.aliases import Split
        from search.profile import meant, profile

        with _adding(self.index, environment) as (index, rules):
            kind, name = meant(index, self.name, self.kind)
            spellings = [facet.value for facet in profile(index, name, kind=kind).spellings]
            if fold(self.spelling) not in map(fold, spellings):
                raise WhodexError(
                    f"{name} is never spelled {self.spelling!r}.",
                    hint=f"The spellings are {', '.join(spellings)}.",
                )
            rules.append(Split(kind, name, self.spelling, self.into))
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class AddHide(Action):
    """`whodex alias hide`."""

    names: Sequence[str]
    index: Path | None
    kind: Kind | None

    def run(self, environment: Environment) -> ExitStatus:
        """Add the rule."""
        from search.aliases import Hide
        from search.profile import meant_of_one_kind

        with _adding(self.index, environment) as (index, rules):
            rules.append(Hide(*meant_of_one_kind(index, self.names, self.kind)))
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class ListRules(Action):
    """`whodex alias list`."""

    index: Path | None
    format: str

    def run(self, environment: Environment) -> ExitStatus:
        """Print the rules."""
        from index.store.directory import open_directory
        from search.aliases import describe, load
        from search.printers.safe import line
        from search.printers.structured import print_json, rule_record

        folder = environment.index_folder(self.index)
        open_directory(folder)
        rules = load(folder).rules
        if self.format == "json":
            records = [rule_record(rule) for rule in rules]
            print_json({"rules": records}, environment.stdout)
            return ExitStatus.FOUND
        if not rules:
            environment.warn("No rules.")
            return ExitStatus.NOTHING_FOUND
        for number, rule in enumerate(rules, start=1):
            print(f"{number:>3}  {line(describe(rule))}", file=environment.stdout)
        return ExitStatus.FOUND


@dataclass(frozen=True, slots=True)
class UndoRule(Action):
    """`whodex alias undo`."""

    number: int | None
    index: Path | None

    def run(self, environment: Environment) -> ExitStatus:
        """Take the rule out of the file."""
        from index.errors import WhodexError
        from index.store.directory import open_directory
        from search.aliases import Aliases, describe, load, save
        from search.printers.safe import line

        folder = environment.index_folder(self.index)
        open_directory(folder)
        rules = list(load(folder).rules)
        number = len(rules) if self.number is None else self.number
        if not 1 <= number <= len(rules):
            there = f"The last rule is {len(rules)}." if rules else "There are no rules."
            raise WhodexError(there, hint="See: whodex alias list")
        undone = rules.pop(number - 1)
        save(folder, Aliases(rules))
        print(f"undone: {line(describe(undone))}", file=environment.stdout)
        return ExitStatus.FOUND


@contextmanager
def _adding(named: Path | None, environment: Environment) -> Iterator[tuple[Index, list[Rule]]]:
    """Yield the index and the list of its rules; write the list when a rule was added."""
    from search.aliases import Aliases, describe, load, save
    from search.printers.safe import line
    from search.reader import open_index

    folder = environment.index_folder(named)
    with open_index(folder) as index:
        rules = list(load(folder).rules)
        yield index, rules
    save(folder, Aliases(rules))
    print(line(describe(rules[-1])), file=environment.stdout)
