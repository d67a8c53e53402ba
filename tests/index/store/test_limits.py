"""No limit that data meets: counts above a byte, positions above 16 bits, documents above 31."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from whoosh.query import Term
from whoosh.searching import Searcher

from index.store import buffer, merging
from index.store.analysis import BREAK_POSITIONS
from index.store.arrays import ArrayFile, ArrayWriter
from index.store.codec import DocumentsReader
from index.store.directory import open_directory
from index.store.postings import FieldWriter, JoinedTerms
from index.store.segment import Field, Segment
from index.store.storage import Storage
from index.store.writer import Writer
from search.evaluator import open_searcher, rank
from tests.index.store.test_writer import indexed, segments
from tests.oracle import build, document

MANY = 2**31


def test_counts_above_255_and_positions_above_65535_are_exact_next_to_small_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffer, "ANALYSED_AT_ONCE", 1)  # each document in types of its own
    counts = {f"d{number}": count for number, count in enumerate((1, 255, 256, 70_000, 2, 300))}
    with Writer(tmp_path) as writer:
        for number, count in enumerate(counts.values()):
            writer.add(document(number, "often " * count + "last"))
    build(tmp_path, [document(9, "often last")])
    for optimized in (False, True):
        found = indexed(tmp_path)
        start = 2 * BREAK_POSITIONS
        for id_, count in {**counts, "d9": 1}.items():
            assert found["text", "often"][id_] == list(range(start, start + count))
            assert found["text", "last"][id_] == [start + count]
        assert len(segments(tmp_path)) == (1 if optimized else 2)
        with Writer(tmp_path) as writer:
            writer.optimize()


def test_documents_numbered_from_2_to_the_31_on_are_found_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "choose", lambda segments: [])
    for number in range(3):
        build(tmp_path, [document(number, "needle", day=number + 1), document(9 + number, "hay")])
    # Whoosh numbers the documents of a segment after all that the ones before it say they have.
    monkeypatch.setattr(DocumentsReader, "doc_count_all", lambda self: MANY)
    index = open_directory(tmp_path)
    searcher = open_searcher(index)
    for sort in ("relevance", "newest"):
        ranking = rank(searcher, Term("text", "needl"), {}, limit=10, sort=sort)
        assert sorted(ranking.documents) == [0, MANY, 2 * MANY]
    shown = [searcher.reader().stored_fields(MANY * number)["id"] for number in range(3)]
    assert shown == ["d0", "d1", "d2"]
    stock = Searcher(index.reader())
    assert list(stock.docs_for_query(Term("text", "needl"))) == [0, MANY, 2 * MANY]


def test_merged_documents_are_numbered_beyond_2_to_the_31(tmp_path: Path) -> None:
    build(tmp_path, [document(number, "some words") for number in range(4)])
    (segment,) = segments(tmp_path)
    segment.delete(1)

    class Large(Segment):
        live_count = MANY + 7

    large = Large(Storage(tmp_path), segment.entry)
    _, part, last = merging.parts_of([large, segment, segment])
    assert part.numbers[[0, 2, 3]].tolist() == [MANY + 7, MANY + 8, MANY + 9]
    assert last.numbers[0] == MANY + 10


def test_postings_of_documents_beyond_2_to_the_31_come_back(tmp_path: Path) -> None:
    storage, documents = Storage(tmp_path), MANY + 5
    writer = ArrayWriter(storage, "large")
    docs = np.array([3, MANY - 1, MANY, MANY + 4, MANY + 2])
    frequencies = np.array([4, 1])
    field = FieldWriter(
        writer,
        "text",
        JoinedTerms.of([b"one", b"two"]),
        frequencies,
        documents=documents,
        counted=True,
    )
    counts = np.array([1, 300, 70_000, 2, 1])
    field.append(0, 2, docs, counts, None)
    field.finish()
    read = Field(ArrayFile(storage, writer.finish({})), "text", documents)
    assert read.docs(0).tolist() == docs[:4].tolist()
    assert read.docs(1).tolist() == docs[4:].tolist()
    assert read.counts_between(0, 2).tolist() == counts.tolist()
