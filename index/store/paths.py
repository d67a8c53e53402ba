"""How an index names the files that its documents come from."""

from __future__ import annotations

import os
from pathlib import Path


def canonical(path: Path) -> Path:
    """Return the one way to write a path: absolute, without links on the way to it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - pathlib leaves `..` in
    if os.path.isdir(absolute):  # noqa: PTH112 - pathlib raises where it may not look
        return Path(os.path.realpath(absolute))
    return Path(os.path.realpath(absolute.parent)) / absolute.name


def is_gone(path: Path) -> bool:
    """Say whether there is nothing at a path; where one may not look for now, there may be."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def stored_path(path: Path, folder: Path) -> str:
    """Return how the index in `folder` names a file: relative to its parent where it lies below.

    So an index can be moved together with its pages.
    """
    try:
        return path.relative_to(folder.parent).as_posix()
    except ValueError:
        return str(path)


def located_path(stored: str, folder: Path) -> Path:
    """Return where the file lies that the index in `folder` names `stored`."""
    return folder.absolute().parent / stored
