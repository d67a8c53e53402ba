"""A segment: the arrays of some documents, as they are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from index.store.arrays import ArrayFile, FileEntry
from index.store.storage import Storage
from index.store.stored import unpack
from index.store.terms import Terms

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Mask = npt.NDArray[np.bool_]

# The largest number of occurrences that fits the array of counts; more are kept apart.
LARGE_COUNT = 255

# So many documents are a block: of a dense term it is kept how much it can add to any score in it.
BLOCK_BITS = 7
BLOCK_DOCUMENTS = 1 << BLOCK_BITS
WORD_BITS = 64
BLOCK_WORDS = BLOCK_DOCUMENTS // WORD_BITS

# It is kept where the positions of every so many postings begin; the counts tell it of others.
POSITION_BLOCK = 8


class Field:
    """The postings of a field.

    The postings of all terms lie one after the other; a *posting number* counts through them.
    """

    def __init__(self, file: ArrayFile, name: str, documents: int) -> None:
        self._file = file
        self._name = name
        self.documents = documents
        self.terms = Terms(file, name)
        self._starts = file.view(f"{name}.starts")
        self._dense = file.view(f"{name}.dense")
        self._before = file.view(f"{name}.dense_starts")
        self.has_positions = f"{name}.positions" in file
        self.scorable = f"{name}.lengths" in file
        self.counted = f"{name}.counts" in file

    def __len__(self) -> int:
        return len(self.terms)

    def start(self, number: int) -> int:
        """Return the first posting number of a term; of one past the last, all postings'."""
        return int(self._starts[number])

    def starts(self) -> Array:
        """Return the first posting number of every term, and the number of all postings."""
        return self._starts_array.astype("i8", copy=False)

    def frequency(self, number: int) -> int:
        """Return in how many documents a term is, deleted ones included."""
        return int(self._starts[number + 1] - self._starts[number])

    def frequencies(self, first: int, last: int) -> Array:
        """Return the frequency of each of the terms [first, last)."""
        starts = self._starts_array[first : last + 1].astype("i8")
        return starts[1:] - starts[:-1]  # type: ignore[no-any-return]

    def dense_rank(self, number: int) -> int | None:
        """Return which of the bitmaps a term has, or None where its documents are listed."""
        rank = bisect_left(self._dense, number)
        return rank if rank < len(self._dense) and self._dense[rank] == number else None

    def dense_within(self, first: int, last: int) -> range:
        """Return the ranks of the dense terms among the terms [first, last)."""
        return range(bisect_left(self._dense, first), bisect_left(self._dense, last))

    def dense_term(self, rank: int) -> int:
        """Return the number of the term that has a bitmap."""
        return int(self._dense[rank])

    @cached_property
    def _starts_array(self) -> Array:
        return self._file.array(f"{self._name}.starts")

    @cached_property
    def _documents(self) -> Array:
        return self._file.array(f"{self._name}.documents")

    @cached_property
    def _bitmaps(self) -> Array:
        words = blocks_of(self.documents) * BLOCK_WORDS
        return self._file.array(f"{self._name}.bitmaps").reshape(-1, words)

    @cached_property
    def _block_bounds(self) -> Array:
        bounds = self._file.array(f"{self._name}.block_bounds")
        return bounds.reshape(-1, blocks_of(self.documents))

    @cached_property
    def _counts(self) -> Array:
        return self._file.array(f"{self._name}.counts")

    @cached_property
    def _large(self) -> tuple[Array, Array]:
        name = f"{self._name}.large"
        return self._file.array(name), self._file.array(f"{name}_counts")

    @cached_property
    def _position_starts(self) -> memoryview:
        return self._file.view(f"{self._name}.position_starts")

    @cached_property
    def _positions(self) -> Array:
        return self._file.array(f"{self._name}.positions")

    @cached_property
    def position_blocks(self) -> Array:
        """Where the positions of every block of postings begin."""
        return self._file.array(f"{self._name}.position_blocks")

    @cached_property
    def count_words(self) -> Array | None:
        """The counts of each block of postings, one to a byte; None where they are not so kept."""
        if not self.counted or self._large[0].size:
            return None
        return self._file.words(f"{self._name}.counts")

    @cached_property
    def lengths(self) -> Array:
        """The number of terms of each document, repeated ones included."""
        return self._file.array(f"{self._name}.lengths")

    @cached_property
    def total_length(self) -> int:
        """The sum of the lengths."""
        return int(self._file.facts["lengths"][self._name])

    @cached_property
    def bounds(self) -> memoryview:
        """No document's BM25, without idf, is larger than this of a term (see `bound_length`)."""
        return self._file.view(f"{self._name}.bounds")

    @property
    def bound_length(self) -> float:
        """The mean length for which `bounds` were computed."""
        return float(self._file.facts["bound_lengths"][self._name])

    def block_bounds(self, rank: int) -> Array:
        """Return what `bounds` says of a dense term, for each block of documents."""
        return self._block_bounds[rank]  # type: ignore[no-any-return]

    def bitmap(self, rank: int) -> Array:
        """Return the documents of a dense term: bit d % 64 of word d // 64 stands for d."""
        return self._bitmaps[rank]  # type: ignore[no-any-return]

    def docs(self, number: int) -> Array:
        """Return the documents of a term in rising order."""
        rank = self.dense_rank(number)
        if rank is not None:
            return members(self._bitmaps[rank], self.documents)
        return self._listed(number, number + 1)

    def listed_range(self, first: int, last: int) -> tuple[int, int]:
        """Return which of the listed documents are those of the terms [first, last)."""
        starts, before = self._starts, self._before
        return (
            starts[first] - before[bisect_left(self._dense, first)],
            starts[last] - before[bisect_left(self._dense, last)],
        )

    def _listed(self, first: int, last: int) -> Array:
        """Return the documents of the listed terms among [first, last)."""
        start, end = self.listed_range(first, last)
        return self._documents[start:end]

    def docs_between(self, first: int, last: int) -> Array:
        """Return the documents of the terms [first, last), term after term."""
        import numpy as np

        ranks = self.dense_within(first, last)
        if not ranks:
            return self._listed(first, last)
        parts = []
        for rank in ranks:
            number = self.dense_term(rank)
            parts.append(self._listed(first, number))
            parts.append(members(self._bitmaps[rank], self.documents))
            first = number + 1
        parts.append(self._listed(first, last))
        return np.concatenate(parts)

    def counts_between(self, first: int, last: int) -> Array:
        """Return how often the terms [first, last) are in each of their documents."""
        return self.counts_of(self.start(first), self.start(last))

    def counts(self, number: int) -> Array:
        """Return how often a term is in each of its documents."""
        return self.counts_of(self.start(number), self.start(number + 1))

    def counts_of(self, first: int, last: int) -> Array:
        """Return the counts of the postings [first, last)."""
        import numpy as np

        if not self.counted:
            return np.ones(last - first, np.uint8)
        counts = self._counts[first:last]
        large, values = self._large
        if large.size:
            low, high = np.searchsorted(large, (first, last))
            if high > low:
                counts = counts.astype(np.uint32)
                counts[large[low:high] - first] = values[low:high]
        return counts

    def counts_at(self, postings: Array) -> Array:
        """Return the counts of single postings, given in rising order."""
        import numpy as np

        if not self.counted:
            return np.ones(postings.size, np.uint8)
        counts = pick(self._counts, postings)
        large, values = self._large
        if large.size and (counts == LARGE_COUNT).any():
            counts = counts.astype(np.uint32)
            at = np.flatnonzero(counts == LARGE_COUNT)
            counts[at] = values[np.searchsorted(large, postings[at])]
        return counts

    def positions(self, number: int) -> Array:
        """Return the positions of a term, document after document, rising in each."""
        starts = self._position_starts
        return self._positions[starts[number] : starts[number + 1]]

    def positions_between(self, first: int, last: int) -> Array:
        """Return the positions of the terms [first, last), term after term."""
        starts = self._position_starts
        return self._positions[starts[first] : starts[last]]

    def positions_at(self, places: Array) -> Array:
        """Return single ones of all positions of the field."""
        return pick(self._positions, places)

    def position_starts(self) -> Array:
        """Return where the positions of every term begin, and the number of all positions."""
        return self._file.array(f"{self._name}.position_starts").astype("i8", copy=False)

    @property
    def largest_position(self) -> int:
        """No position is larger than this."""
        return 256**self._positions.itemsize - 1 if self.has_positions else 0


