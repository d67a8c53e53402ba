"""Companies recognised by the list of known ones and by the words around a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.entities.lexicon import Lexicon

_LEGAL_FORMS = frozenset(
    "Inc Inc. Corp Corp. Corporation Ltd Ltd. Limited LLC PLC plc GmbH AG S.A. N.V. LLP Pty Oyj "
    "ASA KK PBC".split()
)
GENERIC_WORDS = frozenset(
    """ai labs lab technologies technology systems software capital management ventures partners
    group holdings health therapeutics pharmaceuticals pharma bank energy motors motor foods
    studios studio media interactive robotics analytics security logistics airlines insurance
    financial networks solutions consulting digital entertainment records publishing electric air
    electronics industries chemicals semiconductor mobile games gaming international global
    corporation company brands stores airways resources materials research intelligence advisors
    associates investments securities enterprises productions pictures films communications
    catering movers architects design hotels lines group co bros sons""".split()
)
"""What ends many a company's name and says little of which: "Mistral" is "Mistral AI"."""
_LONGEST_CONTEXT = 3
_LONGEST_NUMBER = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """Words `[start, end)` that spell a listed company; `doubtful` if they may not mean it."""

    start: int
    end: int
    spelling: str
    doubtful: bool


def find_listed(words: Sequence[str], lexicon: Lexicon) -> list[Listed]:
    """Return the longest listed names from left to right, none overlapping.

    A common word before a number (Figure 2, Target 10) is none.
    """
    found: list[Listed] = []
    starts = lexicon.spellings.by_first_word
    end = 0
    for index in [index for index, word in enumerate(words) if word in starts]:
        match = lexicon.spellings.longest(words, index) if index >= end else None
        if match is None:
            continue
        end, spelling = match
        doubtful = spelling in lexicon.doubtful
        ordinary = doubtful and spelling.lower() in lexicon.common_words
        if not (ordinary and _is_numbered(words, end)):
            found.append(Listed(index, end, spelling, doubtful))
    return found


def _is_numbered(words: Sequence[str], end: int) -> bool:
    return end < len(words) and words[end].isdigit() and len(words[end]) <= _LONGEST_NUMBER


def has_legal_form(words: Sequence[str], end: int) -> bool:
    """Tell whether Inc, Ltd, ... follows, also behind a comma."""
    if end < len(words) and words[end] == ",":
        end += 1
    return end < len(words) and words[end] in _LEGAL_FORMS


def ends_as_companies_do(words: Sequence[str], end: int) -> bool:
    """Tell whether a name that ends there does so with Labs, Bank, ... and does not go on."""
    goes_on = end < len(words) and words[end][0].isupper()  # MIT Technology Review
    ends = not goes_on or has_legal_form(words, end)
    return ends and words[end - 1].lower() in GENERIC_WORDS


def has_context(words: Sequence[str], start: int, end: int, lexicon: Lexicon) -> bool:
    """Tell whether the words around a name say that it is a company's."""
    before = words[max(start - _LONGEST_CONTEXT, 0) : start][::-1]
    return (
        lexicon.before_companies.longest(before, 0) is not None
        or lexicon.after_companies.longest(words, end) is not None
        or has_legal_form(words, end)
    )
