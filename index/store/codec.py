"""Whoosh's view of a segment: what its readers, matchers and query objects ask for."""

# ruff: noqa: D102 - the methods are Whoosh's, and documented there

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.reading import SegmentReader, TermInfo
from whoosh.util.numeric import to_sortable

from index.store.segment import Field, Segment
from index.store.storage import Storage

if TYPE_CHECKING:
    from whoosh.fields import Schema


class ArrayReader(SegmentReader):  # type: ignore[misc, unused-ignore]
    """Whoosh's reader of one segment; `arrays` is the segment itself."""

    def __init__(self, storage: Storage, schema: Schema, arrays: Segment, generation: int) -> None:
        self.arrays = arrays
        view: Any = SegmentView(arrays)  # type: ignore[abstract, unused-ignore]
        files: Any = storage
        super().__init__(files, schema, view, generation)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self.arrays.stored(docnum)

    def expand_prefix(self, fieldname: str, prefix: str | bytes) -> Iterator[bytes]:
        self._test_field(fieldname)
        if fieldname in self.arrays:
            terms = self.arrays.field(fieldname).terms
            yield from map(
                terms.__getitem__, terms.with_prefix(self._text_to_bytes(fieldname, prefix))
            )

    def lexicon(self, fieldname: str) -> Iterator[bytes]:
        self._test_field(fieldname)
        if fieldname in self.arrays:
            yield from self.arrays.field(fieldname).terms.all()


class SegmentView(base.Segment):  # type: ignore[misc, unused-ignore]
    """The segment as Whoosh names and counts it."""

    def __init__(self, arrays: Segment) -> None:
        self.arrays = arrays
        self.indexname = "whodex"
        self.segid = arrays.file.name
        self.compound = False

    def codec(self) -> base.Codec:
        return ArrayCodec()  # type: ignore[abstract, unused-ignore]

    def doc_count_all(self) -> int:
        return self.arrays.documents

    def deleted_count(self) -> int:
        return self.arrays.deleted_count

    def deleted_docs(self) -> Iterable[int]:
        return (n for n in range(self.arrays.documents) if self.arrays.is_deleted(n))

    def is_deleted(self, docnum: int) -> bool:
        return self.arrays.is_deleted(docnum)


class ArrayCodec(base.Codec):  # type: ignore[misc, unused-ignore]
    """Makes the readers of a segment; writing is not Whoosh's affair here."""

    def terms_reader(self, storage: Storage, segment: SegmentView) -> TermsReader:
        return TermsReader(segment.arrays)

    def per_document_reader(self, storage: Storage, segment: SegmentView) -> DocumentsReader:
        return DocumentsReader(segment.arrays)


