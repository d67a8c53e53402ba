"""What the user says of people and companies: who is the same, who is not, who is no one.

Kept as TOML beside the index, and applied when it is read: nothing is indexed anew. The rules
apply one after another in the order of the file, each to the names as those before it left them:
a split is of a name as it was shown when the rule was made, and a name that is given back is back.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import WhodexError
from index.records import KINDS, Article, Entity, Kind, Mention
from index.store.analysis import fold
from index.store.directory import ALIASES
from search.record import Record

HEADING = "# People and companies as they are to be shown; `whodex alias` adds to this file.\n"
HEADING_LINE = re.compile(r"^(?:[ \t]*#.*\n)*[ \t]*\[", re.MULTILINE)
"""The heading of a table, with the lines of comment right above it."""

# What a name cannot have, as it would break the lines it is shown in, or the file: control
# characters, halves of characters, separators of lines and paragraphs (Unicode categories).
UNSHOWABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Same(Record):
    """All of `names` are the one who is called `into` (a merge, or a new name)."""

    kind: Kind
    names: tuple[str, ...]
    into: str

    def __post_init__(self) -> None:
        """Raise WhodexError where a name cannot be shown."""
        _check(self.kind, *self.names, self.into)


class Split(Record):
    """Where the one shown as `name` is spelled `spelling`, it is somebody else: `into`."""

    kind: Kind
    name: str
    spelling: str
    into: str

    def __post_init__(self) -> None:
        """Raise WhodexError where a name cannot be shown."""
        _check(self.kind, self.name, self.spelling, self.into)


class Hide(Record):
    """`names` are not to be shown: no people, no companies."""

    kind: Kind
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise WhodexError where a name cannot be shown."""
        _check(self.kind, *self.names)


Rule = Same | Split | Hide
TABLES: dict[str, type[Rule]] = {"same": Same, "split": Split, "hide": Hide}


class _Piece(Record):
    """A stretch of the file, a table with the comment above it, and the rules that it makes."""

    text: str
    rules: tuple[Rule, ...]


