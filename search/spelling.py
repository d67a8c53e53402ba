"""How many letters of two words differ, and the terms of an index that a misspelled word may be.

A letter too many, too few, another, or two neighbours swapped each count one (the optimal string
alignment distance). Whoever types a word wrong types its first letter right, so that must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from index.store.analysis import fold, stem

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

# Words of fewer letters than this are other words with two of them changed.
LONG_WORD = 6

# The commonest of the endings that the stemmer (Porter2) takes off.
ENDINGS = (
    *("e", "es", "s", "ed", "ing", "er", "ion", "ions", "al", "ally", "ic", "ical", "ly", "y"),
    *("ity", "ment", "ness", "ive", "ate", "ation", "able", "ance", "ence", "ent", "ous", "ize"),
)


def tolerance(word: str) -> int:
    """Return how many letters of a word are taken for a slip where nobody says how many."""
    return 1 if len(word) < LONG_WORD else 2


def distance(word: str, wanted: str, limit: int) -> int:
    """Return how many letters of two words differ; `limit` + 1 where it is more than `limit`."""
    if abs(len(word) - len(wanted)) > limit:
        return limit + 1
    rows = [_first_row(wanted)]
    if not _extend(rows, word, wanted, limit):
        return limit + 1
    return min(rows[-1][-1], limit + 1)


def same_but_for(word: str, wanted: str, limit: int) -> bool:
    """Say whether words begin alike and at most `limit` letters of them differ."""
    return word[:1] == wanted[:1] and distance(word, wanted, limit) <= limit


def meant(reader: IndexReader, field: str, typed: str, limit: int) -> dict[str, int]:
    """Return the terms of a field that `typed` may be meant for, and how far they are."""
    words = reader.expand_prefix(field, fold(typed)[:1])
    return nearby([word.decode("utf-8") for word in words], typed, limit)


def nearby(terms: Sequence[str], typed: str, limit: int) -> dict[str, int]:
    """Return the terms, of sorted ones, that `typed` may be meant for, and how far they are.

    Terms are stems, and a slip can change what the stemmer takes for an ending ("artifical"): so a
    term is as near as the nearest word that it makes, with an ending of `typed` or another. Where
    the stemmer changes the ending (happy, happi), stems are compared as well.
    """
    word = fold(typed)
    whole = stem(word, stopped=False)
    found: dict[str, int] = {}
    if not word.startswith(whole):
        compared = _compared(terms, whole, limit)
        found = {term: rows[-1][-1] for term, rows in compared if rows[-1][-1] <= limit}
    for term, rows in _compared(terms, word, limit):
        for differing, ending in _forms(term, rows, word, limit):
            if differing < found.get(term, limit + 1) and (
                not ending or stem(term + ending, stopped=False) == term
            ):
                found[term] = differing
    return found


def _forms(term: str, rows: list[list[int]], word: str, limit: int) -> Iterator[tuple[int, str]]:
    """Yield the endings with which a term would be near a word, and how far it is with each."""
    for length, differing in enumerate(rows[-1]):
        if differing <= limit:
            yield differing, word[length:]
    if min(rows[-2]) == limit:
        return  # no slip is left for the ending, or for where it begins
    for ending in ENDINGS:
        if abs(len(term) + len(ending) - len(word)) <= limit:
            longer = rows.copy()
            if _extend(longer, term + ending, word, limit) and longer[-1][-1] <= limit:
                yield longer[-1][-1], ending


def _compared(
    terms: Iterable[str], wanted: str, limit: int
) -> Iterator[tuple[str, list[list[int]]]]:
    """Yield the terms that begin as `wanted` does and not too differently, with their rows.

    What begins as the last term did is not compared again, and what begins too differently is
    not compared further: of a sorted dictionary, most terms cost a look at their beginning.
    """
    rows = [_first_row(wanted)]
    previous = ""
    for term in terms:
        if term[:1] != wanted[:1]:
            continue
        shared = len(rows) - 1
        while not term.startswith(previous[:shared]):
            shared -= 1
        del rows[shared + 1 :]
        previous = term
        if _extend(rows, term, wanted, limit):
            yield term, rows


def _first_row(wanted: str) -> list[int]:
    return list(range(len(wanted) + 1))


def _extend(rows: list[list[int]], word: str, wanted: str, limit: int) -> bool:
    """Add the rows of the letters of `word` that have none; stop where more than `limit` differ.

    Row i has the distances of the first i letters to every beginning of `wanted`.
    """
    while min(rows[-1]) <= limit:
        done = len(rows) - 1
        if done == len(word):
            return True
        letter, last = word[done], word[done - 1] if done else ""
        above = rows[-1]
        row = [done + 1]
        for place, other in enumerate(wanted):
            cost = min(above[place + 1] + 1, row[place] + 1, above[place] + (letter != other))
            if place and done and letter == wanted[place - 1] and last == other:
                cost = min(cost, rows[-2][place - 1] + 1)
            row.append(cost)
        rows.append(row)
    return False
