"""What to try where nothing was found."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from index.store.analysis import fold, occurrences, terms
from index.store.terms import encode
from search import syntax
from search.names import Names
from search.query import operands
from search.spelling import distance, meant, tolerance

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

# Shorter words are near to too many others.
SHORTEST_MENDED = 4
# Terms nearest to a word whose forms are looked up, and texts that are read for those of each.
TERMS_READ = 4
TEXTS_READ = 8
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
        near = _nearest_word(reader, operand.text[lacking[0].start : lacking[0].end])
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


def _nearest_word(reader: IndexReader, typed: str) -> str | None:
    """Return the word, as a text has it, that `typed` is most likely meant for."""
    if len(typed) < SHORTEST_MENDED:
        return None
    limit = tolerance(typed)
    found = meant(reader, "text", typed, limit)
    common = {term: reader.doc_frequency("text", term) for term in found}
    nearest = sorted(found, key=lambda term: (found[term], -common[term]))[:TERMS_READ]
    offers = [
        (differing, -common[term], -count, form)
        for term in nearest
        for form, count in _forms(reader, term).items()
        if (differing := distance(form, fold(typed), limit)) <= limit
    ]
    return min(offers)[-1] if offers else None


def _forms(reader: IndexReader, term: str) -> Counter[str]:
    """Return the words that are indexed as a term, in lower case, of the first texts with it."""
    forms: Counter[str] = Counter()
    for number in islice(reader.postings("text", encode(term)).all_ids(), TEXTS_READ):
        stored = reader.stored_fields(number)
        for text in (stored["title"], stored["text"]):
            forms.update(text[start:end].lower() for _, start, end in occurrences(text, {term}))
    return forms
