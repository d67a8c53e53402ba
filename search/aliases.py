"""What the user says of people and companies: who is the same, who is not, who is no one.

Kept as TOML beside the index, and applied when it is read: nothing is indexed anew.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from index.errors import WhodexError
from index.records import Entity, Kind
from index.store.analysis import fold

FILE = "aliases.toml"
HEADING = "# People and companies as they are to be shown; `whodex alias` adds to this file.\n"
KINDS: tuple[Kind, ...] = get_args(Kind)
TABLE = re.compile(r"^\s*\[\[\s*(\w+)\s*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Same:
    """All of `names` are the one who is called `into` (a merge, or a new name)."""

    kind: Kind
    names: tuple[str, ...]
    into: str


@dataclass(frozen=True, slots=True)
class Split:
    """Where `name` is spelled `spelling`, it is somebody else, who is called `into`."""

    kind: Kind
    name: str
    spelling: str
    into: str


@dataclass(frozen=True, slots=True)
class Hide:
    """`names` are not to be shown: no people, no companies."""

    kind: Kind
    names: tuple[str, ...]


Rule = Same | Split | Hide
TABLES: dict[str, type[Rule]] = {"same": Same, "split": Split, "hide": Hide}


class Aliases:
    """The rules of an index, in their order."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        """Take the rules; raises WhodexError where names lead to one another in a circle."""
        self.rules = tuple(rules)
        self.splits = tuple(rule for rule in self.rules if isinstance(rule, Split))
        self._next: dict[tuple[Kind, str], str | None] = {}
        for rule in self.rules:
            if isinstance(rule, Same):
                self._next.update(
                    ((rule.kind, name), rule.into) for name in rule.names if name != rule.into
                )
            elif isinstance(rule, Hide):
                self._next.update(((rule.kind, name), None) for name in rule.names)
        for kind, name in self._next:
            self.shown(kind, name)

    def shown(self, kind: Kind, name: str) -> str | None:
        """Return the name under which `name` is shown, or None where it is hidden."""
        seen = [name]
        while (kind, name) in self._next:
            following = self._next[kind, name]
            if following is None:
                return None
            if following in seen:
                circle = " -> ".join([*seen, following])
                raise WhodexError(f"These aliases lead in a circle: {circle}.")
            seen.append(following)
            name = following
        return name

    def touched(self, kind: Kind) -> set[str]:
        """Return the names, as they are indexed or shown, for which a rule says something."""
        names = {name for known, name in self._next if known == kind}
        names.update(name for (known, _), name in self._next.items() if known == kind and name)
        for split in self.splits:
            if split.kind == kind:
                names.update((split.name, split.into))
        return names

    def members(self, kind: Kind, shown: str) -> set[str]:
        """Return the indexed names that are shown as `shown`."""
        return {name for name in {*self.touched(kind), shown} if self.shown(kind, name) == shown}

    def apply(self, entities: Iterable[Entity], spelled: Spelled) -> tuple[Entity, ...]:
        """Return the entities as they are to be shown."""
        if not self.rules:
            return tuple(entities)
        merged: dict[tuple[Kind, str], Entity] = {}
        for entity in entities:
            for part in self._parts(entity, spelled):
                name = self.shown(part.kind, part.name)
                if name is None:
                    continue
                key = (part.kind, name)
                known = merged.get(key)
                merged[key] = replace(part, name=name) if known is None else _joined(known, part)
        return tuple(merged.values())

    def _parts(self, entity: Entity, spelled: Spelled) -> Iterator[Entity]:
        """Yield what is left of an entity, and those that are split off from it."""
        rest = entity
        for split in self.splits:
            if (split.kind, split.name) != (entity.kind, entity.name):
                continue
            wanted = fold(split.spelling)
            taken = tuple(s for s in rest.spellings if fold(s) == wanted)
            if not taken:
                continue
            yield Entity(
                entity.kind,
                split.into,
                taken,
                tuple(m for m in rest.mentions if fold(spelled(m)) == wanted),
            )
            rest = replace(
                rest,
                spellings=tuple(s for s in rest.spellings if s not in taken),
                mentions=tuple(m for m in rest.mentions if fold(spelled(m)) != wanted),
            )
        if rest.spellings:
            yield rest


class Spelled:
    """Reads the spelling of a mention from its article."""

    def __init__(self, title: str, text: str) -> None:
        self._texts = {"title": title, "text": text}

    def __call__(self, mention: Any) -> str:
        """Return the characters of the mention."""
        return self._texts[mention.field][mention.start : mention.end]


def _joined(first: Entity, second: Entity) -> Entity:
    spellings = dict.fromkeys((*first.spellings, *second.spellings))
    mentions = sorted(
        (*first.mentions, *second.mentions), key=lambda m: (m.field != "title", m.start)
    )
    return replace(first, spellings=tuple(spellings), mentions=tuple(mentions))


def load(folder: Path) -> Aliases:
    """Read the aliases of the index in `folder`; none where it has no file of them.

    Raises WhodexError, which names the line, where the file cannot be read.
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Aliases()
    except (OSError, UnicodeError) as error:
        raise WhodexError(f"{path} cannot be read: {error}.") from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WhodexError(f"{path} is not TOML: {error}.") from error
    return Aliases(_rules(path, text, tables))


