"""Documents in, a commit out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from index.records import Document
from index.store import merging
from index.store.arrays import FileEntry
from index.store.background import BackgroundMerge
from index.store.buffer import Buffer
from index.store.directory import create, is_index, lock, open_directory, open_segments
from index.store.manifest import (
    DELETED_SUFFIX,
    SEGMENT_SUFFIX,
    Manifest,
    SegmentEntry,
    delete_unused,
    read_manifest,
    write_checked,
    write_manifest,
)
from index.store.schema import KEY_SEPARATOR, UNIQUE
from index.store.segment import Segment
from index.store.stretches import Vocabulary
from index.store.terms import encode, unique_hash

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

    from index.store.directory import ArrayIndex

# Bytes that a writer may hold before it flushes to disk.
DEFAULT_MEMORY = 256 * 2**20


class Writer:
    """Adds and removes documents; they can be found after the `with` block, all or none.

    An index is made where `directory` holds none. Raises WhodexError where another process is
    writing, or where the folder cannot hold an index.
    """

    def __init__(self, directory: Path, *, memory: int = DEFAULT_MEMORY) -> None:
        self.index: ArrayIndex = (
            open_directory(directory) if is_index(directory) else create(directory)
        )
        self._memory = memory
        self._lock = lock(directory)
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> None:
        """Start from the last commit."""
        self._storage = self.index.storage
        self._manifest = read_manifest(self._storage)
        delete_unused(self._storage, self._manifest)
        self._segments = open_segments(self._storage, self._manifest)
        self._merging: BackgroundMerge | None = None
        self._keeping: dict[str, Callable[[IndexReader], bytes]] = {}
        self._written = 0
        self._vocabulary = Vocabulary()
        self._begin()

    def _begin(self) -> None:
        """Start with an empty buffer."""
        if self._vocabulary.used > self._memory // 2:
            self._vocabulary = Vocabulary()
        self._buffer = Buffer(self.index.schema, self._vocabulary)
        self._held: dict[str, int] = {}
        self._held_paths: defaultdict[str, list[int]] = defaultdict(list)
        self._held_deleted: set[int] = set()
        self._unresolved: list[str] = []

    def add(self, document: Document) -> None:
        """Add a document, in the place of the one with the same id."""
        number = len(self._buffer)
        self._buffer.add(document)
        earlier = self._held.get(document.id)
        if earlier is None:
            self._unresolved.append(document.id)
        else:
            self._held_deleted.add(earlier)
        self._held[document.id] = number
        self._held_paths[document.path].append(number)
        if self._buffer.used > self._memory:
            self._flush()

    def remove(self, path: str) -> int:
        """Remove all documents that came from the file at `path`, and return their number."""
        self._replace_earlier()
        held = set(self._held_paths.pop(path, ())) - self._held_deleted
        self._held_deleted |= held
        removed = len(held)
        prefix = encode(path + KEY_SEPARATOR)
        for segment in self._segments:
            if "source" in segment:
                field = segment.field("source")
                for number in field.terms.with_prefix(prefix):
                    removed += sum(map(segment.delete, field.docs(number).tolist()))
        return removed

    def keep(self, what: str, make: Callable[[IndexReader], bytes]) -> None:
        """Keep with the index, from the commit on, what `make` returns of all its documents."""
        self._keeping[what] = make

    def optimize(self) -> None:
        """Make one segment of all documents at the commit."""
        self._flush()
        self._end_merging()
        self._segments = [self._merge(self._segments)] if self._segments else []

    def _replace_earlier(self) -> None:
        """Delete the documents of earlier segments that have an id of a buffered one."""
        hashes = np.fromiter(map(unique_hash, self._unresolved), np.uint32)
        for segment in self._segments:
            for place in np.flatnonzero(np.isin(hashes, segment.unique_hashes)).tolist():
                term = encode(self._unresolved[place])
                for document in list(segment.occurrences(UNIQUE, term)):
                    segment.delete(document)
        self._unresolved.clear()

    def _flush(self) -> None:
        """Write the buffered documents as a segment."""
        self._replace_earlier()
        if len(self._buffer) > len(self._held_deleted):
            segment = Segment(self._storage, self._buffer.write(self._storage, self._new_name()))
            for document in self._held_deleted:
                segment.delete(document)
            self._segments.append(segment)
        self._begin()
        self._advance_merging()

    def _advance_merging(self) -> None:
        """Take over a merge that is done, and begin one that is due."""
        if self._merging is not None and self._merging.done:
            merge, self._merging = self._merging, None
            kept = [segment for segment in self._segments if segment not in merge.segments]
            self._segments = [*kept, merge.take()]
            committed = self._manifest.files()
            for segment in merge.segments:
                if segment.entry.name not in committed:
                    self._storage.delete(segment.entry.name)
        chosen = [] if self._merging is not None else merging.due(self._segments)
        if chosen:
            self._merging = BackgroundMerge(self._storage, self._new_name(), chosen)

    def _end_merging(self) -> None:
        """Let no merge be under way: what is worth merging now is chosen anew."""
        if self._merging is not None:
            self._merging.cancel()
            self._merging = None

    def _new_name(self) -> str:
        self._written += 1
        return f"{self._manifest.generation + 1}-{self._written}{SEGMENT_SUFFIX}"

    def _merge(self, segments: list[Segment]) -> Segment:
        return Segment(self._storage, merging.merge(self._storage, self._new_name(), segments))

    def _commit(self) -> None:
        self._flush()
        self._end_merging()
        self._segments = [segment for segment in self._segments if segment.live_count]
        chosen = merging.choose(self._segments)
        if chosen:
            kept = [segment for segment in self._segments if segment not in chosen]
            self._segments = [*kept, self._merge(chosen)]
        generation = self._manifest.generation + 1
        earlier = {entry.file.name: entry for entry in self._manifest.segments}
        entries = tuple(
            self._entry(segment, earlier.get(segment.entry.name), generation)
            for segment in self._segments
        )
        beside = self._manifest.kept | self._kept(generation)
        self._manifest = Manifest(self._manifest.fields, generation, entries, beside)
        write_manifest(self._storage, self._manifest)
        delete_unused(self._storage, self._manifest)

    def _kept(self, generation: int) -> dict[str, FileEntry]:
        """Write what is to be kept beside the segments."""
        with self.index.reader_of(generation, self._segments) as reader:
            return {
                what: write_checked(self._storage, f"{generation}.{what}", make(reader))
                for what, make in self._keeping.items()
            }

    def _entry(
        self, segment: Segment, earlier: SegmentEntry | None, generation: int
    ) -> SegmentEntry:
        """Return a segment's entry; its deleted documents are written if they have changed."""
        if not segment.changed:
            return earlier or SegmentEntry(segment.entry)
        stem = segment.entry.name.removesuffix(SEGMENT_SUFFIX)
        name = f"{stem}.{generation}{DELETED_SUFFIX}"
        deleted = write_checked(self._storage, name, bytes(segment.deleted or b""))
        return SegmentEntry(segment.entry, deleted)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._commit()
            else:
                self._abandon()
        except BaseException:
            self._abandon()
            raise
        finally:
            self._lock.release()

    def _abandon(self) -> None:
        """Leave nothing behind but the last commit."""
        self._end_merging()
        delete_unused(self._storage, read_manifest(self._storage))
