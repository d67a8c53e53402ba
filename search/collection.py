"""The documents of an open index as one collection: its segments, and what ranking asks of all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from index.store.postings import BM25_B, BM25_K1
from index.store.segment import Field, Segment

if TYPE_CHECKING:
    from whoosh.searching import Searcher

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

# Terms whose idf is kept from one question to the next.
REMEMBERED_IDFS = 16_384


@dataclass(eq=False)
class Part:
    """A segment of the collection, whose first document has the number `offset` in it."""

    segment: Segment
    offset: int
    searcher: Searcher
    collection: Collection

    def __post_init__(self) -> None:
        self._norms: dict[str, Array] = {}
        # Where terms are that were looked up, by field and text; see `matching.term_number`.
        self.terms: dict[tuple[str, Any], tuple[Field, int] | None] = {}

    @property
    def documents(self) -> int:
        """The number of documents, deleted ones included."""
        return self.segment.documents

    @cached_property
    def live(self) -> Mask | None:
        """Which documents are not deleted; None where all are."""
        return self.segment.live

    def field(self, name: str) -> Field | None:
        """Return a field's postings; None where no document of the segment has it."""
        return self.segment.field(name) if name in self.segment else None

    def norms(self, name: str) -> Array:
        """Return for each document what BM25 adds to the number of a term's occurrences."""
        norms = self._norms.get(name)
        if norms is None:
            lengths = self.segment.field(name).lengths
            mean = self.collection.mean_length(name)
            norms = BM25_K1 * ((1 - BM25_B) + BM25_B * (lengths / mean))
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
        self._idfs: dict[tuple[str, bytes], float] = {}

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

    def idf(self, name: str, term: bytes) -> float:
        """Return what a term says of a document that has it: the rarer it is, the more."""
        idf = self._idfs.get((name, term))
        if idf is None:
            if len(self._idfs) >= REMEMBERED_IDFS:
                self._idfs.clear()
            idf = self._idfs[name, term] = self.idf_of(self.frequency(name, term))
        return idf

    def idf_of(self, frequency: int) -> float:
        """Return the idf, in Whoosh's form, of a term that is in so many documents."""
        return math.log(self.documents / (frequency + 1)) + 1


_collections: WeakKeyDictionary[Searcher, Collection] = WeakKeyDictionary()


def collection_of(searcher: Searcher) -> Collection:
    """Return the collection that a searcher searches; the same one each time."""
    collection = _collections.get(searcher)
    if collection is None:
        collection = _collections[searcher] = Collection(searcher)
    return collection
