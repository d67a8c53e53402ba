"""From the tokens of documents to the postings of terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from index.store.arrays import ArrayWriter, smallest_type
from index.store.postings import (
    FieldWriter,
    JoinedTerms,
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
    """The postings of some documents: of each of `terms` in turn, with the positions of each.

    Its documents are counted from `first`. All arrays are as narrow as can be.
    """

    first: int
    terms: Array
    frequencies: Array
    occurrences: Array
    docs: Array
    counts: Array
    positions: Array | None

    @property
    def nbytes(self) -> int:
        """The bytes that it takes."""
        arrays = (self.terms, self.frequencies, self.occurrences, self.docs, self.counts)
        positions = 0 if self.positions is None else self.positions.nbytes
        return sum(values.nbytes for values in arrays) + positions

    def ranked(self, rank: Array) -> _Run:
        """Return it in the order of the terms' ranks, which take the place of their numbers."""
        order, ranks = rising(pick(rank, self.terms))
        frequencies, occurrences = self.frequencies[order], self.occurrences[order]
        postings = expand(starts_of(self.frequencies)[order], frequencies)
        positions = self.positions
        if positions is not None:
            positions = pick(positions, expand(starts_of(self.occurrences)[order], occurrences))
        return _Run(
            self.first,
            narrow(ranks),
            frequencies,
            occurrences,
            pick(self.docs, postings),
            pick(self.counts, postings),
            positions,
        )


class Tokens:
    """The postings of a field, which come in runs of some documents each.

    Working on a run at a time, numpy stays in the processor's cache, and in memory it has.
    """

    def __init__(self) -> None:
        self.nbytes = 0
        self._documents = 0
        self._runs: list[_Run] = []

    def add(self, numbers: Array, lengths: Array, positions: Array | None = None) -> None:
        """Add the tokens of some documents, `lengths` of each, in the order of positions."""
        first = self._documents
        self._documents += lengths.size
        if not numbers.size:
            return
        docs = np.repeat(np.arange(lengths.size, dtype=smallest_type(lengths.size)), lengths)
        order, terms = rising(numbers)
        docs = pick(docs, order)
        new_term = terms[1:] != terms[:-1]
        starts = flagged(new_term | (docs[1:] != docs[:-1]))
        tokens = flagged(new_term)
        postings = np.searchsorted(starts, tokens)
        run = _Run(
            first,
            narrow(terms[tokens]),
            narrow(np.diff(postings, append=starts.size)),
            narrow(np.diff(tokens, append=terms.size)),
            docs[starts],
            narrow(np.diff(starts, append=terms.size)),
            None if positions is None else narrow(pick(positions, order)),
        )
        self._runs.append(run)
        self.nbytes += run.nbytes

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
        rank = np.zeros(len(known), np.int64)
        rank[used] = np.arange(len(used))
        for place, run in enumerate(runs):
            runs[place] = run.ranked(rank)
        positions = [run.positions for run in runs if run.positions is not None]
        field = FieldWriter(
            writer,
            name,
            JoinedTerms.of(_encoded([known[number] for number in used])),
            frequencies,
            documents=documents,
            counted=any(run.counts.max() > 1 for run in runs),
            positions=occurrences if positions else None,
            largest_position=max((int(places.max()) for places in positions), default=0),
            lengths=lengths,
        )
        kept_docs = []
        for first, last, docs, counts, places in _merged(runs, frequencies, occurrences):
            field.append(first, last, docs, counts, places)
            if name in FACETS:
                kept_docs.append(docs)
        field.finish()
        if name in FACETS:
            terms = np.repeat(np.arange(len(used)), frequencies)
            write_values(writer, name, terms, np.concatenate(kept_docs), documents)
        return field


def _merged(
    runs: list[_Run], frequencies: Array, occurrences: Array
) -> Iterator[tuple[int, int, Array, Array, Array | None]]:
    """Yield the postings of ranked runs together, some terms [first, last) after the others."""
    stretches = batches(frequencies)
    edges = [0, *(last for _, last in stretches)]
    cuts = []
    for run in runs:
        terms = np.searchsorted(run.terms, edges)
        postings, places = starts_of(run.frequencies)[terms], starts_of(run.occurrences)[terms]
        cuts.append([list(pairwise(own.tolist())) for own in (terms, postings, places)])
    with_positions = runs[0].positions is not None
    for number, (first, last) in enumerate(stretches):
        starts, places = starts_of(frequencies[first:last]), starts_of(occurrences[first:last])
        docs, counts = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.uint32)
        positions = np.empty(places[-1], np.uint32) if with_positions else None
        for run, cut in zip(runs, cuts, strict=True):
            own, posting, place = (slice(*edges[number]) for edges in cut)
            terms = run.terms[own].astype(np.int64) - first
            at = expand(starts[terms], run.frequencies[own])
            starts[terms] += run.frequencies[own]
            docs[at] = run.docs[posting] + np.uint32(run.first)
            counts[at] = run.counts[posting]
            if positions is not None and run.positions is not None:
                at = expand(places[terms], run.occurrences[own])
                places[terms] += run.occurrences[own]
                positions[at] = run.positions[place]
        yield first, last, docs, counts, positions


def _encoded(terms: list[Any]) -> list[bytes]:
    return terms if isinstance(terms[0], bytes) else [encode(term) for term in terms]


def narrow(values: Array) -> Array:
    """Return numbers in the narrowest type that holds them."""
    return values.astype(smallest_type(int(values.max())))
