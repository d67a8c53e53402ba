"""The folder that holds an index: make it, open it, read what it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import WhodexError
from index.store.schema import KEY_SEPARATOR, make_schema

if TYPE_CHECKING:
    from whoosh.index import Index

FORMAT_VERSION = 1
MANIFEST = "whodex.json"


def is_index(directory: Path) -> bool:
    """Say whether `directory` holds a whodex index."""
    return (directory / MANIFEST).is_file()


def create(directory: Path) -> Index:
    """Make an empty index in `directory`, which is made where it is missing.

    Raises WhodexError where the folder cannot be written, or holds files of something else.
    """
    from whoosh.index import create_in

    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise WhodexError(
                f"{directory} holds other files, and no whodex index.",
                hint="Name an empty or a new folder with --index DIR.",
            )
        created = create_in(str(directory), make_schema())
        manifest = json.dumps({"format": FORMAT_VERSION})
        (directory / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
    except OSError as error:
        raise WhodexError(f"Cannot make an index in {directory}: {error.strerror}.") from error
    return created


def open_directory(directory: Path) -> Index:
    """Open the index in `directory`.

    Raises WhodexError where there is none, or one of a format that this version does not read.
    """
    from whoosh.index import open_dir

    if not is_index(directory):
        raise WhodexError(
            f"There is no whodex index in {directory}.",
            hint="Make one with: whodex index PAGES...",
        )
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        version = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WhodexError(
            f"The index in {directory} is damaged: {MANIFEST} cannot be read.",
            hint="Delete the folder and index the pages again.",
        ) from error
    if version != FORMAT_VERSION:
        raise WhodexError(
            f"The index in {directory} has format {version}; this whodex reads {FORMAT_VERSION}.",
            hint="Index the pages again into a new folder, or use the whodex that made it.",
        )
    return open_dir(str(directory))


def sources(opened: Index) -> dict[str, str]:
    """Return the fingerprint of every file that has documents in the index, by path."""
    with opened.reader() as reader:
        keys = (key.decode("utf-8") for key in reader.lexicon("source"))
        live = (key for key in keys if reader.doc_frequency("source", key))
        return dict(key.rsplit(KEY_SEPARATOR, 1) for key in live)
