"""Many segments into one, array by array; deleted documents are left out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from index.store.arrays import ArrayWriter, FileEntry
from index.store.postings import FieldWriter, JoinedTerms, batches, expand, rising, write_values
from index.store.schema import FACETS
from index.store.segment import Field, Segment
from index.store.storage import Storage

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# A segment is left alone as long as it is so many times larger than all smaller ones together:
# then there are few segments, and a document is rewritten seldom (its number of times grows
# with the logarithm of the index's size).
SIZE_RATIO = 4

# So many segments of about one size are merged while others are still written (as in Lucene).
MERGED_AT_ONCE = 8

# Terms of the field that has most of them that are merged in one step, to keep memory bounded.
TERMS_AT_ONCE = 1 << 14

# A segment with a larger share of deleted documents is rewritten without them.
DELETED_SHARE = 0.25


def choose(segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments that should be merged into one; none where all is well."""
    growing = sorted(segments, key=lambda segment: segment.live_count)
    smaller = cut = 0
    for place, segment in enumerate(growing, 1):
        if segment.live_count < SIZE_RATIO * smaller:
            cut = place
        smaller += segment.live_count
    chosen = growing[:cut]
    wasteful = [s for s in segments if s.deleted_count > DELETED_SHARE * s.documents]
    return [segment for segment in segments if segment in chosen or segment in wasteful]


def due(segments: Sequence[Segment]) -> list[Segment]:
    """Return the smallest segments of about one size, if there are enough to merge by now.

    While documents are added, each is so rewritten once for every MERGED_AT_ONCE-fold growth.
    """
    tiers = defaultdict(list)
    for segment in segments:
        if segment.live_count:
            tiers[int(math.log(segment.live_count, MERGED_AT_ONCE))].append(segment)
    full = [tier for tier, members in tiers.items() if len(members) >= MERGED_AT_ONCE]
    return tiers[min(full)] if full else []


class Stopped(Exception):  # noqa: N818 - not an error
    """A merge was told to stop, and has left nothing behind."""


def merge(
    storage: Storage, name: str, segments: Sequence[Segment], *, stop: Event | None = None
) -> FileEntry:
    """Write the documents of `segments`, in their order, as one segment.

    Raises Stopped where `stop` is set before it is done, and WhodexError where a segment is
    damaged: checksums of what it had become would hide it.
    """
    stop = stop or Event()
    for segment in segments:
        _check(stop)
        segment.file.verify()
    parts = parts_of(segments)
    writer = ArrayWriter(storage, name)
    try:
        return _merge(writer, parts, stop)
    except BaseException:
        writer.abandon()
        raise


@dataclass(frozen=True, slots=True)
class Part:
    """A segment on its way into the merged one: `numbers` are its live documents' new ones."""

    segment: Segment
    live: Mask | None
    numbers: Array
    documents: int

    def kept(self, values: Array) -> Array:
        """Return those of the documents' values that stay."""
        return values if self.live is None else values[self.live]


def parts_of(segments: Sequence[Segment]) -> list[Part]:
    """Return the segments with the numbers of their documents when they follow one another."""
    parts, documents = [], 0
    for segment in segments:
        live = segment.live
        numbers = np.arange(segment.documents) if live is None else np.cumsum(live) - 1
        parts.append(Part(segment, live, numbers + documents, segment.live_count))
        documents += segment.live_count
    return parts


