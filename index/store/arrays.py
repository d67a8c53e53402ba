"""A file of named, flat, memory-mapped arrays (see FORMAT.md)."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.errors import WhodexError
from index.store.storage import Storage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]

MAGIC = b"WHODEXA4"

# Where the table of the arrays lies: its offset, length and CRC-32, at the very end of the file.
TRAILER = struct.Struct("<QII8s")

# Every array begins at a multiple of this: the width of a cache line.
ALIGNMENT = 64

# Bytes of an array that are in memory at once when its checksum is compared.
VERIFIED_AT_ONCE = 1 << 24

# The types that an array may have, as Python's memoryview and numpy name them.
TYPES: dict[str, Any] = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i4": "i", "f4": "f"}
TYPE_BYTES = {"u1": 1, "u2": 2, "u4": 4, "u8": 8, "i4": 4, "f4": 4}


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What the manifest holds of a file: its name, its length in bytes, a CRC-32."""

    name: str
    length: int
    checksum: int


def smallest_type(largest: int) -> str:
    """Return the narrowest unsigned type that holds `largest`."""
    return next(kind for kind in ("u1", "u2", "u4", "u8") if largest < 256 ** TYPE_BYTES[kind])


class Section:
    """An array of the file under way; it is filled front to back, between other sections."""

    def __init__(self, writer: ArrayWriter, kind: str, offset: int, count: int) -> None:
        self._writer = writer
        self.kind = kind
        self.offset = offset
        self.count = count
        self.filled = 0
        self.checksum = 0

    def append(self, values: Array) -> None:
        """Put the next values into the array."""
        typed: Any = values.astype(f"<{self.kind}", copy=False, order="C")
        content = memoryview(typed).cast("B")
        self._writer.put(self.offset + self.filled * TYPE_BYTES[self.kind], content)
        self.checksum = zlib.crc32(content, self.checksum)
        self.filled += values.size


class ArrayWriter:
    """Writes a file of arrays; it exists once `finish` has returned."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage = storage
        self.name = name
        self._file = storage.create(name)
        self._sections: dict[str, Section] = {}
        self._end = len(MAGIC)
        self._position = 0

    def put(self, offset: int, content: memoryview) -> None:
        """Write bytes at an offset."""
        if content.nbytes == 0:
            return
        if self._position != offset:
            self._file.seek(offset)
        self._storage.write(self._file, content)
        self._position = offset + content.nbytes

    def reserve(self, name: str, kind: str, count: int) -> Section:
        """Make room for an array of `count` values, which must then be appended."""
        start = -(-self._end // ALIGNMENT) * ALIGNMENT
        section = Section(self, kind, start, count)
        self._sections[name] = section
        self._end = start + count * TYPE_BYTES[kind]
        return section

    def add(self, name: str, values: Array, kind: str | None = None) -> None:
        """Write an array; of the narrowest type that holds it, unless `kind` is given."""
        if kind is None:
            kind = smallest_type(int(values.max()) if values.size else 0)
        self.reserve(name, kind, values.size).append(values)

    def finish(self, facts: dict[str, Any]) -> FileEntry:
        """Complete the file, with what else its reader must know; sync and close it."""
        for name, section in self._sections.items():
            if section.filled != section.count:
                raise AssertionError(f"{name}: {section.filled} of {section.count} values")
        table = {
            "facts": facts,
            "arrays": {
                name: [section.kind, section.offset, section.count, section.checksum]
                for name, section in self._sections.items()
            },
        }
        content = json.dumps(table, separators=(",", ":")).encode("ascii")
        checksum = zlib.crc32(content)
        trailer = TRAILER.pack(self._end, len(content), checksum, MAGIC)
        self.put(0, memoryview(MAGIC))
        self.put(self._end, memoryview(content + trailer))
        self._storage.finish(self._file)
        return FileEntry(self.name, self._end + len(content) + len(trailer), checksum)

    def abandon(self) -> None:
        """Close the file as it is; it is of no use."""
        self._file.close()
        self._storage.delete(self.name)


class ArrayFile:
    """Reads a file of arrays.

    Raises WhodexError where the file is not the one that `entry` describes, or not whole.
    """

    def __init__(self, storage: Storage, entry: FileEntry) -> None:
        self.name = entry.name
        self._storage = storage
        try:
            self._file = storage.map(entry.name)
        except ValueError as error:  # an empty file cannot be mapped
            raise self.damaged("it is empty") from error
        self._map = self._file.content
        if self._map.nbytes != entry.length or entry.length < TRAILER.size:
            raise self.damaged(f"it has {self._map.nbytes} bytes, not {entry.length}")
        offset, length, checksum, magic = TRAILER.unpack(self._map[-TRAILER.size :])
        content = bytes(self._map[offset : offset + length])
        if not magic == MAGIC == self._map[: len(MAGIC)]:
            raise self.damaged("it is no file of arrays")
        if checksum != entry.checksum or zlib.crc32(content) != checksum:
            raise self.damaged("its table does not match its checksum")
        table = json.loads(content)
        self.facts: dict[str, Any] = table["facts"]
        self._sections: dict[str, tuple[str, int, int, int]] = table["arrays"]
        for kind, start, count, _ in self._sections.values():
            if kind not in TYPES or not 0 <= start <= start + count * TYPE_BYTES[kind] <= offset:
                raise self.damaged("an array lies outside of it")

    def damaged(self, reason: str) -> WhodexError:
        """Return the error to raise where the file is not what was written."""
        return self._storage.damaged(f"{self.name}: {reason}")

    def __contains__(self, name: str) -> bool:
        return name in self._sections

    def _content(self, name: str) -> memoryview:
        kind, offset, count, _ = self._sections[name]
        return self._map[offset : offset + count * TYPE_BYTES[kind]]

    def view(self, name: str) -> memoryview[Any]:
        """Return an array as Python reads it fastest, value by value."""
        return self._content(name).cast(TYPES[self._sections[name][0]])

    def array(self, name: str) -> Array:
        """Return an array for numpy; it cannot be written to."""
        import numpy as np

        kind, offset, count, _ = self._sections[name]
        return np.frombuffer(self._map, f"<{kind}", count, offset)

    def words(self, name: str) -> Array:
        """Return an array of bytes for numpy as 64-bit words; behind its end, the last has any."""
        import numpy as np

        _, offset, count, _ = self._sections[name]
        return np.frombuffer(self._map, "<u8", -(-count // 8), offset)

    def read(self, name: str, first: int, last: int) -> bytes | memoryview:
        """Return the bytes [first, last) of an array of bytes, and keep no memory for them."""
        offset = self._sections[name][1]
        return self._file.read(offset + first, offset + last)

    def release(self) -> None:
        """Let go of the memory of what was read; it is read again where it is needed."""
        self._file.release()

    def verify(self) -> None:
        """Read all arrays; raise WhodexError where one does not match its checksum."""
        for name, (_, _, _, expected) in self._sections.items():
            content, checksum = self._content(name), 0
            for first in range(0, content.nbytes, VERIFIED_AT_ONCE):
                checksum = zlib.crc32(content[first : first + VERIFIED_AT_ONCE], checksum)
                self.release()
            if checksum != expected:
                raise self.damaged(f"{name} does not match its checksum")


def concatenate(parts: list[np.ndarray[Any, Any]], kind: str) -> Array:
    """Return the parts as one array of a type; also where there are none."""
    import numpy as np

    return np.concatenate(parts).astype(f"<{kind}", copy=False) if parts else np.empty(0, kind)
