"""What words, and names of elements, tell of a block: one learned weight a token."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from index.records import Markup

# Words of a block that are looked at: prose shows itself soon where its element helps, and late
# where nothing but words tell.
MOST_WORDS: dict[Markup, int] = {"html": 16, "text": 40}
# A line of so many words or fewer is a token as a whole, too.
SHORT_LINE = 5
# Of a line of plain text: the words that make up its shape, and those that end it. Both were
# counted in by cross-validation on WCXB; bigrams, affixes and marks alone were not worth it.
SHAPED_WORDS = 6
LAST_WORDS = 3
# Characters from the end in which a line's last words stand.
LAST_CHARACTERS = 40

# Names and short lines whose scores are remembered: sites repeat theirs on each page, and on
# WCXB's pages, of many sites, every third line has been seen before.
MOST_KNOWN = 50_000
LONGEST_KNOWN = 60

_WORD = re.compile(r"[^\W\d_]+|\d+|[|©$€£@#→»›•]")
# The same in lower-case ASCII, as most texts are: in half the time.
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+|[|$@#]")
_WORD_OR_MARK = re.compile(r"[^\W\d_]+|\d+|[|©$€£@#→»›•.,:;!?()/\-&%+]")
_DIGIT = re.compile(r"\d")
_NAME = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_LOWER_NAME = re.compile(r"[a-z]{2,}")


def name_tokens(tag: str, names: str) -> list[str]:
    """Return the tokens of an element: its tag, and the parts of its class, id and role."""
    if names.islower():  # as most are
        return [f"<{tag}>", *_LOWER_NAME.findall(names)]
    return [f"<{tag}>", *(part.lower() for part in _NAME.findall(names))]


def word_tokens(text: str, markup: Markup = "html") -> list[str]:
    """Return the tokens of a block's text: its words, numbers by their length, how it starts.

    Of plain text also its first and last words, marks among them, and the shape of its start.
    """
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
    if markup == "text":
        tokens += _ends(text, tokens[0])
    return tokens


def _ends(text: str, first: str) -> list[str]:
    """Return tokens that say how a line starts and ends: elements say as much of HTML."""
    last = _WORD_OR_MARK.findall(text[-LAST_CHARACTERS:].lower())[-LAST_WORDS:]
    ends = [f"${'0' * len(token) if token.isdigit() else token}" for token in last]
    words = text.split(maxsplit=SHAPED_WORDS)
    shape = " ".join(map(_shape, words[:SHAPED_WORDS]))
    return [*ends, f"^{first}", f"^{shape}{'~' if len(words) > SHAPED_WORDS else ''}"]


@lru_cache(MOST_KNOWN)
def _shape(word: str) -> str:
    """Return what a word looks like: "Aa" for "Home", "A" for "NASA", "0," for "27,"."""
    first = word[0]
    if first.isdigit():
        kind = "0"
    elif first.isalpha():
        kind = "a" if not first.isupper() else "A" if len(word) > 1 and word.isupper() else "Aa"
    else:
        kind = first
    return kind + word[-1] if word[-1] in ".,:;!?" else kind


class Vocabulary:
    """The weights of a linear model each for names and words: positive means content."""

    def __init__(
        self, names: dict[str, float], words: dict[str, float], markup: Markup = "html"
    ) -> None:
        self.names, self.words, self.markup = names, words, markup
        self._known_names = lru_cache(MOST_KNOWN)(self._weigh_names)
        self._known_lines = lru_cache(MOST_KNOWN)(self._weigh_words)

    def __reduce__(self) -> tuple[type[Vocabulary], tuple[object, ...]]:
        return Vocabulary, (self.names, self.words, self.markup)  # without what is remembered

    def name_score(self, tag: str, names: str) -> float:
        """Return the sum of the weights of an element's tokens."""
        return self._known_names(tag, names)

    def word_score(self, text: str) -> tuple[float, float]:
        """Return the sum of a text's words' weights over the root of their number.

        And the least of the weights.
        """
        return self._known_lines(text) if len(text) <= LONGEST_KNOWN else self._weigh_words(text)

    def _weigh_names(self, tag: str, names: str) -> float:
        get = self.names.get
        return sum([get(token, 0.0) for token in name_tokens(tag, names)])

    def _weigh_words(self, text: str) -> tuple[float, float]:
        get = self.words.get
        weights = [get(token, 0.0) for token in word_tokens(text, self.markup)]
        return sum(weights) / math.sqrt(len(weights)), min(weights)
