"""The documents of an open index as one collection: its segments, and what ranking asks of all."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from index.store.bm25 import document_norms
from index.store.segment import Field, Segment

if TYPE_CHECKING:
    from whoosh.searching import Searcher

    from index.store.segment import Array, Mask
    from search.entries import Entry

# Terms of which is kept, from one question to the next, where they are and what they are worth.
REMEMBERED_TERMS = 16_384

# The attribute of a searcher that keeps its collection, which lives as long as it does.
COLLECTION = "_whodex_collection"


class Part:
    """A segment of the collection, whose first document has the number `offset` in it."""

    def __init__(
        self, segment: Segment, offset: int, searcher: Searcher, collection: Collection
    ) -> None:
        self.segment = segment
        self.offset = offset
        self.searcher = searcher
        self.collection = collection
        self._norms: dict[str, Array | None] = {}
        self._entries: dict[tuple[str, Any], Entry | None] = {}
        self._own = threading.local()

    @property
    def documents(self) -> int:
        """The number of documents, deleted ones included."""
        return self.segment.documents

    @cached_property
    def live(self) -> Mask | None:
        """Which documents are not deleted; None where all are."""
        return self.segment.live

    @property
    def sums(self) -> Array:
        """A number for each document, of this thread alone: whoever changes one puts 0 back."""
        try:
            return self._own.sums  # type: ignore[no-any-return]
        except AttributeError:
            import numpy as np

            self._own.sums = np.zeros(self.documents)
            return self._own.sums  # type: ignore[no-any-return]

    def field(self, name: str) -> Field | None:
        """Return a field's postings; None where no document of the segment has it."""
        return self.segment.field(name) if name in self.segment else None

    def entry(self, name: str, text: Any) -> Entry | None:
        """Return a term of a field, as a query has it; None where the segment has it not."""
        try:
            return self._entries[name, text]
        except KeyError:
            pass
        field, term = self.field(name), self.collection.term(name, text)
        number = None if field is None or term is None else field.terms.find(term)
        entry = None if field is None or number is None else self.entry_of(name, number)
        if len(self._entries) >= REMEMBERED_TERMS:
            self._entries.clear()
        self._entries[name, text] = entry
        return entry

    def entry_of(self, name: str, number: int) -> Entry:
        """Return the term of a field that has this number."""
        from search.entries import Entry

        field = self.segment.field(name)
        idf = self.collection.idf(name, field.terms[number])
        if not field.scorable:
            return Entry(field, number, idf, None)
        longer = self.collection.mean_length(name) / field.bound_length
        return Entry(field, number, idf, self.norms(name), longer)

    def norms(self, name: str) -> Array | None:
        """Return what each document's length is to BM25; None for a field not ranked by it."""
        try:
            return self._norms[name]
        except KeyError:
            pass
        field = self.segment.field(name)
        mean = self.collection.mean_length(name)
        norms = document_norms(field.lengths, mean) if field.scorable else None
        self._norms[name] = norms
        return norms


class Collection:
    """All segments of an open index."""

    def __init__(self, searcher: Searcher) -> None:
        self.schema = searcher.schema
        self.parts = [
            Part(leaf.reader().arrays, offset, leaf, self)
            for leaf, offset in searcher.leaf_searchers()
            if hasattr(leaf.reader(), "arrays")
        ]
        self.documents = sum(part.documents for part in self.parts)
        self._means: dict[str, float] = {}

    def fields(self, name: str) -> Iterator[Field]:
        """Yield the postings of a field in every segment that has them."""
        for part in self.parts:
            field = part.field(name)
            if field is not None:
                yield field

    def mean_length(self, name: str) -> float:
        """Return the mean length of a field's texts."""
        mean = self._means.get(name)
        if mean is None:
            total = sum(field.total_length for field in self.fields(name) if field.scorable)
            mean = self._means[name] = total / self.documents or 1.0
        return mean

    def frequency(self, name: str, term: bytes) -> int:
        """Return in how many documents a term is; deleted ones count until they are merged away."""
        total = 0
        for field in self.fields(name):
            number = field.terms.find(term)
            if number is not None:
                total += field.frequency(number)
        return total

    def term(self, name: str, text: Any) -> bytes | None:
        """Return a term as the index keeps it; None where it cannot be in the field."""
        if name not in self.schema:
            return None
        try:
            return bytes(self.schema[name].to_bytes(text))
        except ValueError:
            return None

    def idf(self, name: str, term: bytes) -> float:
        """Return what a term says of a document that has it: the rarer it is, the more."""
        return self.idf_of(self.frequency(name, term))

    def idfs(self, name: str, field: Field, first: int, last: int) -> Array:
        """Return the idf of each of the terms [first, last) of a segment's field."""
        import numpy as np

        if len(self.parts) == 1:
            return np.log(self.documents / (field.frequencies(first, last) + 1)) + 1
        return np.array([self.idf(name, field.terms[number]) for number in range(first, last)])

    def idf_of(self, frequency: int) -> float:
        """Return the idf, in Whoosh's form, of a term that is in so many documents."""
        return math.log(self.documents / (frequency + 1)) + 1


def collection_of(searcher: Searcher) -> Collection:
    """Return the collection that a searcher searches; the same one each time."""
    known = vars(searcher)
    collection: Collection | None = known.get(COLLECTION)
    if collection is None:
        collection = known[COLLECTION] = Collection(searcher)
    return collection