class Segment:
    """The documents of one file, numbered from 0, and which of them are deleted."""

    def __init__(self, storage: Storage, entry: FileEntry, deleted: bytes | None = None) -> None:
        self.file = ArrayFile(storage, entry)
        self.entry = entry
        self.documents = int(self.file.facts["documents"])
        self.names: tuple[str, ...] = tuple(self.file.facts["fields"])
        self.deleted = bytearray(deleted) if deleted else None
        self.changed = False
        self._fields: dict[str, Field] = {}

    def __contains__(self, name: str) -> bool:
        return f"{name}.starts" in self.file

    def field(self, name: str) -> Field:
        """Return the postings of an indexed field that some document has."""
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = Field(self.file, name, self.documents)
        return field

    def is_deleted(self, document: int) -> bool:
        """Say whether a document is deleted."""
        return self.deleted is not None and bool(self.deleted[document >> 3] >> (document & 7) & 1)

    def delete(self, document: int) -> bool:
        """Mark a document as deleted; say whether it was not before."""
        if self.is_deleted(document):
            return False
        if self.deleted is None:
            self.deleted = bytearray(-(-self.documents // 8))
        self.deleted[document >> 3] |= 1 << (document & 7)
        self.changed = True
        self.__dict__.pop("live", None)
        return True

    @property
    def deleted_count(self) -> int:
        """The number of deleted documents."""
        return int.from_bytes(self.deleted, "little").bit_count() if self.deleted else 0

    @property
    def live_count(self) -> int:
        """The number of documents that are not deleted."""
        return self.documents - self.deleted_count

    @cached_property
    def live(self) -> Mask | None:
        """Which documents are not deleted; None where all are."""
        import numpy as np

        if self.deleted is None:
            return None
        bits = np.frombuffer(bytes(self.deleted), np.uint8)
        gone = np.unpackbits(bits, count=self.documents, bitorder="little").view(np.bool_)
        return ~gone

    @cached_property
    def _stored_starts(self) -> memoryview:
        return self.file.view("stored_starts")

    @cached_property
    def _stored(self) -> memoryview:
        return self.file.view("stored")

    def stored_starts(self) -> Array:
        """Return where the stored fields of every document begin, and where the last ones end."""
        return self.file.array("stored_starts").astype("i8", copy=False)

    def stored_bytes(self, first: int, last: int) -> memoryview:
        """Return the stored fields of the documents [first, last) as they lie on disk."""
        return self._stored[self._stored_starts[first] : self._stored_starts[last]]

    def stored(self, document: int) -> dict[str, Any]:
        """Return the stored fields of a document; raise WhodexError where they are damaged."""
        try:
            first, last = self._stored_starts[document : document + 2]
            return unpack(self.file.read("stored", first, last))
        except ValueError as error:
            raise self.file.damaged(f"document {document} cannot be read") from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that keep a number for each document."""
        return tuple(self.file.facts["columns"])

    @property
    def unique_hashes(self) -> Array:
        """The `unique_hash` of each document."""
        return self.file.array("unique")

    def column(self, name: str) -> Array:
        """Return a number for each document; 0 stands for none."""
        return self.file.array(f"{name}.column")

    def values(self, name: str) -> tuple[Array, Array]:
        """Return the facet values of a field in document order.

        They are term numbers, and where each document's stretch of them begins.
        """
        return self.file.array(f"{name}.values"), self.file.array(f"{name}.value_starts")

    def occurrences(self, name: str, term: bytes) -> Iterator[int]:
        """Yield the documents that have a term and are not deleted."""
        if name not in self:
            return
        field = self.field(name)
        number = field.terms.find(term)
        if number is not None:
            for document in field.docs(number).tolist():
                if not self.is_deleted(document):
                    yield document


def blocks_of(documents: int) -> int:
    """Return how many blocks so many documents are."""
    return -(-documents // BLOCK_DOCUMENTS)


def pick(values: Array, places: Array) -> Array:
    """Return the values at some places, which takes half the time if their range is not checked."""
    return values.take(places, mode="clip")


def members(bitmap: Array, documents: int) -> Array:
    """Return the documents whose bits are set."""
    import numpy as np

    return np.flatnonzero(as_mask(bitmap, documents))


def as_mask(bitmap: Array, documents: int) -> Mask:
    """Return for each document whether its bit is set."""
    import numpy as np

    bits = np.unpackbits(bitmap.view(np.uint8), count=documents, bitorder="little")
    return bits.view(np.bool_)
