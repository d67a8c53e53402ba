"""From the tokens of documents to the postings of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index.store.arrays import ArrayWriter, smallest_type
from index.store.postings import (
    FieldWriter,
    batches,
    expand,
    flagged,
    rising,
    starts_of,
    write_values,
)
from index.store.schema import FACETS
from index.store.segment import pick
from index.store.terms import encode

if TYPE_CHECKING:
    from index.store.segment import Array


@dataclass(frozen=True, slots=True)
class _Run:
    """The postings of some documents: of each of `terms` in turn, with the positions of each."""

    terms: Array
    frequencies: Array
    occurrences: Array
    docs: Array
    counts: Array
    positions: Array | None


class Tokens:
    """The postings of a field, which come in runs of some documents each.

    Working on a run at a time, numpy stays in the processor's cache, and in memory it has.
    """

    def __init__(self) -> None:
        self.count = 0
        self._documents = 0
        self._runs: list[_Run] = []

    def add(self, numbers: Array, lengths: Array, positions: Array | None = None) -> None:
        """Add the tokens of some documents, `lengths` of each, in the order of positions."""
        first = self._documents
        self._documents += lengths.size
        if not numbers.size:
            return
        self.count += numbers.size
        docs = np.repeat(np.arange(first, self._documents, dtype=np.uint32), lengths)
        order, terms = rising(numbers)
        docs = pick(docs, order)
        new_term = terms[1:] != terms[:-1]
        starts = flagged(new_term | (docs[1:] != docs[:-1]))
        tokens = flagged(new_term)
        postings = np.searchsorted(starts, tokens)
        self._runs.append(
            _Run(
                terms[tokens].astype(np.uint32),
                np.diff(postings, append=starts.size),
                np.diff(tokens, append=terms.size),
                docs[starts],
                narrow(np.diff(starts, append=terms.size)),
                None if positions is None else narrow(pick(positions, order)),
            )
        )

    def write(
        self,
        writer: ArrayWriter,
        name: str,
        known: Sequence[str] | Sequence[bytes],
        documents: int,
        lengths: Array | None = None,
    ) -> FieldWriter | None:
        """Write the postings of a field; return None where there are none.

        `known` are the terms that the numbers stand for; as strings they have the same order as
        in UTF-8. The tokens are gone afterwards.
        """
        if not self._runs:
            return None
        runs, self._runs = self._runs, []
        frequencies = np.zeros(len(known), np.int64)
        occurrences = np.zeros(len(known), np.int64)
        for run in runs:
            frequencies[run.terms] += run.frequencies
            occurrences[run.terms] += run.occurrences
        used = sorted(np.flatnonzero(frequencies).tolist(), key=known.__getitem__)
        frequencies, occurrences = frequencies[used], occurrences[used]
        starts, places = starts_of(frequencies), starts_of(occurrences)
        rank = np.zeros(len(known), np.int64)
        rank[used] = np.arange(len(used))
        with_positions = runs[0].positions is not None
        docs = np.empty(starts[-1], np.uint32)
        counts = np.empty(starts[-1], np.result_type(*(run.counts for run in runs)))
        positions = None
        if with_positions:
            kind = np.result_type(*(run.positions for run in runs if run.positions is not None))
            positions = np.empty(places[-1], kind)
        next_posting, next_place = starts[:-1].copy(), places[:-1].copy()
        for run in runs:
            own = rank[run.terms]
            at = expand(next_posting[own], run.frequencies)
            next_posting[own] += run.frequencies
            docs[at] = run.docs
            counts[at] = run.counts
            if positions is not None and run.positions is not None:
                positions[expand(next_place[own], run.occurrences)] = run.positions
                next_place[own] += run.occurrences
        del runs
        field = FieldWriter(
            writer,
            name,
            _encoded([known[number] for number in used]),
            frequencies,
            documents=documents,
            counted=bool(counts.max() > 1),
            positions=occurrences if with_positions else None,
            largest_position=0 if positions is None else int(positions.max()),
            lengths=lengths,
        )
        for first, last in batches(frequencies):
            stretch = slice(starts[first], starts[last])
            place = None if positions is None else positions[places[first] : places[last]]
            field.append(first, last, docs[stretch], counts[stretch], place)
        field.finish()
        if name in FACETS:
            write_values(
                writer, name, np.repeat(np.arange(len(used)), frequencies), docs, documents
            )
        return field


def _encoded(terms: list[Any]) -> list[bytes]:
    return terms if isinstance(terms[0], bytes) else [encode(term) for term in terms]


def narrow(values: Array) -> Array:
    """Return numbers in the narrowest type that holds them."""
    return values.astype(smallest_type(int(values.max())))
