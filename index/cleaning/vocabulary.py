"""What words, and names of elements, tell of a block: one learned weight a token."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.cleaning.outline import Block, Element

# Words of a block that are looked at: boilerplate is short, and prose shows itself soon.
MOST_WORDS = 16
# A line of so many words or fewer is a token as a whole, too.
SHORT_LINE = 5

# Names whose scores are remembered: sites repeat theirs on each page.
MOST_KNOWN = 50_000

_WORD = re.compile(r"[^\W\d_]+|\d+|[|©$€£@#→»›•]")
_DIGIT = re.compile(r"\d")
_NAME = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")


def name_tokens(element: Element) -> list[str]:
    """Return the tokens of an element: its tag, and the parts of its class, id and role."""
    names = [part.lower() for part in _NAME.findall(element.names)]
    return [f"<{element.tag}>", *names]


def word_tokens(text: str) -> list[str]:
    """Return the tokens of a block's text: its words, numbers by their length, how it starts."""
    start = text[: MOST_WORDS * 12].lower()
    tokens = _WORD.findall(start)[:MOST_WORDS]
    if _DIGIT.search(start):
        tokens = ["0" * len(token) if token.isdigit() else token for token in tokens]
    starts = len(tokens) > 2 and f"{tokens[0]}_{tokens[1]}"
    if len(tokens) <= SHORT_LINE:
        tokens.append("_".join(tokens) + "_")
    if starts:
        tokens.append(starts)
    return tokens


@dataclass(slots=True)
class Vocabulary:
    """The weights of a linear model each for names and words: positive means content."""

    names: dict[str, float]
    words: dict[str, float]
    _known: dict[tuple[str, str], float] = field(default_factory=dict)

    def name_scores(self, elements: Sequence[Element]) -> list[float]:
        """Return for each element the sum of the weights of its own tokens."""
        known = self._known
        if len(known) > MOST_KNOWN:
            known.clear()
        found = []
        for element in elements:
            key = (element.tag, element.names)
            score = known.get(key)
            if score is None:
                get = self.names.get
                score = known[key] = sum([get(token, 0.0) for token in name_tokens(element)])
            found.append(score)
        return found

    def inline_scores(self, blocks: Sequence[Block]) -> list[float]:
        """Return for each block the sum of the weights of the names inside it."""
        inside = [block.inline for block in blocks]
        named = {name: Element("span", -1, 0, name, False) for name in set(inside) if name}
        scores = dict(zip(named, self.name_scores(list(named.values())), strict=True))
        return [scores.get(name, 0.0) for name in inside]

    def word_scores(self, blocks: Sequence[Block]) -> tuple[list[float], list[float]]:
        """Return for each block the sum of its words' weights over the root of their number.

        And the least of the weights.
        """
        get = self.words.get
        sums, least = [], []
        for block in blocks:
            tokens = word_tokens(block.text)
            weights = [get(token, 0.0) for token in tokens] or [0.0]
            sums.append(sum(weights) / math.sqrt(len(weights)))
            least.append(min(weights))
        return sums, least
