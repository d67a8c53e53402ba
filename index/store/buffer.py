"""Documents on their way into a segment: from text to arrays, without a step per posting."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.fields import TEXT, Schema

from index.records import Document
from index.store.arrays import ArrayWriter, FileEntry
from index.store.inversion import Tokens
from index.store.postings import FieldWriter, starts_of
from index.store.schema import DAY, searchable_text, to_stored, to_terms
from index.store.storage import Storage
from index.store.stored import pack
from index.store.stretches import Vocabulary
from index.store.terms import encode, unique_hash

if TYPE_CHECKING:
    from index.store.segment import Array

# What a letter that waits to be analysed takes while it is, and what a value takes, in bytes
# (measured, rounded up).
BYTES_PER_LETTER = 12
BYTES_PER_VALUE = 160

# Bytes of text that are analysed in one step: few enough for a processor's cache.
ANALYSED_AT_ONCE = 1 << 20


class Words:
    """The texts of one field."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._texts: list[bytes] = []
        self._waiting = 0
        self._lengths: list[Array] = []
        self._tokens = Tokens()

    @property
    def used(self) -> int:
        """The bytes that are held, and will be needed to write them."""
        return self._tokens.nbytes + BYTES_PER_LETTER * self._waiting

    def add(self, text: str) -> None:
        """Add the next document's text; "" where it has none."""
        encoded = encode(text)
        self._texts.append(encoded)
        self._waiting += len(encoded)
        if self._waiting > ANALYSED_AT_ONCE:
            self._analyse()

    def _analyse(self) -> None:
        analysed = self._vocabulary.analyse(self._texts)
        self._tokens.add(analysed.numbers, analysed.lengths, analysed.positions)
        self._lengths.append(analysed.lengths)
        self._texts = []
        self._waiting = 0

    def write(self, writer: ArrayWriter, name: str) -> FieldWriter | None:
        """Write the field; return None where no document has it."""
        self._analyse()
        lengths = np.concatenate(self._lengths)
        known = list(self._vocabulary.terms)
        return self._tokens.write(writer, name, known, lengths.size, lengths)


class Values:
    """The values of one field: terms as they stand, any number in a document."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._docs = array("I")
        self._counts = array("I")

    def add(self, document: int, values: Sequence[Any]) -> None:
        """Add a document's values."""
        self._values.extend(values)
        self._docs.append(document)
        self._counts.append(len(values))

    def write(self, writer: ArrayWriter, name: str, documents: int) -> None:
        """Write the field."""
        known = sorted(set(self._values))
        number = {value: place for place, value in enumerate(known)}
        numbers = np.fromiter(map(number.__getitem__, self._values), np.uint32, len(self._values))
        lengths = np.zeros(documents, np.int64)
        lengths[np.array(self._docs, np.int64)] = self._counts
        tokens = Tokens()
        tokens.add(numbers, lengths)
        tokens.write(writer, name, known, documents)


class Buffer:
    """Documents that are not yet in a segment, numbered from 0."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._stored: list[bytes] = []
        self._held = 0
        self._hashes = array("I")
        self._words = {
            name: Words(vocabulary) for name, field in schema.items() if isinstance(field, TEXT)
        }
        self._values = {
            name: Values()
            for name, field in schema.items()
            if field.indexed and name not in self._words
        }
        self._day = schema[DAY]
        self._days = array("i")

    def __len__(self) -> int:
        return len(self._stored)

    @property
    def used(self) -> int:
        """The bytes that are held, and will be needed to write them."""
        words = sum([field.used for field in self._words.values()])
        return self._vocabulary.used + self._held + words

    def add(self, document: Document) -> None:
        """Add a document."""
        number = len(self._stored)
        article = document.article
        self._words["title"].add(article.title)
        self._words["text"].add(searchable_text(article.title, article.text))
        for name, values in to_terms(document).items():
            self._values[name].add(number, values)
            self._held += BYTES_PER_VALUE * len(values)
        day = article.published.toordinal() if article.published else 0
        if day:
            self._values[DAY].add(number, (self._day.to_bytes(day),))
        self._days.append(day)
        self._hashes.append(unique_hash(document.id))
        packed = pack(to_stored(document))
        self._stored.append(packed)
        self._held += len(packed)

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
        writer.add(f"{DAY}.column", np.array(self._days, np.int32), "i4")
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
                "columns": [DAY],
                "lengths": lengths,
                "bound_lengths": means,
            }
        )
