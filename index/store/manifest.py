"""What an index consists of: the files of the last commit, and how to tell that they are whole."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from typing import Any

from index.errors import WhodexError
from index.store.arrays import FileEntry
from index.store.storage import MANIFEST, Storage

# Changes with every change of the files that an older whodex would misread.
FORMAT_VERSION = 5

SEGMENT_SUFFIX = ".segment"
DELETED_SUFFIX = ".deleted"
NEW_SUFFIX = ".new"

# What is kept beside the segments (`index/naming.py`, `index/hosts.py`); the names of the files
# end so, behind the number of the commit.
NAMES = "names.json"
HOSTS = "hosts.npz"

MADE_SUFFIXES = (SEGMENT_SUFFIX, DELETED_SUFFIX, NAMES, HOSTS)

UNREADABLE = f"{MANIFEST} cannot be read"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: its file, and the file of its deleted documents where it has any."""

    file: FileEntry
    deleted: FileEntry | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of an index after a commit; `generation` counts the commits.

    `fields` describes the schema: an index that was made with another one is not read. `kept` are
    the files that a commit keeps beside the segments, by what they hold.
    """

    fields: dict[str, str]
    generation: int = 0
    segments: tuple[SegmentEntry, ...] = field(default=())
    kept: dict[str, FileEntry] = field(default_factory=dict)

    def files(self) -> set[str]:
        """Return the names of all files that are part of the state, itself aside."""
        entries = [entry for segment in self.segments for entry in (segment.file, segment.deleted)]
        return {entry.name for entry in (*entries, *self.kept.values()) if entry is not None}


def read_manifest(storage: Storage) -> Manifest:
    """Return the state of the last commit.

    Raises FileNotFoundError where there is none, and WhodexError where it is damaged, or of a
    format that this version does not read.
    """
    content = storage.read(MANIFEST)
    try:
        outer = json.loads(content)
        version = outer["format"]
        body = outer.get("index")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise storage.damaged(UNREADABLE) from error
    if version != FORMAT_VERSION:
        raise WhodexError(
            f"The index in {storage.directory} has format {version}; "
            f"this whodex reads {FORMAT_VERSION}.",
            hint=f"Use the whodex that made it. Or: {storage.anew()}",
        )
    try:
        if outer["checksum"] != _checksum(body):
            raise storage.damaged(UNREADABLE)
        segments = tuple(
            SegmentEntry(FileEntry(**entry["file"]), _file_entry(entry["deleted"]))
            for entry in body["segments"]
        )
        kept = {what: FileEntry(**entry) for what, entry in body["kept"].items()}
        return Manifest(dict(body["fields"]), int(body["generation"]), segments, kept)
    except (KeyError, TypeError, ValueError) as error:
        raise storage.damaged(UNREADABLE) from error


def write_manifest(storage: Storage, manifest: Manifest) -> None:
    """Make `manifest` the state of the index, in one step.

    Its files must have been synced; afterwards none but them is needed.
    """
    body = asdict(manifest)
    outer = {"format": FORMAT_VERSION, "checksum": _checksum(body), "index": body}
    write_checked(storage, MANIFEST + NEW_SUFFIX, json.dumps(outer, indent=1).encode("ascii"))
    storage.sync()
    storage.replace(MANIFEST + NEW_SUFFIX, MANIFEST)
    storage.sync()


def read_checked(storage: Storage, entry: FileEntry, *, way_out: str | None = None) -> bytes:
    """Return the content of a small file; raise WhodexError where it is not what was written."""
    content = storage.read(entry.name)
    if len(content) != entry.length or zlib.crc32(content) != entry.checksum:
        raise storage.damaged(f"{entry.name} has changed", way_out=way_out)
    return content


def write_checked(storage: Storage, name: str, content: bytes) -> FileEntry:
    """Write a small file, and sync it."""
    file = storage.create(name)
    try:
        storage.write(file, content)
    except BaseException:
        file.close()
        raise
    storage.finish(file)
    return FileEntry(name, len(content), zlib.crc32(content))


def delete_unused(storage: Storage, manifest: Manifest) -> None:
    """Delete what earlier commits, or writers that were cut off, have left behind."""
    kept = manifest.files()
    for name in storage.names():
        if is_made(name) and name not in kept:
            storage.delete(name)


def is_made(name: str) -> bool:
    """Say whether commits make files of this name, the manifest aside."""
    return name.endswith(MADE_SUFFIXES) or name == MANIFEST + NEW_SUFFIX


def _file_entry(entry: dict[str, Any] | None) -> FileEntry | None:
    return FileEntry(**entry) if entry is not None else None


def _checksum(body: object) -> int:
    return zlib.crc32(json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii"))
