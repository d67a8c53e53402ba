"""How many of the matching documents have each value of a field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.store.segment import pick
from index.store.terms import decode
from search.collection import Part
from search.matching import matching_docs, restriction
from search.pruning import limit_best
from search.ranking import PERIODS, under_other_filters

if TYPE_CHECKING:
    from whoosh.query import Query as Tree

    from index.store.segment import Array

# numpy counts days from 1970-01-01, which is this day when counted from 0001-01-01.
EPOCH = 719_163


def count(
    parts: Sequence[Part],
    tree: Tree,
    filters: Mapping[str, Tree],
    fields: Sequence[str],
    limit: int | None,
) -> dict[str, list[tuple[str, int]]]:
    """Return what `evaluator.count` does."""

    def matching(trees: Sequence[Tree]) -> list[Array]:
        return [matching_docs(part, tree, restriction(part, trees)) for part in parts]

    counted = {}
    for field, found in under_other_filters(fields, filters, matching):
        pairs = list(zip(parts, found, strict=True))
        counts = _periods(pairs, field) if field in PERIODS else _values(pairs, field, limit)
        counted[field] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return counted


def _periods(parts: list[tuple[Part, Array]], field: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part, docs in parts:
        days = part.segment.column("published")[docs]
        dated = (days[days != 0] - EPOCH).astype("datetime64[D]")
        periods, numbers = np.unique(
            dated.astype(f"datetime64[{PERIODS[field]}]"), return_counts=True
        )
        counts.update(dict(zip(periods.astype(str).tolist(), numbers.tolist(), strict=True)))
    return counts


def _values(parts: list[tuple[Part, Array]], field: str, limit: int | None) -> Counter[str]:
    """Count each segment's values; with one segment, only the best need become text."""
    having = [(part, docs) for part, docs in parts if part.field(field) is not None]
    counts: Counter[str] = Counter()
    for part, docs in having:
        terms = part.segment.field(field).terms
        numbers = _count(part, field, docs, len(terms))
        few = limit is not None and len(having) == 1
        least = limit_best(numbers, limit or 0) if few else 0
        present = (numbers >= max(least, 1)).nonzero()[0]
        found = zip(present.tolist(), numbers[present].tolist(), strict=True)
        counts.update({decode(terms[number]): times for number, times in found})
    return counts


def _count(part: Part, field: str, docs: Array, terms: int) -> Array:
    """Return in how many of the documents each of a field's terms is."""
    values, starts = part.segment.values(field)
    if docs.size == part.documents:
        return np.bincount(values, minlength=terms)
    places, sizes = pick(starts, docs), pick(starts, docs + 1)
    sizes -= places
    places -= sizes.cumsum(dtype=sizes.dtype)
    places += sizes
    places = places.repeat(sizes)
    places += np.arange(places.size, dtype=places.dtype)
    return np.bincount(pick(values, places), minlength=terms)
