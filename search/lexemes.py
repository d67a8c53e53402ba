"""What was typed, cut into words, phrases and parentheses; and the error that points into it."""

from __future__ import annotations

import re
import unicodedata

from index.errors import WhodexError
from search.record import Record

# Far more than anybody types, and less than keeps a machine busy for seconds.
MAX_WORDS = 2000
MAX_WORD_LETTERS = 200

# Characters of a query that are shown around the one it stumbles at.
ECHOED = 120
ELLIPSIS = "…"

# Where a phrase may end, by the mark that opens it: languages use the same marks in other pairs.
CLOSING = {
    **dict.fromkeys('"“”„', re.compile('["“”]')),
    "«": re.compile("»"),
    "»": re.compile("[«»]"),
    "‹": re.compile("›"),
    "›": re.compile("[‹›]"),
}
# Single marks are apostrophes too: they hold a phrase only as a pair around words.
LEXEME = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<opening>["“”„«»‹›])
    | (?P<phrase>‘(?=\S)[^‘’]*(?:’\w[^‘’]*)*’(?!\w) | ‚(?=\S)[^‘’‚]*(?:’\w[^‘’‚]*)*[‘’](?!\w))
    | (?P<word>[‘‚]*(?:[^\s()"“”„«»‹›‘‚]|(?<=\w)[‘‚])+|[‘‚]+)
    """,
    re.VERBOSE,
)
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class QueryError(WhodexError):
    """A query that cannot be read; `position` is the 0-based character it stumbles at."""

    def __init__(self, query: str, position: int, reason: str, *, hint: str | None = None) -> None:
        self.query = query
        self.position = position
        self.reason = reason
        before, behind = _echoed(query, position)
        mark = " " * sum(map(_cells, before)) + "^"
        super().__init__(
            f"Cannot read the query: {reason}\n  {before}{behind}\n  {mark}", hint=hint
        )


class Lexeme(Record):
    """A piece of a query: `kind` names the group of LEXEME, `position` is its first character."""

    kind: str
    text: str
    position: int


def lexemes(query: str) -> list[Lexeme]:
    """Cut a query into words, phrases (with their quotes) and parentheses.

    Raises QueryError for what is no character, an open quotation mark, and far too many words.
    """
    if broken := LONE_SURROGATE.search(query):
        raise QueryError(query, broken.start(), "this is no character.")
    found: list[Lexeme] = []
    words = 0
    position = 0
    while position < len(query):
        match = LEXEME.match(query, position)
        assert match is not None
        kind = match.lastgroup or ""
        end = match.end()
        if kind == "opening":
            closing = CLOSING[match[0]].search(query, end)
            if closing is None:
                raise QueryError(query, position, "this quotation mark is never closed.")
            kind, end = "phrase", closing.end()
        words += len(query[position:end].split())
        if words > MAX_WORDS:
            raise QueryError(query, position, f"it has more than {MAX_WORDS:,} words.")
        if kind != "space":
            found.append(Lexeme(kind, query[position:end], position))
        position = end
    return found


def _echoed(query: str, position: int) -> tuple[str, str]:
    """Return what is shown of a query on one line: before the mark, and from it on."""
    line = "".join(" " if sign.isspace() or not sign.isprintable() else sign for sign in query)
    start, end = max(0, position - ECHOED // 2), position + ECHOED // 2
    before = (ELLIPSIS if start else "") + line[start:position]
    return before, line[position:end] + (ELLIPSIS if end < len(line) else "")


def _cells(character: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
