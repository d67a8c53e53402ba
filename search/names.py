"""From the name that somebody types to the names that the index shows."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from index.store.analysis import fold, terms
from index.store.schema import KEY_SEPARATOR, NAME_WORD, SPELLING

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

# How alike a name must be to be offered in the place of one that is not found (0-1).
NEARNESS = 0.6


def resolve(reader: IndexReader, field: str, typed: str) -> tuple[str, ...]:
    """Return the names in `field` that `typed` can mean, the commonest first.

    A name is meant by any of its spellings; where no name is spelled so, by words of it.
    """
    spelled = _names(reader, field, SPELLING + fold(typed).strip())
    if spelled:
        return spelled
    found: set[str] | None = None
    for term in terms(typed):
        named = set(_names(reader, field, NAME_WORD + term.text))
        found = named if found is None else found & named
    return _by_frequency(reader, field, found or set())


def nearest(reader: IndexReader, field: str, typed: str, *, count: int = 3) -> tuple[str, ...]:
    """Return the names in `field` that look most like `typed`, the nearest first."""
    spellings: dict[str, str] = {}
    for key in reader.expand_prefix(f"{field}_key", SPELLING):
        spelling, name = key.decode("utf-8")[len(SPELLING) :].split(KEY_SEPARATOR, 1)
        spellings.setdefault(spelling, name)
    near = difflib.get_close_matches(fold(typed), spellings, n=2 * count, cutoff=NEARNESS)
    return tuple(dict.fromkeys(spellings[spelling] for spelling in near))[:count]


def _names(reader: IndexReader, field: str, key: str) -> tuple[str, ...]:
    prefix = key + KEY_SEPARATOR
    keys = reader.expand_prefix(f"{field}_key", prefix)
    return _by_frequency(reader, field, {key.decode("utf-8")[len(prefix) :] for key in keys})


def _by_frequency(reader: IndexReader, field: str, names: set[str]) -> tuple[str, ...]:
    counted = [(-reader.doc_frequency(field, name), name) for name in names]
    return tuple(name for frequency, name in sorted(counted) if frequency)
