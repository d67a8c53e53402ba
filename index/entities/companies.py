"""Companies recognised by the list of known ones and by the words around a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.entities.lexicon import Lexicon

_LEGAL_FORMS = frozenset(
    "Inc Inc. Corp Corp. Corporation Ltd Ltd. Limited LLC PLC plc GmbH AG S.A. N.V. LLP Pty Oyj "
    "ASA KK PBC".split()
)
_LONGEST_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """Words `[start, end)` that spell a listed company; `doubtful` if they may not mean it."""

    start: int
    end: int
    spelling: str
    doubtful: bool


def find_listed(words: Sequence[str], lexicon: Lexicon) -> list[Listed]:
    """Return the longest listed names from left to right, none overlapping."""
    found: list[Listed] = []
    starts = lexicon.spellings.by_first_word
    end = 0
    for index in [index for index, word in enumerate(words) if word in starts]:
        match = lexicon.spellings.longest(words, index) if index >= end else None
        if match is not None:
            end, spelling = match
            found.append(Listed(index, end, spelling, spelling in lexicon.doubtful))
    return found


def has_legal_form(words: Sequence[str], end: int) -> bool:
    """Tell whether Inc, Ltd, ... follows, also behind a comma."""
    if end < len(words) and words[end] == ",":
        end += 1
    return end < len(words) and words[end] in _LEGAL_FORMS


def has_context(words: Sequence[str], start: int, end: int, lexicon: Lexicon) -> bool:
    """Tell whether the words around a name say that it is a company's."""
    before = words[max(start - _LONGEST_CONTEXT, 0) : start][::-1]
    return (
        lexicon.before_companies.longest(before, 0) is not None
        or lexicon.after_companies.longest(words, end) is not None
        or has_legal_form(words, end)
    )