@dataclass(frozen=True, slots=True)
class _Source:
    """A field of a part: `terms` has the merged number of each of its terms, in rising order."""

    part: Part
    field: Field
    terms: Array

    def live(self, first: int, last: int) -> Mask | None:
        """Say which postings of its own terms [first, last) stay; None if all do."""
        live = self.part.live
        return None if live is None else live[self.field.docs_between(first, last)]

    def frequencies(self) -> tuple[Array, Array | None]:
        """Return of each term in how many documents it stays, and at how many positions."""
        frequencies = np.diff(self.field.starts())
        positions = np.diff(self.field.position_starts()) if self.field.has_positions else None
        if self.part.live is None:
            return frequencies, positions
        kept, kept_positions = np.zeros_like(frequencies), np.zeros_like(frequencies)
        for first, last in batches(frequencies):
            live = self.part.live[self.field.docs_between(first, last)]
            counts = self.field.counts_between(first, last)
            cuts = self.field.starts()[first:last] - self.field.start(first)
            kept[first:last] = np.add.reduceat(live, cuts, dtype=np.int64)
            kept_positions[first:last] = np.add.reduceat(counts * live, cuts, dtype=np.int64)
        return kept, kept_positions if self.field.has_positions else None

    def postings(self, first: int, last: int) -> tuple[Array, Array, Array, Array]:
        """Return terms, documents, counts and positions for the merged terms [first, last)."""
        low, high = np.searchsorted(self.terms, (first, last)).tolist()
        frequencies = np.diff(self.field.starts()[low : high + 1])
        terms = np.repeat(self.terms[low:high], frequencies)
        docs = self.field.docs_between(low, high)
        counts = self.field.counts_between(low, high)
        positions = np.empty(0, np.uint8)
        if self.field.has_positions:
            positions = self.field.positions_between(low, high)
        live = self.live(low, high)
        if live is not None:
            if self.field.has_positions:
                positions = positions[np.repeat(live, counts)]
            terms, docs, counts = terms[live], docs[live], counts[live]
        return terms, self.part.numbers[docs], counts, positions


def _merge(writer: ArrayWriter, parts: list[Part], stop: Event) -> FileEntry:
    documents = sum(part.documents for part in parts)
    names = list(dict.fromkeys(name for part in parts for name in part.segment.names))
    lengths, means = {}, {}
    for name in names:
        field = _merge_field(writer, name, parts, documents, stop)
        if field is not None and field.scorable:
            lengths[name], means[name] = field.total_length, field.mean_length
    for name in parts[0].segment.columns:
        values = [part.kept(part.segment.column(name)) for part in parts]
        writer.add(f"{name}.column", np.concatenate(values), "i4")
    hashes = [part.kept(part.segment.unique_hashes) for part in parts]
    writer.add("unique", np.concatenate(hashes), "u4")
    _merge_stored(writer, parts, stop)
    return writer.finish(
        {
            "documents": documents,
            "fields": names,
            "columns": parts[0].segment.columns,
            "lengths": lengths,
            "bound_lengths": means,
        }
    )


def _merge_stored(writer: ArrayWriter, parts: list[Part], stop: Event) -> None:
    sizes = [part.kept(np.diff(part.segment.stored_starts())) for part in parts]
    starts = np.concatenate(([0], np.cumsum(np.concatenate(sizes), dtype=np.int64)))
    writer.add("stored_starts", starts)
    stored = writer.reserve("stored", "u1", int(starts[-1]))
    for part in parts:
        live = np.ones(part.segment.documents, np.bool_) if part.live is None else part.live
        edges = np.flatnonzero(np.diff(live.astype(np.int8), prepend=0, append=0))
        for first, last in edges.reshape(-1, 2).tolist():
            _check(stop)
            content = part.segment.stored_bytes(first, last)
            stored.append(np.frombuffer(content, np.uint8))
        part.segment.file.release()


def _check(stop: Event) -> None:
    if stop.is_set():
        raise Stopped


