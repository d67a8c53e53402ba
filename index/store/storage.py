"""The one way of bytes to disk and back: every file of an index passes through here."""

from __future__ import annotations

import mmap
import os
import weakref
from pathlib import Path
from typing import BinaryIO

from index.errors import WhodexError

# The file that says which of the others are the index.
MANIFEST = "whodex.json"


class MappedFile:
    """A file whose bytes lie in memory as far as they are used: `content` shows them all."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._handle: int | None = None
            if hasattr(os, "pread"):
                self._handle = os.dup(file.fileno())
                weakref.finalize(self, os.close, self._handle)
        self.content = memoryview(self._map)

    def read(self, first: int, last: int) -> bytes | memoryview:
        """Return a stretch that is not soon used again: it takes no memory afterwards."""
        if self._handle is None:
            return self.content[first:last]
        return os.pread(self._handle, last - first, first)

    def release(self) -> None:
        """Let go of the memory of what was used; it is read again where it is needed."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)


class Storage:
    """The files of one folder.

    A file is written whole, synced and closed by `finish`, and is not changed afterwards. What
    must appear at once is written under another name and put in place by `replace`.
    """

    # Whoosh asks this of its own storages.
    supports_mmap = True

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def damaged(self, what: str, *, way_out: str | None = None) -> WhodexError:
        """Return the error to raise where a file is not what was written."""
        return WhodexError(
            f"The index in {self.directory} is damaged: {what}.", hint=way_out or self.anew()
        )

    def anew(self) -> str:
        """Return how to make the index anew; what else lies in the folder is the user's."""
        return f"Delete {self.directory / MANIFEST} and index the pages again; aliases stay."

    def names(self) -> list[str]:
        """Return the names of the files in the folder."""
        return sorted(entry.name for entry in os.scandir(self.directory) if entry.is_file())

    def read(self, name: str) -> bytes:
        """Return all bytes of a file."""
        return (self.directory / name).read_bytes()

    def map(self, name: str) -> MappedFile:
        """Return the bytes of a file, which must not be empty, without reading them."""
        return MappedFile(self.directory / name)

    def create(self, name: str) -> BinaryIO:
        """Open a file for writing, in the place of one that was left behind."""
        return (self.directory / name).open("wb")

    def write(self, file: BinaryIO, content: bytes | memoryview) -> None:
        """Write `content` where `file` stands."""
        file.write(content)

    def finish(self, file: BinaryIO) -> None:
        """Close a file whose content must have reached the disk."""
        try:
            file.flush()
            os.fsync(file.fileno())
        finally:
            file.close()

    def replace(self, name: str, target: str) -> None:
        """Give the file `name` the name `target`, which loses its former file, in one step."""
        (self.directory / name).replace(self.directory / target)

    def delete(self, name: str) -> None:
        """Delete a file; one that another process holds open may stay (on Windows)."""
        try:
            (self.directory / name).unlink(missing_ok=True)
        except PermissionError:
            return

    def sync(self) -> None:
        """Make the names of the folder's files reach the disk."""
        if os.name == "nt":  # Windows has no way to sync a folder
            return
        handle = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def close(self) -> None:
        """Whoosh closes its storages; nothing is open here."""
