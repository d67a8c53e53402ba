"""What ranking is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from search.record import Record

Sort = Literal["relevance", "newest", "oldest"]

# Facets that are made from the day of publication, and numpy's unit of each.
PERIODS = {"month": "M", "year": "Y"}


class Ranking(Record):
    """The documents of one page of an answer, the best first, and the number of all that match."""

    documents: Sequence[int]
    scores: Sequence[float]
    total: int
