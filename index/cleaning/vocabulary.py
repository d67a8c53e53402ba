"""What words, and names of elements, tell of a block: one learned weight a token."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from index.records import Markup

# Words of a block that are looked at: prose shows itself soon where its element helps, and late
# where nothing but words tell.
MOST_WORDS: dict[Markup, int] = {"html": 16, "text": 40}
# A line of so many words or fewer is a token as a whole, too.
SHORT_LINE = 5

# Names and short lines whose scores are remembered: sites repeat theirs on each page, and on
# WCXB's pages, of many sites, every third line has been seen before.
MOST_KNOWN = 50_000
LONGEST_KNOWN = 60

_WORD = re.compile(r"[^\W\d_]+|\d+|[|©$€£@#→»›•]")
# The same in lower-case ASCII, as most texts are: in half the time.
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+|[|$@#]")
_DIGIT = re.compile(r"\d")
_NAME = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_LOWER_NAME = re.compile(r"[a-z]{2,}")


def name_tokens(tag: str, names: str) -> list[str]:
    """Return the tokens of an element: its tag, and the parts of its class, id and role."""
    return [f"<{tag}>", *_tokens_of_name(names)]


def _tokens_of_name(name: str) -> list[str]:
    if name.islower():  # as most are
        return _LOWER_NAME.findall(name)
    return [part.lower() for part in _NAME.findall(name)]


def word_tokens(text: str, markup: Markup = "html") -> list[str]:
    """Return the tokens of a block's text: its words, numbers by their length, how it starts."""
    most = MOST_WORDS[markup]
    start = text[: most * 12].lower()
    pattern = _ASCII_WORD if start.isascii() else _WORD
    tokens = pattern.findall(start)[:most]
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
    markup: Markup = "html"
    _known_names: dict[tuple[str, str], float] = field(default_factory=dict)
    _known_parts: dict[str, list[float]] = field(default_factory=dict)
    _known_lines: dict[str, tuple[float, float]] = field(default_factory=dict)

    def name_score(self, tag: str, names: str) -> float:
        """Return the sum of the weights of an element's tokens."""
        score = self._known_names.get((tag, names))
        if score is None:
            if len(self._known_names) > MOST_KNOWN:
                self._known_names.clear()
            weights = [self.names.get(f"<{tag}>", 0.0)]
            for name in names.split():
                weights += self._known_parts.get(name) or self._weights_of(name)
            score = self._known_names[tag, names] = sum(weights)
        return score

    def _weights_of(self, name: str) -> list[float]:
        if len(self._known_parts) > MOST_KNOWN:
            self._known_parts.clear()
        weights = [self.names.get(token, 0.0) for token in _tokens_of_name(name)]
        self._known_parts[name] = weights
        return weights

    def word_score(self, text: str) -> tuple[float, float]:
        """Return the sum of a text's words' weights over the root of their number.

        And the least of the weights.
        """
        score = self._known_lines.get(text)
        if score is None:
            get = self.words.get
            weights = [get(token, 0.0) for token in word_tokens(text, self.markup)]
            score = sum(weights) / math.sqrt(len(weights)), min(weights)
            if len(text) <= LONGEST_KNOWN:
                if len(self._known_lines) > MOST_KNOWN:
                    self._known_lines.clear()
                self._known_lines[text] = score
        return score
