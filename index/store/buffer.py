"""Documents on their way into a segment: from text to arrays, without a step per posting."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.fields import KEYWORD, NUMERIC, TEXT, FieldType, Schema

from index.store.analysis import BREAK, BREAK_POSITIONS, ValueAnalyzer, term_of, terms
from index.store.arrays import ArrayWriter, FileEntry
from index.store.postings import (
    FieldWriter,
    batches,
    expand,
    rising,
    starts_of,
    write_values,
)
from index.store.schema import FACETS, UNIQUE
from index.store.segment import encode, pack, unique_hash
from index.store.storage import Storage

if TYPE_CHECKING:
    from index.store.segment import Array

# What is held of one word of a text while it waits, and is sorted, in bytes; and what of one
# entry in a dictionary of Python's, its key aside (both measured, rounded up).
BYTES_PER_WORD = 40
BYTES_PER_ENTRY = 160

# Signs that belong to no term, whatever word they stand beside.
SIGNS = '.,;:!?()"“”'

# Stretches without a space that are longer than any word are seldom seen twice.
LONGEST_REMEMBERED = 64


class Vocabulary(dict[str, int]):
    """The stretches between two spaces that were met, numbered, with the terms of each.

    No term reaches across a space, so a stretch has the same terms wherever it stands, and is
    analysed once. The number 0 stands for a BREAK.
    """

    def __init__(self) -> None:
        super().__init__()
        self.terms: dict[str, int] = {}
        self.used = 0
        self._ends = array("Q", [0, 0])
        self._members = array("I")

    def __missing__(self, stretch: str) -> int:
        number = len(self._ends) - 1
        for term in _terms_of_stretch(stretch):
            known = len(self.terms)
            term_number = self.terms.setdefault(term, known)
            if term_number == known:
                self.used += BYTES_PER_ENTRY + len(term)
            self._members.append(term_number)
        self._ends.append(len(self._members))
        if len(stretch) <= LONGEST_REMEMBERED:
            self[stretch] = number
            self.used += BYTES_PER_ENTRY + len(stretch)
        return number

    def arrays(self) -> tuple[Array, Array]:
        """Return the term numbers of all stretches, and the end of those of each."""
        return np.array(self._members, np.int64), np.array(self._ends, np.int64)


class Words:
    """The texts of one field."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._stretches = array("I")
        self._ends = array("Q", [0])

    @property
    def used(self) -> int:
        """The bytes that are held, and will be needed to write them."""
        return BYTES_PER_WORD * len(self._stretches)

    def add(self, text: str) -> None:
        """Add the next document's text; "" where it has none."""
        number, stretches = self._vocabulary.__getitem__, self._stretches
        first, *others = text.split(BREAK)
        stretches.extend(map(number, first.split()))
        for other in others:
            stretches.append(0)
            stretches.extend(map(number, other.split()))
        self._ends.append(len(stretches))

    def write(self, writer: ArrayWriter, name: str) -> FieldWriter | None:
        """Write the field; return None where no document has it."""
        if not self._stretches:
            return None
        members, member_ends = self._vocabulary.arrays()
        stretches = np.array(self._stretches, np.uint32)
        documents = len(self._ends) - 1
        ends = np.array(self._ends, np.int64)
        counts = np.diff(member_ends)[stretches]
        term_ends = starts_of(counts)[ends]
        lengths = np.diff(term_ends)
        steps = np.where(stretches == 0, BREAK_POSITIONS, counts)
        before = np.cumsum(steps, dtype=np.int64) - steps
        first = np.append(before, 0)[np.minimum(ends[:-1], before.size)]
        before -= np.repeat(first, np.diff(ends))
        within = expand(np.zeros_like(counts), counts)
        positions = (np.repeat(before, counts) + within).astype(np.uint32)
        numbers = members[np.repeat(member_ends[:-1][stretches], counts) + within]
        del before, within, steps, counts, stretches
        docs = np.repeat(np.arange(documents, dtype=np.uint32), lengths)
        known = list(self._vocabulary.terms)
        return _write_tokens(writer, name, known, numbers, docs, documents, positions, lengths)


class Values:
    """The values of one field: terms as they stand, any number in a document."""

    def __init__(self, terms_of: Callable[[Any], Iterable[bytes]]) -> None:
        self._terms_of = terms_of
        self._numbers: dict[bytes, int] = {}
        self._values = array("I")
        self._docs = array("I")
        self.used = 0

    def add(self, document: int, value: Any) -> None:
        """Add a document's value or values."""
        for term in self._terms_of(value):
            known = len(self._numbers)
            number = self._numbers.setdefault(term, known)
            if number == known:
                self.used += BYTES_PER_ENTRY + len(term)
            self._values.append(number)
            self._docs.append(document)
            self.used += BYTES_PER_WORD

    def write(self, writer: ArrayWriter, name: str, documents: int) -> None:
        """Write the field."""
        numbers = np.array(self._values, np.int64)
        docs = np.array(self._docs, np.uint32)
        _write_tokens(writer, name, list(self._numbers), numbers, docs, documents)


