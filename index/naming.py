"""One name for one person or company in all documents of an index.

Documents are resolved each on its own; what their names are changed to, seen together, is kept
beside the index and applied when it is read, so that a new page never rewrites an old one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import WhodexError
from index.records import KINDS, Kind
from index.store.manifest import NEW_SUFFIX, write_checked
from index.store.storage import Storage

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

FILE = "names.json"
VERSION = 1

Identity = tuple[Kind, str]
"""A kind and a name."""


def unify(folder: Path, reader: IndexReader) -> None:
    """Compare all names of an index, and keep what they are to be changed to."""
    from index.entities.canonical import Tally, unify

    tallies = (
        Tally(kind, name.decode("utf-8"), count)
        for kind in KINDS
        for name in reader.lexicon(kind)
        if (count := reader.doc_frequency(kind, name.decode("utf-8")))
    )
    changes = [[*old, *new] for old, new in sorted(unify(tallies).items())]
    record = {"version": VERSION, "changes": changes}
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    storage = Storage(folder)
    write_checked(storage, FILE + NEW_SUFFIX, text.encode("utf-8"))
    storage.replace(FILE + NEW_SUFFIX, FILE)
    storage.sync()


def load(folder: Path) -> dict[Identity, Identity]:
    """Return what names are changed to, by kind and name; names that stay are left out.

    Raises WhodexError where the file is damaged.
    """
    try:
        record = json.loads((folder / FILE).read_bytes())
        changes = {(old_kind, old): (kind, new) for old_kind, old, kind, new in record["changes"]}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WhodexError(
            f"The index in {folder} is damaged: {FILE} cannot be read.",
            hint=f"Delete {FILE}, and index the pages again.",
        ) from error
    return changes
