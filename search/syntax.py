"""The query language: what was typed, as a tree of clauses, or an error that points at it.

query    := any ("OR" any)*                    any of them
any      := clause (["AND"] clause)*           words side by side follow the match mode
clause   := ("NOT" | "-") clause | "(" query ")" | [field ":"] operand ["^" boost]
operand  := word | pre* | w?ld | fuzzy~ | "a phrase" | "near each other"~5 | from..to
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.errors import WhodexError

# The fields a query can name, and the other names that people try.
FIELDS = (
    *("text", "title", "person", "company", "author", "site", "published", "language"),
    *("url", "path", "id"),
)
SYNONYMS = {
    "people": "person",
    "who": "person",
    "companies": "company",
    "date": "published",
    "lang": "language",
    "body": "text",
    "content": "text",
}
DEFAULT_FIELD = "text"

DEFAULT_FUZZINESS = 1
MAX_FUZZINESS = 2

# Parentheses and NOTs within one another; far below the depth at which Python gives up.
MAX_DEPTH = 100

LEXEME = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<phrase>["“”])
    | (?P<word>[^\s()"“”]+)
    """,
    re.VERBOSE,
)
FIELD_PREFIX = re.compile(r"([^\W\d]\w*):(?!//)")
PHRASE_END = re.compile(r"[\"”“]")
SLOP = re.compile(r"~(\d+)")
BOOST = re.compile(r"\^(\d+(?:\.\d+)?)")
FUZZY = re.compile(r"(.+)~(\d?)")


class QueryError(WhodexError):
    """A query that cannot be read; `position` is the 0-based character it stumbles at."""

    def __init__(self, query: str, position: int, reason: str, *, hint: str | None = None) -> None:
        self.query = query
        self.position = position
        self.reason = reason
        line = " ".join(query.splitlines()) or query
        super().__init__(
            f"Cannot read the query: {reason}\n  {line}\n  {' ' * position}^", hint=hint
        )