class Aliases:
    """The rules of an index, in the order in which they apply."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._about: dict[tuple[Kind, str], list[tuple[int, Rule]]] = defaultdict(list)
        self._spellings: dict[Kind, set[str]] = {kind: set() for kind in KINDS}
        self._touched: dict[Kind, set[str]] = {kind: set() for kind in KINDS}
        for number, rule in enumerate(self.rules):
            names = (rule.name,) if isinstance(rule, Split) else rule.names
            for name in names:
                self._about[rule.kind, name].append((number, rule))
            self._touched[rule.kind].update(names)
            if not isinstance(rule, Hide):
                self._touched[rule.kind].add(rule.into)
            if isinstance(rule, Split):
                self._spellings[rule.kind].add(folded_spelling(rule.spelling))
        self._members: dict[tuple[Kind, str], set[str]] = defaultdict(set)
        for kind, touched in self._touched.items():
            for name in touched:
                for shown in self.all_shown(kind, name):
                    if shown is not None:
                        self._members[kind, shown].add(name)

    def shown(self, kind: Kind, name: str, spelling: str | None = None) -> str | None:
        """Return the name under which the indexed `name` is shown, or None where it is hidden.

        `spelling` is how it is spelled (see `folded_spelling`); None stands for one that no rule
        splits off.
        """
        passed = -1
        while (following := self._next(kind, name, spelling, passed)) is not None:
            passed, rule = following
            if isinstance(rule, Hide):
                return None
            name = rule.into
        return name

    def all_shown(self, kind: Kind, name: str) -> set[str | None]:
        """Return the names under which `name` is shown, whatever its spelling; None if hidden."""
        if (kind, name) not in self._about:
            return {name}
        return {self.shown(kind, name, spelling) for spelling in (None, *self._spellings[kind])}

    def members(self, kind: Kind, shown: str) -> set[str]:
        """Return the indexed names that are, in some spelling, shown as `shown`."""
        if shown in self._touched[kind]:
            return self._members.get((kind, shown), set())
        return {shown}

    def names(self, kind: Kind) -> set[str]:
        """Return the shown names that the rules know of."""
        return {shown for known, shown in self._members if known == kind}

    def called(self, kind: Kind, folded: str) -> set[str]:
        """Return whom the rules call so (a folded name), or did before a later rule."""
        found = {name for name in self.names(kind) if fold(name) == folded}
        former = (name for name in self._touched[kind] if fold(name) == folded)
        return found.union(filter(None, (self.shown(kind, name, folded) for name in former)))

    def apply(self, entities: Iterable[Entity], article: Article) -> tuple[Entity, ...]:
        """Return the entities as they are to be shown: one of a name, whatever it was before."""
        merged: dict[tuple[Kind, str], Entity] = {}
        for entity in entities:
            for part in self._parts(entity, article):
                key = (part.kind, part.name)
                known = merged.get(key)
                merged[key] = part if known is None else known.joined(part)
        return tuple(merged.values())

    def _next(
        self, kind: Kind, name: str, spelling: str | None, passed: int
    ) -> tuple[int, Same | Split | Hide] | None:
        """Return the first rule behind number `passed` that says something of a name."""
        for number, rule in self._about.get((kind, name), ()):
            if number > passed and (
                not isinstance(rule, Split) or folded_spelling(rule.spelling) == spelling
            ):
                return number, rule
        return None

    def _parts(self, entity: Entity, article: Article) -> Iterator[Entity]:
        """Yield one entity for each name under which the spellings of an entity are shown."""
        if (entity.kind, entity.name) not in self._about:
            yield entity
            return
        spellings: dict[str, list[str]] = defaultdict(list)
        for spelling in entity.spellings:
            shown = self.shown(entity.kind, entity.name, folded_spelling(spelling))
            if shown is not None:
                spellings[shown].append(spelling)
        mentions: dict[str | None, list[Mention]] = defaultdict(list)
        for mention in entity.mentions:
            spelling = folded_spelling(article.spelling(mention))
            mentions[self.shown(entity.kind, entity.name, spelling)].append(mention)
        for name, own in spellings.items():
            yield Entity(entity.kind, name, tuple(own), tuple(mentions[name]))


def folded_spelling(spelling: str) -> str:
    """Return a spelling as spellings are compared: folded, with single spaces."""
    return " ".join(fold(spelling).split())


def _check(kind: str, *names: str) -> None:
    """Raise WhodexError where there is no such kind, or a name that cannot be shown."""
    if kind not in KINDS:
        raise WhodexError(f"the kind is {' or '.join(KINDS)}, not {kind!r}.")
    for name in names:
        if not name.strip():
            raise WhodexError(f"a name cannot be blank, as {name!r} is.")
        if any(unicodedata.category(character) in UNSHOWABLE for character in name):
            raise WhodexError(f"{name!r} has characters that no name can have.")


def load(folder: Path) -> Aliases:
    """Read the aliases of the index in `folder`; none where it has no file of them.

    Raises WhodexError, which names the line, where the file cannot be read.
    """
    path = folder / ALIASES
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Aliases()
    except (OSError, UnicodeError) as error:
        raise WhodexError(f"{path} cannot be read: {error}.") from error
    return Aliases(rule for piece in _pieces(path, text) for rule in piece.rules)


def save(folder: Path, aliases: Aliases) -> None:
    """Write the aliases of the index in `folder`, all or nothing.

    Rules that the file has already stay as they are written there, with their comments.
    """
    path = folder / ALIASES
    before = path.read_text(encoding="utf-8") if path.exists() else HEADING
    pieces = [*_pieces(path, before)]
    written = {piece.rules: piece.text for piece in pieces}
    texts = [piece.text for piece in pieces if not piece.rules]
    texts += [written.get((rule,)) or _written(rule) for rule in aliases.rules]
    temporary = path.with_suffix(".tmp")
    temporary.write_text("".join(texts), encoding="utf-8")
    temporary.replace(path)


def describe(rule: Rule) -> str:
    """Return a rule in words."""
    if isinstance(rule, Same):
        return f"{rule.kind}: {', '.join(rule.names)} = {rule.into}"
    if isinstance(rule, Split):
        return f"{rule.kind}: {rule.name}, spelled {rule.spelling} = {rule.into}"
    return f"{rule.kind}: {', '.join(rule.names)} hidden"


def _pieces(path: Path, text: str) -> Iterator[_Piece]:
    """Yield the tables of a file in their order; raises WhodexError where it has a fault.

    A piece that ends within a string or an array is no TOML: it goes on over the next heading.
    """
    import tomllib  # few have such a file

    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WhodexError(f"{path} is not TOML: {error}.") from error
    cuts = [*(match.start() for match in HEADING_LINE.finditer(text) if match.start()), len(text)]
    start = 0
    for end in cuts:
        piece = text[start:end]
        try:
            tables = tomllib.loads(piece)
        except tomllib.TOMLDecodeError:
            continue
        heading = HEADING_LINE.match(piece)
        line = text.count("\n", 0, start + (heading.end() if heading else 0)) + 1
        place = f"{path}, line {line}"
        rules = (
            _rule(place, table, values)
            for table, listed in tables.items()
            for values in _listed(place, table, listed)
        )
        yield _Piece(piece, tuple(rules))
        start = end


def _listed(place: str, table: str, listed: Any) -> list[dict[str, Any]]:
    """Return the rules of one kind; raises WhodexError where they are not written as a list."""
    rules = f"The rules are {', '.join(f'[[{name}]]' for name in TABLES)}."
    if table not in TABLES:
        raise WhodexError(f"{place}: there is no rule [[{table}]].", hint=rules)
    if not isinstance(listed, list) or not all(isinstance(values, dict) for values in listed):
        raise WhodexError(f"{place}: {table} must be written as [[{table}]].", hint=rules)
    return listed


def _rule(place: str, table: str, values: Mapping[str, Any]) -> Rule:
    made = TABLES[table]
    wanted = list(made.record_fields)
    if set(values) != set(wanted):
        raise WhodexError(f"{place}: [[{table}]] needs {', '.join(wanted)}, and nothing else.")
    for key, value in values.items():
        listed = value if key == "names" else [value]
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            form = "a list of strings" if key == "names" else "a string"
            raise WhodexError(f"{place}: {key} must be {form}.")
    typed: dict[str, Any] = {k: tuple(v) if k == "names" else v for k, v in values.items()}
    try:
        return made(**typed)
    except WhodexError as error:
        raise WhodexError(f"{place}: {error.message}") from error


def _written(rule: Rule) -> str:
    (table,) = (name for name, made in TABLES.items() if isinstance(rule, made))
    lines = [f"\n[[{table}]]"]
    for key, value in vars(rule).items():
        lines.append(f"{key} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(value: str | Sequence[str]) -> str:
    """Write a value as TOML, whose basic strings are those of JSON."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"[{', '.join(map(_quoted, value))}]"
