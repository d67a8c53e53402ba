"""What the network is told about a word, and about where the word stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from index.entities.casing import (
    ALPHANUMERIC,
    BREAK,
    CASE_CLASSES,
    HEADING_SHARE,
    LETTER,
    LOWER,
    MARK,
    MIXED,
    TITLE,
    UPPER,
    case_class,
)
from index.entities.companies import Listed
from index.entities.lexicon import Lexicon
from index.entities.tokens import LINE_BREAK
from index.entities.wordpieces import word_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD_FEATURES = 12
"""How many hashed features a word has at most; unused places hold row 0."""
KNOWN_FEATURES = 3
"""The first of them: which word it is, whether a listed company begins with it that is no ordinary
word, whether it is one. A name that is new has none of them."""
PLACE_FEATURES = 9
MOST_PIECES = 6

_SHAPES = (
    (re.compile(r"[A-ZÀ-ÖØ-Þ]+"), "X"),
    (re.compile(r"[^\W\d_X]+"), "x"),
    (re.compile(r"\d+"), "9"),
)
_MAY_BE_A_NAME = np.isin(np.arange(CASE_CLASSES), [TITLE, UPPER, LETTER, MIXED, ALPHANUMERIC])
_NEAR_A_CAPITAL = 2
"""How far from a capitalised word a name may reach (van der, of the)."""
_IS_CAPITAL = np.isin(np.arange(CASE_CLASSES), [TITLE, UPPER, MIXED, LETTER])
_SENTENCE_ENDS = frozenset('.!?:"“”•–—|\n*-')


def word_features(word: str, lexicon: Lexicon, rows: int) -> list[int]:
    """Return the rows (1 to rows - 1) of the table of hashed features that describe a word."""
    lower = word.lower()
    case = case_class(word)
    shape = word[:20]
    if case == LOWER and word.isascii() and word.isalpha():
        shape = "x"
    else:
        for pattern, sign in _SHAPES:
            shape = pattern.sub(sign, shape)
    common = lower in lexicon.common_words
    values = [
        "w" + lower,
        "company" if word in lexicon.spellings.by_first_word and not common else "",
        "common" if common else "",
        "s" + lower[-3:],
        "e" + lower[-2:],
        "p" + lower[:3],
        "x" + shape[:6],
        f"c{case}",
        f"l{min(len(word), 12)}",
    ]
    title = word if word[:1].isupper() and not word.isupper() else word.title()
    if title in lexicon.given_names:
        values.append("given")
    if title in lexicon.surnames:
        values.append("surname")
    return [1 + crc32(value.encode()) % (rows - 1) for value in values[:WORD_FEATURES]]


def pieces_of(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """Return the word pieces of a word, the line end being a piece of its own."""
    if word == LINE_BREAK:
        return [vocabulary["[SEP]"]]
    return word_pieces(word, vocabulary, MOST_PIECES)


def capitalised(cases: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Tell which words have a capital, or a digit among letters."""
    return _MAY_BE_A_NAME[cases]


def seen_places(cases: NDArray[np.int8]) -> NDArray[np.intp]:
    """Return the numbers of the words that the network looks at: the others are in no name."""
    near = capitalised(cases)
    for _ in range(_NEAR_A_CAPITAL):
        wider = near.copy()
        wider[1:] |= near[:-1]
        wider[:-1] |= near[1:]
        near = wider
    return np.flatnonzero(near)


def place_features(
    words: Sequence[str],
    cases: NDArray[np.int8],
    listed: Sequence[Listed],
    at: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Return what is told of the places `at`, shape (at, PLACE_FEATURES), values 0 or 1.

    In order: in a line of title case; first of a sentence; also written small in the document;
    first of a listed company, inside one, in a doubtful one; seen twice; seen four times or more;
    alone on its line but for three words. `at` holds all places that have a capital.
    """
    places = np.zeros((len(at), PLACE_FEATURES), np.float32)
    if not len(at):
        return places
    lines = np.cumsum(cases == BREAK)
    capital = _IS_CAPITAL[cases]
    size = int(lines[-1]) + 1
    capitals = np.bincount(lines, capital, size)
    letters = np.bincount(lines, capital | (cases == LOWER), size)
    titled = (capitals >= HEADING_SHARE * np.maximum(letters, 1)) & (letters > 1)
    places[:, 0] = titled[lines[at]]
    places[:, 8] = (letters <= 4)[lines[at]]
    first = np.zeros(len(words) + 1, bool)
    first[0] = True
    marks = np.flatnonzero((cases == MARK) | (cases == BREAK))
    first[marks + 1] = [words[index] in _SENTENCE_ENDS for index in marks.tolist()]
    places[:, 1] = first[at]
    rows = np.flatnonzero(capital[at])
    names = [words[index] for index in at[rows].tolist()]
    distinct, counts = set(words), Counter(names)
    numbers = np.array([counts[name] for name in names])
    places[rows, 2] = [name.lower() in distinct for name in names]
    places[rows, 6] = numbers > 1
    places[rows, 7] = numbers > 3
    known = np.zeros((len(words), 3), np.float32)
    for match in listed:
        known[match.start : match.end, 1] = 1
        known[match.start : match.end, 2] = match.doubtful
        known[match.start, :2] = 1, 0
    places[:, 3:6] = known[at]
    return places
