"""Text to terms: how words are cut, folded and stemmed, the same for pages and for queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Any, NamedTuple

import Stemmer
from whoosh.analysis import Analyzer, Token

# Lucene's English stop set: removing more of them costs long queries (see ARCHITECTURE.md).
STOP_WORDS = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into"),
        *("is", "it", "no", "not", "of", "on", "or", "such", "that", "the", "their", "then"),
        *("there", "these", "they", "this", "to", "was", "will", "with"),
    )
)

# A form feed parts two stretches of text that no phrase may span.
BREAK = "\f"
BREAK_POSITIONS = 100

# Letters that Unicode does not decompose, and that searchers type without their strokes.
UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"}
)

WORD = re.compile(
    r"""
      (?P<acronym> [^\W\d_](?:\.[^\W\d_])+\b\.? )           # U.S., e.g.
    | [^\W_]+(?:&[^\W_]+)+(?:['’](?i:s)\b)?                 # AT&T, R&D's
    | [^\W\d_]\+\+ | [^\W\d_]\#(?!\w)                       # C++, C#
    | \d+(?:[.,]\d+)+                                       # 5.6, 1,000
    | [\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]  # kana and ideographs: a term each
    | (?:(?![\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])[^\W_])+
      (?:['’](?i:s|t|re|ve|ll|d|m)\b)?                       # it's, don't; l'an is two words
    | (?P<gap> \f )
    """,
    re.VERBOSE,  # IGNORECASE as a whole would take 20 ms, to look for the case of ideographs
)

# Distinct words whose terms are remembered; a word costs some 150 bytes.
REMEMBERED_WORDS = 200_000


class Term(NamedTuple):
    """One term of a text: what is indexed, its position, and the characters it stands for."""

    text: str
    position: int
    start: int
    end: int


def fold(text: str) -> str:
    """Return `text` without case, accents and strokes, as names and words are compared."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(UNDECOMPOSED))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    return Stemmer.Stemmer("english", 0)


@lru_cache(maxsize=REMEMBERED_WORDS)
def term_of(word: str, *, acronym: bool = False) -> str:
    """Return the term of one word, or "" for a stop word (Porter2 stem of the folded word)."""
    folded = fold(word)
    return stem(folded.replace(".", ""), stopped=False) if acronym else stem(folded)


def stem(folded: str, *, stopped: bool = True) -> str:
    """Return the stem of a folded word; "" for a stop word, if those are `stopped`."""
    return "" if stopped and folded in STOP_WORDS else str(_stemmer().stemWord(folded))


def terms(text: str) -> Iterator[Term]:
    """Yield the terms of `text` in order; stop words take no position."""
    position = 0
    for match in WORD.finditer(text):
        kind = match.lastgroup
        if kind == "gap":
            position += BREAK_POSITIONS
            continue
        term = term_of(match.group(), acronym=kind == "acronym")
        if term:
            yield Term(term, position, match.start(), match.end())
            position += 1


def occurrences(text: str, wanted: Set[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the terms of `text` that are wanted, each with the characters it stands for.

    Neither folding nor stemming changes the first letter of an English word: words that begin
    with another than the wanted terms are passed over.
    """
    initials = {initial for term in wanted for initial in (term[0], term[0].upper())}
    for match in WORD.finditer(text):
        word = match.group()
        if word[0] in initials or not word[0].isascii():
            term = term_of(word, acronym=match.lastgroup == "acronym")
            if term in wanted:
                yield term, match.start(), match.end()


class PageAnalyzer(Analyzer):  # type: ignore[misc, unused-ignore]
    """Whoosh's view of `terms`."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **options: Any,
    ) -> Iterator[Token]:
        """Yield Whoosh tokens: one object, changed in place, as Whoosh's own analyzers do."""
        token = Token(positions, chars, removestops=True, mode=mode)
        token.boost = 1.0
        token.stopped = False
        for term in terms(value):
            token.text = term.text
            if positions:
                token.pos = start_pos + term.position
            if chars:
                token.startchar = start_char + term.start
                token.endchar = start_char + term.end
            yield token

    def __eq__(self, other: object) -> bool:
        """Analyzers have no settings: all are alike."""
        return isinstance(other, PageAnalyzer)

    def __hash__(self) -> int:
        """Agree with __eq__."""
        return hash(PageAnalyzer)


class ValueAnalyzer(Analyzer):  # type: ignore[misc, unused-ignore]
    """Whoosh's view of a multi-valued field: every value is one term, as it stands."""

    SEPARATOR = "\n"

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **options: Any,
    ) -> Iterator[Token]:
        """Yield one token a line of `value`."""
        token = Token(positions, chars, removestops=True, mode=mode)
        token.boost = 1.0
        token.stopped = False
        for position, text in enumerate(value.split(self.SEPARATOR)):
            if text:
                token.text = text
                if positions:
                    token.pos = start_pos + position
                yield token

    def __eq__(self, other: object) -> bool:
        """Analyzers have no settings: all are alike."""
        return isinstance(other, ValueAnalyzer)

    def __hash__(self) -> int:
        """Agree with __eq__."""
        return hash(ValueAnalyzer)
