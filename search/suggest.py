"""What to try where nothing was found."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from index.store.analysis import fold, terms
from search import syntax
from search.names import Names
from search.query import operands

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

# How alike a word of the index must be to be offered in the place of one that it lacks (0-1).
NEARNESS = 0.75
# Words of the index that are compared: those that begin with the same letter, at most so many.
COMPARED_WORDS = 50_000
# Words that are remarked on: each is compared anew, and nobody mends more at a time.
REMARKS = 3


def missing_words(reader: IndexReader, clause: syntax.Clause | None) -> list[str]:
    """Return a remark, with the nearest word there is, for the first words that no page has."""
    remarks = []
    for operand in operands(clause) if clause else ():
        if not isinstance(operand, syntax.Word) or operand.field not in syntax.ANALYSED_FIELDS:
            continue
        lacking = [t for t in terms(operand.text) if not reader.doc_frequency("text", t.text)]
        if not lacking:
            continue
        near = _nearest_word(reader, lacking[0].text)
        offer = f" Did you mean {near!r}?" if near else ""
        remarks.append(f"No page has the word {operand.text!r}.{offer}")
        if len(remarks) == REMARKS:
            break
    return remarks


def unknown_name(names: Names, field: str, typed: str) -> str:
    """Return the remark that no page has the name `typed`, with the nearest names there are."""
    near = names.nearest(field, typed)
    offer = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"No page has the {field} {typed!r}.{offer}"


def _nearest_word(reader: IndexReader, term: str) -> str | None:
    compared = []
    for number, candidate in enumerate(reader.expand_prefix("text", fold(term)[:1])):
        if number == COMPARED_WORDS:
            break
        compared.append(candidate.decode("utf-8"))
    near = difflib.get_close_matches(term, compared, n=3, cutoff=NEARNESS)
    return max(near, key=lambda word: reader.doc_frequency("text", word), default=None)