def save(folder: Path, aliases: Aliases) -> None:
    """Write the aliases of the index in `folder`, all or nothing."""
    path = folder / FILE
    temporary = path.with_suffix(".tmp")
    temporary.write_text(HEADING + "".join(map(_written, aliases.rules)), encoding="utf-8")
    temporary.replace(path)


def describe(rule: Rule) -> str:
    """Return a rule in words."""
    if isinstance(rule, Same):
        return f"{rule.kind}: {', '.join(rule.names)} = {rule.into}"
    if isinstance(rule, Split):
        return f"{rule.kind}: {rule.name}, spelled {rule.spelling} = {rule.into}"
    return f"{rule.kind}: {', '.join(rule.names)} hidden"


def _rules(path: Path, text: str, tables: dict[str, Any]) -> list[Rule]:
    """Return the rules in the order of the file."""
    taken = dict.fromkeys(TABLES, 0)
    rules = []
    for heading in TABLE.finditer(text):
        table = heading[1]
        line = text.count("\n", 0, heading.start(1)) + 1
        if table not in TABLES:
            raise WhodexError(
                f"{path}, line {line}: there is no rule [[{table}]].",
                hint=f"The rules are {', '.join(f'[[{name}]]' for name in TABLES)}.",
            )
        rules.append(_rule(f"{path}, line {line}", table, tables[table][taken[table]]))
        taken[table] += 1
    if unknown := set(tables) - set(TABLES):
        raise WhodexError(f"{path}: {', '.join(sorted(unknown))} is no rule.")
    return rules


def _rule(place: str, table: str, values: dict[str, Any]) -> Rule:
    made = TABLES[table]
    wanted = list(made.__dataclass_fields__)
    if set(values) != set(wanted):
        raise WhodexError(f"{place}: [[{table}]] needs {', '.join(wanted)}, and nothing else.")
    if values["kind"] not in KINDS:
        raise WhodexError(f"{place}: the kind is {' or '.join(KINDS)}, not {values['kind']!r}.")
    for key, value in values.items():
        listed = value if key == "names" else [value]
        if not isinstance(listed, list) or not all(isinstance(v, str) and v for v in listed):
            form = "a list of strings" if key == "names" else "a string"
            raise WhodexError(f"{place}: {key} must be {form}.")
    typed: dict[str, Any] = {k: tuple(v) if k == "names" else v for k, v in values.items()}
    return made(**typed)


def _written(rule: Rule) -> str:
    (table,) = (name for name, made in TABLES.items() if isinstance(rule, made))
    lines = [f"\n[[{table}]]"]
    for key in rule.__dataclass_fields__:
        value = getattr(rule, key)
        lines.append(f"{key} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(value: str | Sequence[str]) -> str:
    """Write a value as TOML, whose basic strings are those of JSON."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(map(_quoted, value))}]"
