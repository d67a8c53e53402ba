"""A stretch of words that may be a name, as the taggers and the lists propose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SpanKind = Literal["person", "company", "other"]


@dataclass(frozen=True, slots=True)
class Span:
    """The words `[start, end)` and how likely they name a person and a company (0-1 each)."""

    start: int
    end: int
    person: float
    company: float

    @property
    def kind(self) -> SpanKind:
        """Return the likeliest kind."""
        if max(self.person, self.company) < 1 - self.person - self.company:
            return "other"
        return "person" if self.person >= self.company else "company"
