"""What goes into an index comes out of it, and all of it can be found."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import WhodexError
from index.records import Article, Document, Entity, Mention, Part
from index.store import merging, postings
from index.store.analysis import BREAK_POSITIONS, terms
from index.store.directory import open_directory, sources
from index.store.schema import from_fields, searchable_text
from index.store.segment import Segment
from index.store.writer import Writer
from tests.oracle import build, document

TINY_MEMORY = 20_000

pieces = st.sampled_from(
    (
        *("word", "Words", "the", "U.S.", "U.S", "e.g.,", "AT&T", "R&D's", "C++", "C#", "5.6"),
        *("1,000", "it's", "l'an", "don’t", "Émile", "Straße", "東京都", "カナ", "naïve"),
        *("a", ".", ",", "—", "x-ray", "“quoted”", "(so)", "end.", "J.", "\f", "\n\n", "\u2028"),
        *("\xa0", "\x1c", "٣٤", "ﬁne", "ꙮ", "🙂", "_under_", "a.b.c", "o'neill's", "..", "w" * 70),
        *(
            "İstanbul",
            "ẞ",
            "ĳ",
            "Å",
            "a. b",
            "x, y",
            "C#_x",
            "it's_x",
            "a:b:c",
            "C++-x",
            "5.6-7/8",
            "'t",
            "x\u3000y",
        ),
    )
)
texts = st.one_of(
    st.lists(pieces, max_size=25).map(" ".join),
    st.lists(pieces, max_size=25).map("".join),
    st.text(max_size=60),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def segments(directory: Path) -> list[Segment]:
    return open_directory(directory).open_segments()[1]


def stored(directory: Path) -> dict[str, Document]:
    """Return all documents of an index by id."""
    with open_directory(directory).reader() as reader:
        found = [from_fields(fields) for fields in reader.all_stored_fields()]
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}


Postings = dict[tuple[str, str], dict[str, list[int]]]


def indexed(directory: Path) -> Postings:
    """Return the positions of every term in every document that is not deleted."""
    found: Postings = defaultdict(dict)
    for segment in segments(directory):
        for name in ("text", "title"):
            if name not in segment:
                continue
            field = segment.field(name)
            for number, term in enumerate(field.terms.all()):
                positions = iter(field.positions(number).tolist())
                counts = field.counts(number).tolist()
                for doc, count in zip(field.docs(number).tolist(), counts, strict=True):
                    own = [next(positions) for _ in range(count)]
                    if not segment.is_deleted(doc):
                        found[name, term.decode()][segment.stored(doc)["id"]] = own
                assert list(positions) == []
    return dict(found)


def analysed(documents: list[Document]) -> Postings:
    """Return what `indexed` must: what the analysis says of each text."""
    expected: Postings = defaultdict(dict)
    for one in documents:
        article = one.article
        for name, text in (
            ("text", searchable_text(article.title, article.text)),
            ("title", article.title),
        ):
            for term in terms(text):
                expected[name, term.text].setdefault(one.id, []).append(term.position)
    return dict(expected)


@quick
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_every_word_is_indexed_where_the_analysis_finds_it(pages: list[tuple[str, str]]) -> None:
    documents = [document(n, text, title=title) for n, (title, text) in enumerate(pages)]
    with tempfile.TemporaryDirectory() as directory:
        build(Path(directory), documents)
        assert indexed(Path(directory)) == analysed(documents)
        for segment in segments(Path(directory)):
            for name in ("text", "title"):
                if name in segment:
                    sums = dict.fromkeys((one.id for one in documents), 0)
                    for (own, _), docs in analysed(documents).items():
                        for id_, positions in docs.items() if own == name else ():
                            sums[id_] += len(positions)
                    lengths = segment.field(name).lengths.tolist()
                    assert lengths == [sums[one.id] for one in documents]


def test_a_document_comes_back_as_it_went_in(tmp_path: Path) -> None:
    entity = Entity("person", "Ann Lee", ("Lee", "Ann Lee"), (Mention("text", 0, 3),))
    article = Article(
        title="A \\ title",
        text='Lee said\nmore "things".\n\nSo.',
        author="Bo Ek, Cy Moe",
        site="The Post",
        url="https://example.org/1",
        language="en",
        parts=(Part("paragraph", 0, 8), Part("item", 9, 25, 1)),
    )
    odd = Document("odd", "undecodable-\udcff.html", "f1", article, (entity,), line=3)
    empty = Document("empty", "empty.html", "f2", Article(title="", text=""))
    build(tmp_path, [odd, empty])
    assert stored(tmp_path) == {"odd": odd, "empty": empty}
    assert sources(open_directory(tmp_path)) == {odd.path: "f1", empty.path: "f2"}


def test_frequent_words_and_long_documents_are_kept_exactly(tmp_path: Path) -> None:
    long = document(1, "often " * 70_000 + "rare")
    build(tmp_path, [long, document(2, "often " * 255), document(3, "rare often")])
    build(tmp_path, [document(4, "often " * 300)])
    with Writer(tmp_path) as writer:
        writer.optimize()
    found = indexed(tmp_path)
    assert {id_: len(places) for id_, places in found["text", "often"].items()} == {
        "d1": 70_000,
        "d2": 255,
        "d3": 1,
        "d4": 300,
    }
    assert found["text", "rare"]["d1"] == [70_000 + 2 * BREAK_POSITIONS]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 9), st.integers(0, 3), texts),
        st.tuples(st.just("add"), st.integers(0, 9), st.integers(0, 3), texts),
        st.tuples(st.just("remove"), st.integers(0, 3)),
        st.tuples(st.just("commit")),
        st.tuples(st.just("cancel")),
        st.tuples(st.just("optimize")),
    ),
    max_size=25,
)


@quick
@given(steps, st.booleans(), st.booleans())
def test_an_index_holds_what_was_added_and_not_removed(
    todo: list[tuple[object, ...]], scarce: bool, merged: bool
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        if not merged:
            patch.setattr(merging, "choose", lambda segments: [])
        if scarce:
            patch.setattr(postings, "BATCH", 1)
            patch.setattr(merging, "TERMS_AT_ONCE", 2)
            patch.setattr(merging, "MERGED_AT_ONCE", 2)
        directory = Path(name)
        memory = TINY_MEMORY if scarce else 10**8
        held: dict[str, Document] = {}
        committed: dict[str, Document] = {}
        writer = Writer(directory, memory=memory)
        for step, *arguments in [*todo, ("commit",)]:
            if step == "add":
                number, path, text = arguments
                one = document(int(str(number)), str(text), title="Title", path=f"p{path}")
                writer.add(one)
                held[one.id] = one
            elif step == "remove":
                gone = [id_ for id_, one in held.items() if one.path == f"p{arguments[0]}"]
                assert writer.remove(f"p{arguments[0]}") == len(gone)
                for id_ in gone:
                    del held[id_]
            elif step == "optimize":
                writer.optimize()
            else:
                if step == "commit":
                    writer.__exit__(None, None, None)
                    committed = dict(held)
                else:
                    writer.__exit__(ValueError, ValueError(), None)
                    held = dict(committed)
                assert stored(directory) == committed
                writer = Writer(directory, memory=memory)
        writer.__exit__(None, None, None)
        index = open_directory(directory)
        index.verify()
        assert index.doc_count() == len(committed)
        assert indexed(directory) == analysed(list(committed.values()))
        assert sources(index) == {one.path: "1" for one in committed.values()}


def test_segments_stay_few_however_often_documents_are_added(tmp_path: Path) -> None:
    for number in range(40):
        build(tmp_path, [document(number, "some words")])
    assert len(segments(tmp_path)) <= 4
    assert len(stored(tmp_path)) == 40


def test_a_second_writer_is_told_that_another_is_at_work(tmp_path: Path) -> None:
    with Writer(tmp_path), pytest.raises(WhodexError, match="Another process is writing"):
        Writer(tmp_path)
    with Writer(tmp_path) as writer:
        writer.add(document(1, "and then it is free"))
    assert len(stored(tmp_path)) == 1


def test_an_index_that_another_process_makes_meanwhile_is_not_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new"

    def nothing_there_yet(directory: Path) -> bool:
        monkeypatch.undo()
        build(directory, [document(1, "was quicker")])
        return False

    monkeypatch.setattr("index.store.writer.is_index", nothing_there_yet)
    build(folder, [document(2, "came later")])
    assert set(stored(folder)) == {"d1", "d2"}


def test_an_error_while_adding_changes_nothing(tmp_path: Path) -> None:
    build(tmp_path, [document(1, "before")])
    files = sorted(file.name for file in tmp_path.iterdir())
    writer = Writer(tmp_path, memory=TINY_MEMORY)
    for number in range(300):
        writer.add(document(number, f"after {number} " * 20))
    writer.__exit__(RuntimeError, RuntimeError(), None)
    assert [one.article.text for one in stored(tmp_path).values()] == ["before"]
    assert sorted(file.name for file in tmp_path.iterdir()) == files


def flip(directory: Path, array: str) -> None:
    """Change a byte in the middle of an array of the first segment."""
    (first, *_) = segments(directory)
    path = directory / first.entry.name
    whole = path.read_bytes()
    content = bytes(first.file._content(array))
    changed = bytearray(whole)
    changed[whole.index(content) + len(content) // 2] ^= 0x41
    path.write_bytes(bytes(changed))


def optimize(directory: Path) -> None:
    with Writer(directory) as writer:
        writer.optimize()


def add_more(directory: Path) -> None:
    build(directory, [document(number, "more both") for number in range(9, 20)])


@pytest.mark.parametrize("array", ["stored", "text.documents", "text.positions", "person.terms"])
@pytest.mark.parametrize("change", [optimize, add_more])
def test_a_damaged_segment_is_told_and_not_merged_into_one_that_looks_whole(
    tmp_path: Path, array: str, change: Callable[[Path], None]
) -> None:
    names = ["Zoë Müller", "Yann LeCun"]
    build(tmp_path, [document(n, f"word{n} both", people=names) for n in range(9)])
    before = {file.name for file in tmp_path.iterdir()}
    flip(tmp_path, array)
    with pytest.raises(WhodexError) as verified:
        open_directory(tmp_path).verify()
    with pytest.raises(WhodexError) as merged:
        change(tmp_path)
    assert str(merged.value) == str(verified.value)
    assert "does not match its checksum" in str(merged.value)
    assert {file.name for file in tmp_path.iterdir()} == before, "the index is left as it was"
