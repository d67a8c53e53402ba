"""A merge beside the writing: documents are added and removed while it is under way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.store import merging
from index.store.segment import Segment
from index.store.storage import Storage


class BackgroundMerge:
    """Merges `segments`, as they are now, in a thread; numpy lets others work meanwhile.

    Nobody but the thread uses the files as it has opened them, and none of them changes.
    """

    def __init__(self, storage: Storage, name: str, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self._storage = storage
        self._sources = [
            Segment(storage, segment.entry, bytes(segment.deleted or b"") or None)
            for segment in segments
        ]
        self._parts = merging.parts_of(self._sources)
        self._stop = threading.Event()
        with_one_thread = ThreadPoolExecutor(1, "merge")
        self._merged = with_one_thread.submit(
            merging.merge, storage, name, self._sources, stop=self._stop
        )
        with_one_thread.shutdown(wait=False)

    @property
    def done(self) -> bool:
        """Whether `take` would not have to wait."""
        return self._merged.done()

    def take(self) -> Segment:
        """Wait for the merged segment; what was deleted meanwhile is deleted in it.

        Raises what has ended the merge, where it failed.
        """
        merged = Segment(self._storage, self._merged.result())
        for part, segment in zip(self._parts, self.segments, strict=True):
            if segment.live is not None:
                gone = ~segment.live if part.live is None else part.live & ~segment.live
                for document in part.numbers[np.flatnonzero(gone)].tolist():
                    merged.delete(document)
        return merged

    def cancel(self) -> None:
        """Give it up, and wait until nothing of it is left."""
        self._stop.set()
        self._merged.exception()