class TermsReader(base.TermsReader):  # type: ignore[misc, unused-ignore]
    """The terms of all fields, in the order of the fields' names."""

    def __init__(self, arrays: Segment) -> None:
        self._arrays = arrays

    def _find(self, fieldname: str, text: bytes) -> tuple[Field, int]:
        if fieldname in self._arrays:
            field = self._arrays.field(fieldname)
            number = field.terms.find(text)
            if number is not None:
                return field, number
        raise KeyError((fieldname, text))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._find(*term)
        except KeyError:
            return False
        return True

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor | base.EmptyCursor:
        if fieldname not in self._arrays:
            return base.EmptyCursor()
        return Cursor(self._arrays.field(fieldname), fieldobj)

    def indexed_field_names(self) -> list[str]:
        return sorted(name for name in self._arrays.names if name in self._arrays)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in self.indexed_field_names():
            if name < fieldname:
                continue
            terms = self._arrays.field(name).terms
            first = terms.lower_bound(prefix) if name == fieldname else 0
            for number in range(first, len(terms)):
                yield name, terms[number]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return _term_info(*self._find(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        field, number = self._find(fieldname, text)
        return float(field.counts(number).sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        field, number = self._find(fieldname, text)
        return field.frequency(number)

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> PostingMatcher:
        field, number = self._find(fieldname, text)
        return PostingMatcher(field, number, format_, (fieldname, text), scorer)


class Cursor(base.FieldCursor):  # type: ignore[misc, unused-ignore]
    """Walks the terms of one field."""

    def __init__(self, field: Field, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._number = 0

    def is_valid(self) -> bool:
        return self._number < len(self._field)

    def text(self) -> Any:
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._field.terms[self._number])

    term = text

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, term: Any) -> Any:
        wanted = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._number = self._field.terms.lower_bound(wanted)
        return self.text()

    def next(self) -> Any:
        self._number += 1
        return self.text()

    def term_info(self) -> TermInfo | None:
        return _term_info(self._field, self._number) if self.is_valid() else None


class DocumentsReader(base.PerDocumentReader):  # type: ignore[misc, unused-ignore]
    """What is kept of each document."""

    def __init__(self, arrays: Segment) -> None:
        self._arrays = arrays

    def doc_count(self) -> int:
        return self._arrays.documents - self._arrays.deleted_count

    def doc_count_all(self) -> int:
        return self._arrays.documents

    def has_deletions(self) -> bool:
        return self._arrays.deleted_count > 0

    def is_deleted(self, docnum: int) -> bool:
        return self._arrays.is_deleted(docnum)

    def deleted_docs(self) -> Iterable[int]:
        return (n for n in range(self._arrays.documents) if self._arrays.is_deleted(n))

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return f"{fieldname}.column" in self._arrays.file

    def column_reader(self, fieldname: str, column: Any) -> NumberColumn:
        return NumberColumn(self._arrays, fieldname, column.default_value())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        field = self._scorable(fieldname)
        return int(field.lengths[docnum]) if field else default

    def field_length(self, fieldname: str) -> int:
        field = self._scorable(fieldname)
        return field.total_length if field else 0

    def min_field_length(self, fieldname: str) -> int:
        field = self._scorable(fieldname)
        return int(field.lengths.min()) if field else 0

    def max_field_length(self, fieldname: str) -> int:
        field = self._scorable(fieldname)
        return int(field.lengths.max()) if field else 0

    def _scorable(self, fieldname: str) -> Field | None:
        if fieldname not in self._arrays:
            return None
        field = self._arrays.field(fieldname)
        return field if field.scorable else None

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._arrays.stored(docnum)


class NumberColumn(ColumnReader):  # type: ignore[misc, unused-ignore]
    """A column of numbers, as the sortable values that Whoosh keeps in one."""

    def __init__(self, arrays: Segment, fieldname: str, default: int) -> None:
        self._values = arrays.column(fieldname)
        self._default = default

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> int:
        value = int(self._values[docnum])
        return to_sortable(int, 32, True, value) if value else self._default

    def set_reverse(self) -> None:
        self._default = 0


class PostingMatcher(LeafMatcher):  # type: ignore[misc, unused-ignore]
    """Whoosh's walk over the postings of one term."""

    def __init__(
        self, field: Field, number: int, format_: Any, term: tuple[str, bytes], scorer: Any
    ) -> None:
        self._field = field
        self._number = number
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._docs: list[int] = field.docs(number).tolist()
        self._counts: list[int] = field.counts(number).tolist()
        self._positions: list[list[int]] | None = None
        self._at = 0

    def copy(self) -> PostingMatcher:
        other = PostingMatcher(self._field, self._number, self.format, self._term, self.scorer)
        other._at = self._at
        return other

    def is_active(self) -> bool:
        return self._at < len(self._docs)

    def reset(self) -> None:
        self._at = 0

    def id(self) -> int:
        return self._docs[self._at]

    def all_ids(self) -> Iterator[int]:
        return iter(self._docs)

    def next(self) -> None:
        self._at += 1

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        if id > self.id():
            self._at = bisect_left(self._docs, id, self._at)

    def skip_to_quality(self, minquality: float) -> int:
        if self.scorer.block_quality(self) > minquality:
            return 0
        self._at = len(self._docs)
        return 1

    def weight(self) -> float:
        return float(self._counts[self._at])

    def value(self) -> list[int]:
        """Return the positions in the current document."""
        if self._positions is None:
            flat = iter(self._field.positions(self._number).tolist())
            self._positions = [list(islice(flat, count)) for count in self._counts]
        return self._positions[self._at]

    def value_as(self, astype: str) -> Any:
        if astype == "positions":
            return self.value()
        return self.weight()

    def supports(self, astype: str) -> bool:
        return astype in ("weight", "frequency") or (
            astype == "positions" and self._field.has_positions
        )

    def block_min_id(self) -> int:
        return self._docs[0]

    def block_max_id(self) -> int:
        return self._docs[-1]

    def block_max_weight(self) -> float:
        return float(max(self._counts))

    def block_min_length(self) -> int:
        return _term_info(self._field, self._number).min_length() or 0


def _term_info(field: Field, number: int) -> TermInfo:
    docs, counts = field.docs(number), field.counts(number)
    lengths = field.lengths[docs] if field.scorable else None
    return TermInfo(
        weight=float(counts.sum()),
        df=int(docs.size),
        minlength=int(lengths.min()) if lengths is not None else 0,
        maxlength=int(lengths.max()) if lengths is not None else 0,
        maxweight=float(counts.max()),
        minid=int(docs[0]),
        maxid=int(docs[-1]),
    )
