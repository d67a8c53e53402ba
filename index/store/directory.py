"""The folder that holds an index: make it, open it, read what it holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from whoosh.index import Index
from whoosh.reading import EmptyReader, MultiReader
from whoosh.util.filelock import FileLock

from index.errors import WhodexError
from index.store.codec import ArrayReader
from index.store.manifest import (
    Manifest,
    is_made,
    read_checked,
    read_manifest,
    write_manifest,
)
from index.store.schema import KEY_SEPARATOR, make_schema
from index.store.segment import Segment
from index.store.storage import MANIFEST, Storage
from index.store.terms import decode

if TYPE_CHECKING:
    from whoosh.fields import Schema
    from whoosh.reading import IndexReader

Read = TypeVar("Read")

# A writer may delete a file between the reading of the manifest and that of the file; then the
# manifest has changed as well. So often, and so far apart in seconds, it is read again.
OPEN_ATTEMPTS = 20
OPEN_PAUSE = 0.02

LOCK = "whodex.lock"

# Every run makes what is kept beside the segments: from them, or from the pages.
KEPT_WAY_OUT = "It is made anew by: whodex index PAGES..."

# The user's own rules for names: they lie in the folder, and no commit touches them.
ALIASES = "aliases.toml"


class ArrayIndex(Index):  # type: ignore[misc, unused-ignore]
    """A Whoosh index over segments of arrays; every reader shows the last commit."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        manifest = read_manifest(storage)
        if manifest.fields != describe(self.schema):
            raise WhodexError(
                f"The index in {storage.directory} has other fields than this whodex uses.",
                hint=f"Use the whodex that made it. Or: {storage.anew()}",
            )

    @cached_property
    def schema(self) -> Schema:
        """The schema of every whodex index."""
        return make_schema()

    def latest_generation(self) -> int:
        """Return the number of the last commit."""
        return read_manifest(self.storage).generation

    def is_empty(self) -> bool:
        """Say whether the index has no documents."""
        return not read_manifest(self.storage).segments

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """Return a reader of the last commit; it stays as it is when others follow."""
        return self.reader_of(*self.open_segments())

    def reader_of(self, generation: int, segments: Sequence[Segment]) -> IndexReader:
        """Return a reader of some segments, as they are at a commit."""
        readers: list[IndexReader] = [
            ArrayReader(self.storage, self.schema, segment, generation) for segment in segments
        ]
        if not readers:
            return EmptyReader(self.schema)
        return readers[0] if len(readers) == 1 else MultiReader(readers, generation)

    def open_segments(self) -> tuple[int, list[Segment]]:
        """Return the generation and the segments of the last commit."""
        return self._read_last(
            lambda manifest: (manifest.generation, open_segments(self.storage, manifest))
        )

    def kept(self, what: str) -> bytes | None:
        """Return what the last commit has kept beside the segments; None where it has not.

        Raises WhodexError where it is missing or has changed.
        """

        def read(manifest: Manifest) -> bytes | None:
            entry = manifest.kept.get(what)
            return read_checked(self.storage, entry, way_out=KEPT_WAY_OUT) if entry else None

        return self._read_last(read, way_out=KEPT_WAY_OUT)

    def _read_last(self, read: Callable[[Manifest], Read], *, way_out: str | None = None) -> Read:
        """Return what is read of the last commit."""
        for attempt in range(OPEN_ATTEMPTS):
            manifest = read_manifest(self.storage)
            try:
                return read(manifest)
            except FileNotFoundError as error:
                missing = error
            time.sleep(OPEN_PAUSE * (attempt > 0))
        what = f"{Path(missing.filename).name} is missing"
        raise self.storage.damaged(what, way_out=way_out) from missing

    def writer(self, **options: Any) -> Any:
        """Whoosh's writers do not write this format."""
        raise NotImplementedError("use index.store.writer.Writer")

    def verify(self) -> None:
        """Read every file; raise WhodexError at the first that does not match its checksum."""
        for segment in self.open_segments()[1]:
            segment.file.verify()
        for what in read_manifest(self.storage).kept:
            self.kept(what)


def open_segments(storage: Storage, manifest: Manifest) -> list[Segment]:
    """Open the segments of a commit.

    Raises FileNotFoundError where a file is gone, and WhodexError where one is damaged.
    """
    return [
        Segment(
            storage, entry.file, read_checked(storage, entry.deleted) if entry.deleted else None
        )
        for entry in manifest.segments
    ]


def is_index(directory: Path) -> bool:
    """Say whether `directory` holds a whodex index."""
    return (directory / MANIFEST).is_file()


def create(directory: Path) -> ArrayIndex:
    """Make an empty index in `directory`, which is made where it is missing.

    Raises WhodexError where the folder cannot be written, or holds files of something else.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        found = {entry.name for entry in directory.iterdir() if not is_made(entry.name)}
        if found - {LOCK, ALIASES} and not is_index(directory):
            raise WhodexError(
                f"{directory} holds other files, and no whodex index.",
                hint="Name an empty or a new folder with --index DIR.",
            )
        storage = Storage(directory)
        held = lock(directory)
        try:
            if not is_index(directory):  # else another process has made one in the meantime
                write_manifest(storage, Manifest(describe(make_schema())))
        finally:
            held.release()
    except OSError as error:
        raise WhodexError(f"Cannot make an index in {directory}: {error.strerror}.") from error
    return ArrayIndex(storage)


def lock(directory: Path) -> FileLock:
    """Keep other writers out until the lock is released, or the process ends.

    Raises WhodexError where another has it.
    """
    held = FileLock(str(directory / LOCK))
    if not held.acquire(blocking=False):
        raise WhodexError(
            f"Another process is writing to the index in {directory}.",
            hint="Wait until it has finished, then try again.",
        )
    return held


def open_directory(directory: Path) -> ArrayIndex:
    """Open the index in `directory`.

    Raises WhodexError where there is none, or one of a format that this version does not read.
    """
    try:
        return ArrayIndex(Storage(directory))
    except FileNotFoundError as error:
        raise WhodexError(
            f"There is no whodex index in {directory}.",
            hint="Make one with: whodex index PAGES...",
        ) from error
    except OSError as error:
        raise WhodexError(f"Cannot read the index in {directory}: {error.strerror}.") from error


def sources(opened: ArrayIndex) -> dict[str, str]:
    """Return the fingerprint of every file that has documents in the index, by path."""
    found = {}
    for segment in opened.open_segments()[1]:
        if "source" not in segment:
            continue
        field = segment.field("source")
        for number, term in enumerate(field.terms.all()):
            if not all(map(segment.is_deleted, field.docs(number).tolist())):
                path, fingerprint = decode(term).rsplit(KEY_SEPARATOR, 1)
                found[path] = fingerprint
    return found


def size(directory: Path) -> int:
    """Return the bytes that an index takes on disk."""
    return sum(entry.stat().st_size for entry in directory.iterdir() if entry.is_file())


def describe(schema: Schema) -> dict[str, str]:
    """Return the kind of each field of a schema, as the manifest keeps it."""
    return {name: type(field).__name__ for name, field in schema.items()}
