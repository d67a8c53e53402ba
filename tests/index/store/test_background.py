"""Segments are merged while documents are added, and nobody can tell but by their number."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import WhodexError
from index.store import directory as store
from index.store import merging
from index.store.background import BackgroundMerge
from index.store.directory import open_directory
from index.store.segment import Segment
from index.store.storage import Storage
from index.store.writer import Writer
from tests.index.store.test_directory import Failing, PowerCut
from tests.index.store.test_writer import analysed, indexed, segments, stored
from tests.oracle import build, document

# A memory that one document fills: every one is a segment of its own at first.
NO_MEMORY = 1


@pytest.fixture(autouse=True)
def _merging_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MERGED_AT_ONCE", 3)


def waiting_for_merges(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let every merge be done when the writer looks; return how many documents each had."""
    sizes = []

    def begin(self: BackgroundMerge, storage: Storage, name: str, chosen: list[Segment]) -> None:
        original(self, storage, name, chosen)
        self._merged.exception()
        sizes.append(sum(segment.live_count for segment in chosen))

    original: Callable[..., None] = BackgroundMerge.__init__
    monkeypatch.setattr(BackgroundMerge, "__init__", begin)
    return sizes


def test_a_run_of_many_flushes_leaves_few_segments_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = waiting_for_merges(monkeypatch)
    documents = [document(number, f"words of {number} " * (number % 5)) for number in range(60)]
    with Writer(tmp_path, memory=NO_MEMORY) as writer:
        for one in documents:
            writer.add(one)
            assert len(writer._segments) <= 12
    assert len(merged) > 15
    assert len(segments(tmp_path)) <= 3
    assert stored(tmp_path) == {one.id: one for one in documents}
    assert indexed(tmp_path) == analysed(documents)
    open_directory(tmp_path).verify()


def test_a_document_is_rewritten_once_for_every_threefold_growth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = waiting_for_merges(monkeypatch)
    with Writer(tmp_path, memory=NO_MEMORY) as writer:
        for number in range(3**4):
            writer.add(document(number, "a few words"))
        assert sum(merged) <= 3**4 * 4


class Held:
    """Holds merges up until they may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        original = merging.merge

        def held(*arguments: Any, **options: Any) -> Any:
            self.begun.set()
            assert self.go_on.wait(60)
            return original(*arguments, **options)

        monkeypatch.setattr(merging, "merge", held)


def test_what_is_replaced_or_removed_during_a_merge_stays_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, [document(0, "zero"), document(7, "seven"), document(8, "eight")])
    held = Held(monkeypatch)
    with Writer(tmp_path, memory=NO_MEMORY) as writer:
        for number in range(1, 4):
            writer.add(document(number, f"number {number}"))
        assert held.begun.wait(60)
        merge = writer._merging
        assert merge is not None
        writer.add(document(2, "in the place of number 2"))
        assert writer.remove(document(3, "").path) == 1
        held.go_on.set()
        merge._merged.result()
        writer.add(document(4, "number 4"))
        assert not set(merge.segments) & set(writer._segments), "the merged one is in their place"
        assert writer.remove(document(1, "").path) == 1
    expected = {"d0": "zero", "d7": "seven", "d8": "eight"}
    expected |= {"d2": "in the place of number 2", "d4": "number 4"}
    assert {id_: one.article.text for id_, one in stored(tmp_path).items()} == expected


def test_an_error_during_a_merge_leaves_the_index_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, [document(0, "zero")])
    files = sorted(file.name for file in tmp_path.iterdir())
    held = Held(monkeypatch)
    writer = Writer(tmp_path, memory=NO_MEMORY)
    for number in range(1, 4):
        writer.add(document(number, "more"))
    assert held.begun.wait(60)
    threading.Timer(0.1, held.go_on.set).start()
    writer.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert sorted(file.name for file in tmp_path.iterdir()) == files
    assert set(stored(tmp_path)) == {"d0"}


def test_a_merge_that_fails_ends_the_run_and_leaves_the_index_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, [document(0, "zero")])
    waiting_for_merges(monkeypatch)

    def full(*arguments: Any, **options: Any) -> None:
        raise WhodexError("The disk is full.")

    monkeypatch.setattr(merging, "merge", full)
    with pytest.raises(WhodexError, match="disk is full"):
        build(tmp_path, [document(number, "more") for number in range(1, 9)], memory=NO_MEMORY)
    assert set(stored(tmp_path)) == {"d0"}


def test_a_power_cut_during_a_merge_leaves_the_old_state_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = waiting_for_merges(monkeypatch)
    old = [document(number, f"first {number}") for number in range(3)]
    added = [document(number, f"second {number}") for number in range(2, 7)]
    new = {one.id: one for one in (*old[1:], *added)}
    whole, steps, seen = False, 0, set()
    while not whole:
        directory = tmp_path / str(steps)
        build(directory, old)
        Failing.steps, Failing.log = steps, []
        with monkeypatch.context() as context:
            context.setattr(store, "Storage", Failing)
            try:
                with Writer(directory, memory=NO_MEMORY) as writer:
                    for one in added:
                        writer.add(one)
                    writer.remove(old[0].path)
                whole = True
            except PowerCut:
                pass
        found = stored(directory)
        assert found in ({one.id: one for one in old}, new)
        seen.add(len(found))
        open_directory(directory).verify()
        build(directory, [document(20, "life goes on")])
        assert stored(directory) == {**found, "d20": document(20, "life goes on")}
        steps += 7 if steps % 5 else 1
    assert len(merged) > 10
    assert seen == {len(old), len(new)}
