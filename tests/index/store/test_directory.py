"""An index survives crashes, damage and strangers, and is read while it is written."""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from whoosh.index import create_in

from index.errors import WhodexError
from index.store import directory as store
from index.store.manifest import NAMES, read_manifest
from index.store.schema import make_schema
from index.store.storage import MANIFEST, Storage
from index.store.writer import Writer
from tests.index.store.test_writer import stored
from tests.oracle import build, document

FIRST = [document(number, f"first words {number}") for number in range(5)]
SECOND = [
    *(document(number, f"second words {number}") for number in range(3, 8)),
    document(9, "x" * 500),
]


class PowerCut(BaseException):
    """The machine is off: nothing after it happens."""


class Failing(Storage):
    """Lets so many steps happen, and then none."""

    steps = 0
    log: list[tuple[str, str]]

    def _step(self, what: str, name: str = "") -> None:
        if Failing.steps == 0:
            raise PowerCut
        Failing.steps -= 1
        Failing.log.append((what, name))

    def create(self, name: str) -> BinaryIO:
        self._step("create", name)
        return super().create(name)

    def write(self, file: BinaryIO, content: bytes | memoryview) -> None:
        self._step("write", Path(file.name).name)
        super().write(file, content)

    def finish(self, file: BinaryIO) -> None:
        try:
            self._step("finish", Path(file.name).name)
        except PowerCut:
            file.close()
            raise
        super().finish(file)

    def replace(self, name: str, target: str) -> None:
        self._step("replace", target)
        super().replace(name, target)

    def delete(self, name: str) -> None:
        self._step("delete", name)
        super().delete(name)

    def sync(self) -> None:
        self._step("sync")
        super().sync()


def second_commit(directory: Path, steps: int, patch: pytest.MonkeyPatch) -> bool:
    """Try to commit SECOND and to remove d0; say whether nothing failed."""
    Failing.steps, Failing.log = steps, []
    with patch.context() as context:
        context.setattr(store, "Storage", Failing)
        try:
            with Writer(directory) as writer:
                for one in SECOND:
                    writer.add(one)
                writer.remove(FIRST[0].path)
                writer.keep(NAMES, lambda reader: b"%d" % reader.doc_count())
        except PowerCut:
            return False
    return True


def test_a_power_cut_at_any_step_leaves_the_old_state_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {one.id: one for one in FIRST}
    new = {one.id: one for one in (*FIRST[1:], *SECOND)}
    seen = set()
    for steps in range(1000):
        directory = tmp_path / str(steps)
        build(directory, FIRST)
        whole = second_commit(directory, steps, monkeypatch)
        found = stored(directory)
        assert found in (old, new)
        seen.add(len(found))
        opened = store.open_directory(directory)
        opened.verify()
        assert opened.kept(NAMES) == (b"%d" % len(new) if found == new else None)
        build(directory, [document(20, "life goes on")])
        assert stored(directory) == {**found, "d20": document(20, "life goes on")}
        files = {file.name for file in directory.iterdir()}
        assert files == {
            MANIFEST,
            store.LOCK,
            *read_manifest(Storage(directory)).files(),
        }, "files were left behind"
        if whole:
            break
    assert steps > 20
    assert seen == {len(old), len(new)}


