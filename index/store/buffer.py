"""Documents on their way into a segment: from text to arrays, without a step per posting."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from whoosh.fields import TEXT, Schema

from index.records import Document
from index.store.analysis import BREAK, BREAK_POSITIONS, term_of, terms
from index.store.arrays import ArrayWriter, FileEntry
from index.store.inversion import Tokens
from index.store.postings import (
    FieldWriter,
    starts_of,
)
from index.store.schema import DAY, searchable_text, to_stored, to_terms
from index.store.segment import pick
from index.store.storage import Storage
from index.store.stored import pack
from index.store.terms import decode, encode, unique_hash

if TYPE_CHECKING:
    from index.store.segment import Array

# What is held of one token while it waits, and is sorted, in bytes; and what of one entry in a
# dictionary of Python's, its key aside (both measured, rounded up).
BYTES_PER_TOKEN = 32
BYTES_PER_ENTRY = 160

# Stretches that are turned into tokens in one step: few enough for a processor's cache.
EXPANDED_AT_ONCE = 1 << 14

# Cuts and folds what the analysis would anyway: no term's cut or case depends on these letters
# and signs. The signs that can be in a term stay, as do those that a sign in one depends on.
INNER_SIGNS = b".,'&+#_"
PLAIN = bytes(
    letter if letter > 127 or bytes([letter]).isalnum() or letter in INNER_SIGNS else ord(" ")
    for letter in range(256)
).lower()

# Stretches that are longer than any word are seldom seen twice.
LONGEST_REMEMBERED = 64


class Vocabulary(dict[bytes, int]):
    """The stretches of text that were met, numbered, with the terms of each.

    No term reaches beyond a stretch, so it has the same terms wherever it stands, and is
    analysed once. The number 0 stands for a BREAK.
    """

    def __init__(self) -> None:
        super().__init__()
        self.terms: dict[str, int] = {}
        self.used = 0
        self._starts = array("q", [0, 0])
        self._members = array("I")

    def __missing__(self, stretch: bytes) -> int:
        number = len(self._starts) - 1
        for term in _terms_of(stretch):
            known = len(self.terms)
            term_number = self.terms.setdefault(term, known)
            if term_number == known:
                self.used += BYTES_PER_ENTRY + len(term)
            self._members.append(term_number)
        self._starts.append(len(self._members))
        if len(stretch) <= LONGEST_REMEMBERED:
            self[stretch] = number
            self.used += BYTES_PER_ENTRY + len(stretch)
        return number

    def arrays(self) -> tuple[Array, Array]:
        """Return the term numbers of all stretches, and where those of each begin.

        They must be dropped before the next stretch is met.
        """
        members = np.frombuffer(self._members, np.uint32) if self._members else np.empty(0, "u4")
        return members, np.frombuffer(self._starts, np.int64)


class Words:
    """The texts of one field."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._stretches = array("I")
        self._ends = [0]
        self._lengths: list[Array] = []
        self._tokens = Tokens()

    @property
    def used(self) -> int:
        """The bytes that are held, and will be needed to write them."""
        return BYTES_PER_TOKEN * (self._tokens.count + len(self._stretches))

    def add(self, text: str) -> None:
        """Add the next document's text; "" where it has none."""
        number, stretches = self._vocabulary.__getitem__, self._stretches
        first, *others = text.split(BREAK)
        stretches.extend(map(number, _stretches(first)))
        for other in others:
            stretches.append(0)
            stretches.extend(map(number, _stretches(other)))
        self._ends.append(len(stretches))
        if len(stretches) > EXPANDED_AT_ONCE:
            self._expand()

    def _expand(self) -> None:
        """Turn the stretches of whole documents into tokens."""
        members, member_starts = self._vocabulary.arrays()
        stretches = np.array(self._stretches, np.int64)
        ends = np.array(self._ends)
        starts = pick(member_starts, stretches)
        counts = pick(member_starts, stretches + 1) - starts
        before = starts_of(counts)
        steps = counts.copy()
        steps[stretches == 0] = BREAK_POSITIONS
        places = starts_of(steps)
        lengths = np.diff(before[ends])
        first = np.repeat(places[ends[:-1]], lengths)
        if counts.max(initial=0) <= 1:
            kept = np.flatnonzero(counts)
            positions = pick(places, kept) - first
            numbers = pick(members, pick(starts, kept))
        else:
            kept = np.repeat(np.arange(counts.size), counts)
            within = np.arange(kept.size) - pick(before, kept)
            positions = pick(places, kept) + within - first
            numbers = pick(members, pick(starts, kept) + within)
        self._tokens.add(numbers, lengths, positions.astype(np.uint32))
        self._lengths.append(lengths)
        self._stretches = array("I")
        self._ends = [0]

    def write(self, writer: ArrayWriter, name: str) -> FieldWriter | None:
        """Write the field; return None where no document has it."""
        self._expand()
        lengths = np.concatenate(self._lengths)
        known = list(self._vocabulary.terms)
        return self._tokens.write(writer, name, known, lengths.size, lengths)


class Values:
    """The values of one field: terms as they stand, any number in a document."""

    def __init__(self) -> None:
        self._numbers: dict[str | bytes, int] = {}
        self._values = array("I")
        self._docs = array("I")
        self.used = 0

    def add(self, document: int, values: Iterable[str | bytes]) -> None:
        """Add a document's values."""
        numbers = self._numbers
        for value in values:
            number = numbers.get(value)
            if number is None:
                number = numbers[value] = len(numbers)
                self.used += BYTES_PER_ENTRY + len(value)
            self._values.append(number)
            self._docs.append(document)
            self.used += BYTES_PER_TOKEN

    def write(self, writer: ArrayWriter, name: str, documents: int) -> None:
        """Write the field."""
        tokens = Tokens()
        lengths = np.bincount(np.array(self._docs, np.int64), minlength=documents)
        tokens.add(np.array(self._values, np.uint32), lengths)
        tokens.write(writer, name, list(self._numbers), documents)


class Buffer:
    """Documents that are not yet in a segment, numbered from 0."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._stored: list[bytes] = []
        self._stored_bytes = 0
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
        words = sum(field.used for field in self._words.values())
        values = sum(field.used for field in self._values.values())
        return self._vocabulary.used + self._stored_bytes + words + values

    def add(self, document: Document) -> None:
        """Add a document."""
        number = len(self._stored)
        article = document.article
        self._words["title"].add(article.title)
        self._words["text"].add(searchable_text(article.title, article.text))
        for name, values in to_terms(document).items():
            self._values[name].add(number, values)
        day = article.published.toordinal() if article.published else 0
        if day:
            self._values[DAY].add(number, (self._day.to_bytes(day),))
        self._days.append(day)
        self._hashes.append(unique_hash(document.id))
        packed = pack(to_stored(document))
        self._stored.append(packed)
        self._stored_bytes += len(packed)

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


def _stretches(text: str) -> list[bytes]:
    """Cut a text where no term can go on, letters without accents in lower case."""
    return encode(text).translate(PLAIN).split()


def _terms_of(stretch: bytes) -> Iterable[str]:
    """Return the terms of a stretch; most are one word of letters, a sign behind it or not."""
    word = stretch.strip(b".,'")
    if word.isalpha() and word.isascii():
        term = term_of(word.decode("ascii"))
        return (term,) if term else ()
    return (term.text for term in terms(decode(stretch)))
