"""Documents in, a commit out."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.errors import WhodexError
from index.records import Document
from index.store.directory import create, is_index, open_directory
from index.store.schema import KEY_SEPARATOR, to_fields

if TYPE_CHECKING:
    from whoosh.index import Index

# Bytes that a writer may hold before it flushes to disk.
DEFAULT_MEMORY = 256 * 2**20


class Writer:
    """Adds and removes documents; they can be found after the `with` block, all or none.

    An index is made where `directory` holds none. Raises WhodexError where another process is
    writing, or where the folder cannot hold an index.
    """

    def __init__(self, directory: Path, *, memory: int = DEFAULT_MEMORY) -> None:
        from whoosh.index import LockError

        self.index: Index = open_directory(directory) if is_index(directory) else create(directory)
        try:
            self._writer = self.index.writer(limitmb=memory // 2**20)
        except LockError as error:
            raise WhodexError(
                f"Another process is writing to the index in {directory}.",
                hint="Wait until it has finished, then try again.",
            ) from error

    def add(self, document: Document) -> None:
        """Add a document, in the place of the one with the same id."""
        self._writer.update_document(**to_fields(document))

    def remove(self, path: str) -> int:
        """Remove all documents that came from the file at `path`, and return their number."""
        from whoosh.query import Prefix

        return int(self._writer.delete_by_query(Prefix("source", path + KEY_SEPARATOR)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._writer.commit()
        else:
            self._writer.cancel()