def _merge_field(
    writer: ArrayWriter, name: str, parts: list[Part], documents: int, stop: Event
) -> FieldWriter | None:
    """Write a field; return None where none of the documents has it."""
    having = [part for part in parts if name in part.segment]
    fields = [part.segment.field(name) for part in having]
    if not fields:
        return None
    joined, numbers = _merge_terms(fields)
    sources = [_Source(*source) for source in zip(having, fields, numbers, strict=True)]
    frequencies = np.zeros(len(joined), np.int64)
    positions = np.zeros(len(joined), np.int64)
    for source in sources:
        kept, kept_positions = source.frequencies()
        frequencies[source.terms] += kept
        if kept_positions is not None:
            positions[source.terms] += kept_positions
    used = frequencies > 0
    if not used.any():
        return None
    # A term that is gone takes the number of the one before it: it has no posting to show for it.
    renumbered = np.cumsum(used) - 1
    sources = [_Source(s.part, s.field, renumbered[s.terms]) for s in sources]
    joined = joined.kept(used)
    frequencies, positions = frequencies[used], positions[used]

    scorable = any(field.scorable for field in fields)
    merged = FieldWriter(
        writer,
        name,
        joined,
        frequencies,
        documents=documents,
        counted=any(field.counted for field in fields),
        positions=positions if fields[0].has_positions else None,
        largest_position=max(field.largest_position for field in fields),
        lengths=_lengths(name, parts) if scorable else None,
    )
    kept_docs = []
    for first, last in batches(positions if fields[0].has_positions else frequencies):
        _check(stop)
        postings = [source.postings(first, last) for source in sources]
        docs, counts, places = _gather(postings, one_term=last - first == 1)
        merged.append(first, last, docs, counts, places)
        for part in parts:
            part.segment.file.release()
        if name in FACETS:
            kept_docs.append(docs)
    merged.finish()
    if name in FACETS:
        terms = np.repeat(np.arange(len(joined)), frequencies)
        write_values(writer, name, terms, np.concatenate(kept_docs), documents)
    return merged


def _merge_terms(fields: list[Field]) -> tuple[JoinedTerms, list[Array]]:
    """Return the terms of all fields, sorted, and the numbers of those of each field."""
    all_terms = [field.terms for field in fields]
    numbers = [np.empty(len(terms), np.int64) for terms in all_terms]
    largest = max(all_terms, key=len)
    joined = []
    done, count = [0] * len(fields), 0
    for cut in range(TERMS_AT_ONCE, len(largest) + TERMS_AT_ONCE, TERMS_AT_ONCE):
        first = largest[cut] if cut < len(largest) else None
        ends = [len(terms) if first is None else terms.lower_bound(first) for terms in all_terms]
        own = [terms.between(*ends) for terms, *ends in zip(all_terms, done, ends, strict=True)]
        merged = dict.fromkeys(sorted(chain.from_iterable(own)))
        number = dict(zip(merged, range(count, count + len(merged)), strict=True))
        for place, terms in enumerate(own):
            found = np.fromiter(map(number.__getitem__, terms), np.int64, len(terms))
            numbers[place][done[place] : ends[place]] = found
        joined.append(JoinedTerms.of(merged))
        done, count = ends, count + len(merged)
    text = b"".join([terms.text for terms in joined])
    return JoinedTerms(text, np.concatenate([terms.lengths for terms in joined])), numbers


def _lengths(name: str, parts: list[Part]) -> Array:
    return np.concatenate(
        [
            part.kept(part.segment.field(name).lengths)
            if name in part.segment
            else np.zeros(part.documents, np.uint8)
            for part in parts
        ]
    )


def _gather(
    postings: list[tuple[Array, Array, Array, Array]], *, one_term: bool
) -> tuple[Array, Array, Array]:
    """Return the postings of several sources in the order of terms, then of sources."""
    if len(postings) == 1:
        return postings[0][1:]
    terms, docs, counts, positions = (
        np.concatenate(column) for column in zip(*postings, strict=True)
    )
    if one_term:  # it can have as many positions as memory would not hold twice
        return docs, counts, positions
    order, _ = rising(terms)
    if positions.size:
        ends = np.cumsum(counts, dtype=np.int64)
        positions = positions[expand((ends - counts)[order], counts[order])]
    return docs[order], counts[order], positions
