"""One name for one person or company in all documents of an index.

Documents are resolved each on its own; what their names are changed to, seen together, is kept
beside the index and applied when it is read, so that a new page never rewrites an old one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from index.records import KINDS, Kind
from index.store.manifest import NAMES

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

    from index.store.directory import ArrayIndex

VERSION = 1

Identity = tuple[Kind, str]
"""A kind and a name."""


def unified(reader: IndexReader) -> bytes:
    """Compare all names of an index, and return what `load` reads of what they are changed to."""
    from index.entities.canonical import Tally, unify

    tallies = (
        Tally(kind, name.decode("utf-8"), count)
        for kind in KINDS
        for name in reader.lexicon(kind)
        if (count := reader.doc_frequency(kind, name.decode("utf-8")))
    )
    changes = [[*old, *new] for old, new in sorted(unify(tallies).items())]
    record = {"version": VERSION, "changes": changes}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def load(opened: ArrayIndex) -> dict[Identity, Identity]:
    """Return what names are changed to, by kind and name; names that stay are left out.

    Raises WhodexError where the file is damaged.
    """
    content = opened.kept(NAMES)
    changes = json.loads(content)["changes"] if content is not None else ()
    return {(old_kind, old): (kind, new) for old_kind, old, kind, new in changes}