@dataclass(frozen=True, slots=True)
class Word:
    """One word to find in `field`; `fuzziness` is the number of letters that may differ."""

    text: str
    field: str
    position: int
    fuzziness: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word with `*` (any letters) or `?` (one letter) in it."""

    text: str
    field: str
    position: int
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand in this order with at most `slop` - 1 others between two of them."""

    text: str
    field: str
    position: int
    slop: int = 1
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Range:
    """Values of `field` from `first` to `last`, both included; an empty one is open."""

    first: str
    last: str
    field: str
    position: int
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Not:
    """Documents that the clause does not match."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class And:
    """Documents that all clauses match."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Documents that at least one clause matches."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Clauses side by side without an operator: the match mode says whether all must match."""

    clauses: tuple[Clause, ...]


Operand = Word | Pattern | Phrase | Range
Clause = Operand | Not | And | Or | Sequence


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str
    position: int


def parse(query: str) -> Clause | None:
    """Return the clause that `query` says, or None where it is blank.

    Raises QueryError, which points at the character that cannot be read.
    """
    return _Parser(query).parse()


class _Parser:
    """Recursive descent over the lexemes of one query."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.lexemes = list(_lexemes(query))
        self.next = 0
        self.depth = 0

    def parse(self) -> Clause | None:
        if not self.lexemes:
            return None
        clause = self._alternatives()
        if (stray := self._peek()) is not None:
            raise self._error(stray.position, "this ) closes nothing.")
        return clause

    def _alternatives(self) -> Clause:
        clauses = [self._conjunction()]
        while self._take_operator("OR"):
            clauses.append(self._conjunction())
        return clauses[0] if len(clauses) == 1 else Or(tuple(clauses))

    def _conjunction(self) -> Clause:
        """Read clauses side by side; those joined by AND bind closest."""
        groups = [[self._clause()]]
        while (lexeme := self._peek()) is not None and lexeme.kind != "close":
            if self._is_operator(lexeme, "OR"):
                break
            if self._take_operator("AND"):
                groups[-1].append(self._clause())
            else:
                groups.append([self._clause()])
        clauses = tuple(group[0] if len(group) == 1 else And(tuple(group)) for group in groups)
        return clauses[0] if len(clauses) == 1 else Sequence(clauses)

    def _clause(self) -> Clause:
        lexeme = self._peek()
        if lexeme is None:
            raise self._error(len(self.query), "a word is missing at the end.")
        if self.depth == MAX_DEPTH:
            raise self._error(lexeme.position, f"it is nested more than {MAX_DEPTH} deep.")
        self.depth += 1
        clause = self._nested_clause(lexeme)
        self.depth -= 1
        return clause

    def _nested_clause(self, lexeme: _Lexeme) -> Clause:
        for operator in ("AND", "OR"):
            if self._is_operator(lexeme, operator):
                raise self._error(
                    lexeme.position,
                    f"{operator} needs a word on both sides.",
                    hint=f'To search for the word itself, write "{operator.lower()}".',
                )
        if self._take_operator("NOT"):
            return Not(self._clause())
        if lexeme.kind == "close":
            raise self._error(lexeme.position, "a word is missing before this ).")
        if lexeme.kind == "word" and lexeme.text.startswith("-") and lexeme.text.strip("-"):
            self.lexemes[self.next] = replace(
                lexeme, text=lexeme.text[1:], position=lexeme.position + 1
            )
            return Not(self._clause())
        if lexeme.kind == "word" and lexeme.text == "-" and self._follows(lexeme, "phrase", "open"):
            self.next += 1
            return Not(self._clause())
        if lexeme.kind == "open":
            return self._group(lexeme)
        return self._operand(lexeme)

    def _group(self, opening: _Lexeme) -> Clause:
        self.next += 1
        if (first := self._peek()) is None:
            raise self._error(opening.position, "this ( is never closed.")
        if first.kind == "close":
            raise self._error(opening.position, "there is nothing between ( and ).")
        clause = self._alternatives()
        closing = self._peek()
        if closing is None or closing.kind != "close":
            raise self._error(opening.position, "this ( is never closed.")
        self.next += 1
        return clause

    def _operand(self, lexeme: _Lexeme, field: str = DEFAULT_FIELD) -> Clause:
        self.next += 1
        if lexeme.kind == "phrase":
            return self._phrase(lexeme, field)
        text, position = lexeme.text, lexeme.position
        if field == DEFAULT_FIELD and (prefix := FIELD_PREFIX.match(text)):
            rest = text[prefix.end() :]
            following = self._peek() if self._follows(lexeme, "phrase") else None
            if rest or following or prefix[1].casefold() in {*FIELDS, *SYNONYMS}:
                named = self._field(prefix[1], position)
                if rest:
                    return self._word(rest, named, position + prefix.end())
                if following:
                    return self._operand(following, named)
                raise self._error(
                    position + prefix.end(), f"a word or a phrase must follow {prefix[0]}"
                )
        return self._word(text, field, position)

    def _field(self, typed: str, position: int) -> str:
        name = typed.casefold()
        if name in FIELDS:
            return name
        if name in SYNONYMS:
            return SYNONYMS[name]
        from difflib import get_close_matches

        near = get_close_matches(name, [*FIELDS, *SYNONYMS], n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise self._error(
            position,
            f"there is no field {typed!r}.",
            hint=f"{meant}The fields are {', '.join(FIELDS)}. "
            f'To search for the characters themselves, put them in quotes: "{typed}: ..."',
        )

    def _phrase(self, lexeme: _Lexeme, field: str) -> Clause:
        slop, boost = 1, 1.0
        following = self._peek()
        if following and following.position == lexeme.position + len(lexeme.text):
            modifiers, position = following.text, following.position
            if match := SLOP.match(modifiers):
                slop, modifiers = int(match[1]), modifiers[match.end() :]
                if not slop:
                    raise self._error(position, "the number after ~ must be at least 1.")
            if match := BOOST.match(modifiers):
                boost, modifiers = float(match[1]), modifiers[match.end() :]
            if len(modifiers) < len(following.text) and not modifiers:
                self.next += 1
        return Phrase(lexeme.text.strip('"“”'), field, lexeme.position, slop, boost)

    def _word(self, text: str, field: str, position: int) -> Operand:
        boost = 1.0
        stripped = re.fullmatch(rf"(.+){BOOST.pattern}", text)
        if stripped:
            text, boost = stripped[1], float(stripped[2])
        if ".." in text and field == "published":
            first, _, last = text.partition("..")
            return Range(first, last, field, position, boost)
        if match := FUZZY.fullmatch(text):
            fuzziness = int(match[2] or DEFAULT_FUZZINESS)
            if not 1 <= fuzziness <= MAX_FUZZINESS:
                raise self._error(
                    position + len(match[1]),
                    f"at most {MAX_FUZZINESS} letters may differ.",
                )
            return Word(match[1], field, position, fuzziness, boost)
        if "*" in text or ("?" in text.rstrip("?") and field == DEFAULT_FIELD):
            return Pattern(text, field, position, boost)
        return Word(text, field, position, boost=boost)

    def _peek(self) -> _Lexeme | None:
        return self.lexemes[self.next] if self.next < len(self.lexemes) else None

    def _follows(self, lexeme: _Lexeme, *kinds: str) -> bool:
        """Say whether one of `kinds` comes directly behind `lexeme`, without a space."""
        end = lexeme.position + len(lexeme.text)
        return any(other.position == end and other.kind in kinds for other in self.lexemes)

    @staticmethod
    def _is_operator(lexeme: _Lexeme, operator: str) -> bool:
        return lexeme.kind == "word" and lexeme.text == operator

    def _take_operator(self, operator: str) -> bool:
        lexeme = self._peek()
        if lexeme is None or not self._is_operator(lexeme, operator):
            return False
        self.next += 1
        return True

    def _error(self, position: int, reason: str, *, hint: str | None = None) -> QueryError:
        return QueryError(self.query, position, reason, hint=hint)


def _lexemes(query: str) -> list[_Lexeme]:
    """Cut a query into words, phrases (with their quotes) and parentheses."""
    found: list[_Lexeme] = []
    position = 0
    while position < len(query):
        match = LEXEME.match(query, position)
        assert match is not None
        kind = match.lastgroup or ""
        end = match.end()
        if kind == "phrase":
            closing = PHRASE_END.search(query, end)
            if closing is None:
                raise QueryError(query, position, "this quotation mark is never closed.")
            end = closing.end()
        if kind != "space":
            found.append(_Lexeme(kind, query[position:end], position))
        position = end
    return found