def test_every_file_reaches_the_disk_before_the_manifest_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, FIRST)
    assert second_commit(tmp_path, 10**6, monkeypatch)
    log = Failing.log
    put_in_place = log.index(("replace", MANIFEST))
    for name in read_manifest(Storage(tmp_path)).files():
        assert log.index(("finish", name)) < put_in_place
    assert log[put_in_place - 1] == ("sync", "")
    assert log[put_in_place + 1] == ("sync", "")
    assert all(what != "delete" for what, _ in log[:put_in_place])


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def test_opening_a_strangers_index_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    trap = pickle.dumps(Trap(mark))
    pickle.loads(trap)
    assert mark.is_dir(), "the trap itself must work"
    mark.rmdir()

    whooshs = tmp_path / "whoosh"
    whooshs.mkdir()
    create_in(str(whooshs), make_schema())
    (toc,) = whooshs.glob("*.toc")
    toc.write_bytes(toc.read_bytes().replace(b"cwhoosh", trap + b"cwhoosh", 1))
    with pytest.raises(WhodexError, match="no whodex index"):
        store.open_directory(whooshs)

    for target in ("manifest", "segment", "beside"):
        directory = tmp_path / target
        build(directory, FIRST)
        (segment,) = directory.glob("*.segment")
        if target == "beside":
            (directory / "_MAIN_9.toc").write_bytes(trap)
            assert len(stored(directory)) == len(FIRST)
            continue
        (directory / MANIFEST if target == "manifest" else segment).write_bytes(trap)
        with pytest.raises(WhodexError, match="damaged"):
            store.open_directory(directory).reader()
    assert not mark.exists()


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    with Writer(tmp_path) as writer:
        writer.remove(FIRST[0].path)
    files = [file for file in tmp_path.iterdir() if file.name != store.LOCK]
    assert len(files) == 3
    for file in files:
        whole = file.read_bytes()
        table = read_manifest(Storage(tmp_path))
        for place in range(0, len(whole), max(len(whole) // 60, 1)):
            changed = bytearray(whole)
            changed[place] ^= 4
            file.write_bytes(bytes(changed))
            try:
                store.open_directory(tmp_path).verify()
            except WhodexError:
                continue
            finally:
                file.write_bytes(whole)
            # What can change unseen is the space between two arrays, and nothing reads it.
            assert file.suffix == ".segment"
            assert whole[place] == 0
        assert read_manifest(Storage(tmp_path)) == table


def test_a_document_whose_bytes_have_changed_is_not_shown(tmp_path: Path) -> None:
    build(tmp_path, [document(1, "words that must not change " * 9)])
    expected = stored(tmp_path)
    (file,) = tmp_path.glob("*.segment")
    whole = file.read_bytes()
    (segment,) = store.open_directory(tmp_path).open_segments()[1]
    content = bytes(segment.stored_bytes(0, 1))
    start = whole.index(content)
    for place in range(start, start + len(content)):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(bytes(changed))
        try:
            found = stored(tmp_path)
        except WhodexError:
            continue
        assert found == expected


def test_a_file_that_was_cut_off_or_is_gone_is_named(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (segment,) = tmp_path.glob("*.segment")
    whole = segment.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        segment.write_bytes(whole[:length])
        with pytest.raises(WhodexError, match=segment.name):
            store.open_directory(tmp_path).reader()
    segment.unlink()
    with pytest.raises(WhodexError, match=segment.name):
        store.open_directory(tmp_path).reader()


def test_readers_always_find_a_whole_index_while_a_writer_is_at_work(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    done = threading.Event()

    def write() -> None:
        for number in range(30):
            build(tmp_path, [*SECOND, document(number, f"round {number}")])
        done.set()

    writing = threading.Thread(target=write)
    writing.start()
    opened = 0
    while not done.is_set():
        with store.open_directory(tmp_path).reader() as reader:
            found = {fields["id"] for fields in reader.all_stored_fields()}
            assert found >= {one.id for one in FIRST}
        opened += 1
    writing.join()
    assert opened > 10


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(WhodexError, match="holds other files"):
        Writer(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["diary.txt"]


def test_the_way_out_of_a_damaged_index_makes_it_anew_and_keeps_the_aliases(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (segment,) = tmp_path.glob("*.segment")
    segment.write_bytes(b"")
    (tmp_path / store.ALIASES).write_text("# mine")
    with pytest.raises(WhodexError) as told:
        store.open_directory(tmp_path).verify()
    way_out = f"Delete {tmp_path / MANIFEST} and index the pages again; aliases stay."
    assert told.value.hint == way_out
    (tmp_path / MANIFEST).unlink()
    build(tmp_path, FIRST)
    store.open_directory(tmp_path).verify()
    assert len(stored(tmp_path)) == len(FIRST)
    assert (tmp_path / store.ALIASES).read_text() == "# mine"


def test_an_index_of_another_format_says_so(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    (tmp_path / MANIFEST).write_text('{"format": 1}')
    with pytest.raises(WhodexError, match="has format 1"):
        store.open_directory(tmp_path)


def test_a_searcher_keeps_its_state_while_others_commit(tmp_path: Path) -> None:
    build(tmp_path, FIRST)
    index = store.open_directory(tmp_path)
    searcher = index.searcher()
    before = list(searcher.reader().all_stored_fields())
    build(tmp_path, SECOND)
    assert list(searcher.reader().all_stored_fields()) == before
    assert not searcher.up_to_date()
    assert len(list(searcher.refresh().reader().all_stored_fields())) == 9
