"""The taggers: each proposes the stretches of words that may be names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from index.entities import lexicon
from index.entities.companies import Listed
from index.entities.labels import BEGIN, INSIDE, KINDS, OUTSIDE
from index.entities.plugins import PLUGINS
from index.entities.spans import Span
from index.errors import WhodexError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.entities.network import Network

OWN = ("fast", "accurate")
"""The taggers that come with whodex."""

_WINDOW = 20_000
"""Words looked at together, which bounds the memory."""


class Tagger(Protocol):
    """Finds names in words; a line end is the word `tokens.LINE_BREAK`."""

    def tag(self, words: Sequence[str], listed: Sequence[Listed]) -> list[Span]:
        """Return spans in reading order, none overlapping; `listed` are the known companies."""
        ...


class NetworkTagger:
    """A tagger of our own: the network's probabilities, read as spans."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def tag(self, words: Sequence[str], listed: Sequence[Listed]) -> list[Span]:
        """Return the stretches whose words are likelier part of a name than not."""
        spans: list[Span] = []
        for first in range(0, len(words), _WINDOW):  # nearly every document is one window
            window = words[first : first + _WINDOW]
            known = [
                Listed(match.start - first, match.end - first, match.spelling, match.doubtful)
                for match in listed
                if first <= match.start and match.end <= first + len(window)
            ]
            spans += [
                Span(span.start + first, span.end + first, span.person, span.company)
                for span in spans_of(self._network.probabilities(window, known))
            ]
        return spans


def spans_of(probabilities: NDArray[np.float32]) -> list[Span]:
    """Read label probabilities, shape (words, labels), as spans.

    A name begins where a beginning, of any kind, is likelier than going on, or where a company
    turns into its product; its probabilities are the means over its words.
    """
    import numpy as np

    places = np.flatnonzero(probabilities[:, OUTSIDE] < 1)
    rows = probabilities[places]
    begin = rows[:, [BEGIN[kind] for kind in KINDS]]
    kinds = begin + rows[:, [INSIDE[kind] for kind in KINDS]]
    named = np.flatnonzero(kinds.sum(1) > rows[:, OUTSIDE])
    if not len(named):
        return []
    places, begin, kinds = places[named], begin[named], kinds[named]
    best = kinds.argmax(1)
    begins = begin.sum(1) * 2 > kinds.sum(1)
    begins[0] = True
    not_people = best != KINDS.index("person")
    differ = (best[1:] != best[:-1]) & not_people[1:] & not_people[:-1]
    begins[1:] |= differ | (np.diff(places) > 1)
    firsts = np.flatnonzero(begins)
    counts = np.diff(np.append(firsts, len(places)))
    means = np.add.reduceat(kinds[:, :2].astype(float), firsts) / counts[:, None]
    starts = places[firsts]
    return [
        Span(start, end, person, company)
        for start, end, (person, company) in zip(
            starts.tolist(), (starts + counts).tolist(), means.tolist(), strict=True
        )
    ]


@cache
def load(name: str) -> Tagger:
    """Return a tagger, loaded once per process; raises WhodexError where there is none."""
    import numpy as np

    from index.entities.network import Network

    if name in OWN:
        with (files("index.entities") / f"{name}.npz").open("rb") as file, np.load(file) as arrays:
            return NetworkTagger(Network(dict(arrays), lexicon.load()))
    family, _, model = name.partition(":")
    if family in PLUGINS and model:
        return PLUGINS[family](model)
    known = [*OWN, *(f"{family}:MODEL" for family in PLUGINS)]
    raise WhodexError(f"There is no tagger {name!r}.", hint=f"Try one of: {', '.join(known)}.")