class Buffer:
    """Documents that are not yet in a segment, numbered from 0."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        self._schema = schema
        self._vocabulary = vocabulary
        self._stored: list[bytes] = []
        self._stored_bytes = 0
        self._words: dict[str, Words] = {}
        self._values: dict[str, Values] = {}
        self._columns: dict[str, array[int]] = {}
        self._hashes = array("I")
        for name, field in schema.items():
            if isinstance(field, TEXT):
                self._words[name] = Words(vocabulary)
            elif field.indexed:
                self._values[name] = Values(_terms_of(field))
            if isinstance(field, NUMERIC):
                self._columns[name] = array("i")

    def __len__(self) -> int:
        return len(self._stored)

    @property
    def used(self) -> int:
        """The bytes that are held, and will be needed to write them."""
        words = sum(field.used for field in self._words.values())
        values = sum(field.used for field in self._values.values())
        return self._vocabulary.used + self._stored_bytes + words + values

    def add(self, fields: dict[str, Any]) -> None:
        """Add a document, given as Whoosh's writers take it."""
        document = len(self._stored)
        stored = {}
        for name, field in self._schema.items():
            value = fields.get(name)
            if name in self._words:
                self._words[name].add(value or "")
            elif value is not None and name in self._values:
                self._values[name].add(document, value)
            if name in self._columns:
                self._columns[name].append(value or 0)
            if field.stored:
                kept = fields.get(f"_stored_{name}", value)
                if kept is not None:
                    stored[name] = kept
        packed = pack(stored)
        self._stored.append(packed)
        self._stored_bytes += len(packed)
        self._hashes.append(unique_hash(fields[UNIQUE]))

    def write(self, storage: Storage, name: str) -> FileEntry:
        """Write the documents as a segment."""
        writer = ArrayWriter(storage, name)
        try:
            return self._write(writer)
        except BaseException:
            writer.abandon()
            raise

    def _write(self, writer: ArrayWriter) -> FileEntry:
        documents = len(self)
        lengths, means = {}, {}
        for field, words in self._words.items():
            written = words.write(writer, field)
            if written is not None:
                lengths[field], means[field] = written.total_length, written.mean_length
        for field, values in self._values.items():
            values.write(writer, field, documents)
        for field, column in self._columns.items():
            writer.add(f"{field}.column", np.array(column, np.int32), "i4")
        writer.add("unique", np.array(self._hashes, np.uint32), "u4")
        starts = starts_of(np.fromiter(map(len, self._stored), np.int64, documents))
        writer.add("stored_starts", starts)
        stored = writer.reserve("stored", "u1", int(starts[-1]))
        for packed in self._stored:
            stored.append(np.frombuffer(packed, np.uint8))
        return writer.finish(
            {
                "documents": documents,
                "fields": [*self._words, *self._values],
                "columns": list(self._columns),
                "lengths": lengths,
                "bound_lengths": means,
            }
        )


def _terms_of_stretch(stretch: str) -> Iterable[str]:
    """Return the terms of a stretch; most are one word of letters, between signs or alone."""
    word = stretch.strip(SIGNS)
    if word.isascii() and word.isalpha():
        term = term_of(word)
        return (term,) if term else ()
    return (term.text for term in terms(stretch))


def _terms_of(field: FieldType) -> Callable[[Any], Iterable[bytes]]:
    """Return how the terms of a field that is not analysed are made from its value."""
    if isinstance(field, NUMERIC):
        return lambda value: (field.to_bytes(value),)
    if isinstance(field, KEYWORD):
        return lambda value: map(encode, filter(None, value.split(ValueAnalyzer.SEPARATOR)))
    return lambda value: (encode(value),)


def _write_tokens(
    writer: ArrayWriter,
    name: str,
    known: list[Any],
    numbers: Array,
    docs: Array,
    documents: int,
    positions: Array | None = None,
    lengths: Array | None = None,
) -> FieldWriter | None:
    """Write the postings of a field, given its tokens in the order of the documents.

    `numbers` are the tokens' indices in `known`, the terms in any order.
    """
    if not numbers.size:
        return None
    used = np.flatnonzero(np.bincount(numbers, minlength=len(known)))
    texts = [known[number] for number in used.tolist()]
    if positions is not None:
        texts = [encode(text) for text in texts]
    ordered = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(known), np.int64)
    rank[used[ordered]] = np.arange(len(texts))
    texts = [texts[number] for number in ordered]

    tokens = rank[numbers]
    order = rising(tokens)
    tokens = tokens[order]
    docs = docs[order]
    changes = (tokens[1:] != tokens[:-1]) | (docs[1:] != docs[:-1])
    starts = np.concatenate(([0], np.flatnonzero(changes) + 1))
    counts = np.diff(starts, append=tokens.size)
    term_numbers, docs = tokens[starts], docs[starts]
    frequencies = np.bincount(term_numbers)
    position_counts = None
    if positions is not None:
        positions = positions[order]
        position_counts = np.bincount(tokens)
    del tokens, order, changes, starts

    field = FieldWriter(
        writer,
        name,
        texts,
        frequencies,
        documents=documents,
        counted=bool(counts.max() > 1),
        positions=position_counts,
        largest_position=int(positions.max()) if positions is not None else 0,
        lengths=lengths,
    )
    starts = starts_of(frequencies)
    places = starts_of(position_counts) if position_counts is not None else starts
    for first, last in batches(frequencies):
        own = slice(starts[first], starts[last])
        own_places = slice(places[first], places[last])
        stretch = positions[own_places] if positions is not None else None
        field.append(first, last, docs[own], counts[own], stretch)
    field.finish()
    if name in FACETS:
        write_values(writer, name, term_numbers, docs, documents)
    return field
