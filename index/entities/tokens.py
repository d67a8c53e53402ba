"""Words of a text with where they stand, so that every name can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LINE_BREAK = "\n"
"""The token that stands for the end of a line: a heading never runs into what follows."""

# Alternatives in order: the plain word before a space or a mark (tried first for speed),
# links and addresses, initials (U.S., J.K.), abbreviations with their point, the possessive, words
# with what belongs in them (O'Reilly, L'Oréal, Coca-Cola, wix.com, 3,000.5, AT&T), line ends, any
# other single character. No alternative is extended by another repetition: time is linear.
_ABBREVIATION = "Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Corp|Co|Ltd|Bros|Gov|Sen|Rep|Gen|Lt|Sgt|Capt|Col|No"
_DOMAIN = "com|org|net|ai|io|co|tv|fm|ly|me|app|dev|js|uk|de|fr|eu|jp|cn|us"
_TOKEN = re.compile(
    rf"""
    [^\W\d_]+(?=[\s,;!?)])
    | https?://\S+ | www\.\S+ | [\w.+-]{{1,64}}@[\w-]+\.[\w.-]*\w
    | (?:[^\W\d_]\.){{2,}}
    | [A-Z]\.(?=\s+[A-Z])
    | (?:{_ABBREVIATION})\.(?=[\s,])
    | ['’]s\b
    | [^\W_]+(?:(?:[-_&+]|[.,](?=\d)|\.(?=(?:{_DOMAIN})\b)|['’](?!s\b)(?=\w))[^\W_]+)*
    | \n
    | [^\s]
    """,
    re.VERBOSE,
)


_NO_WHITE = 0x3001
"""The character after the last one that is white space."""

# The one thing in a token that depends on more than the character behind it is an initial.
_INITIAL = re.compile(r"[A-Z]\.\s+")
_LONGEST_KEPT, _MOST_KEPT = 40, 100_000
"""Stretches between spaces whose tokens are kept, to bound the memory (some 20 MB)."""


@dataclass(frozen=True)
class Words:
    """The tokens of one text: `words[i]` stands at `[start(i), end(i))`."""

    words: list[str]
    text: str = field(repr=False)

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def _starts(self) -> NDArray[np.intp]:
        # Between one token and the next there is only white space, and none in a token.
        import numpy as np

        codes = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        written = np.flatnonzero(~_white()[np.minimum(codes, _NO_WHITE)])
        lengths = np.fromiter(map(len, self.words), np.intp, len(self.words))
        starts: NDArray[np.intp] = written[np.cumsum(lengths) - lengths]
        return starts

    def start(self, index: int) -> int:
        """Return where the token at `index` begins."""
        return int(self._starts[index])

    def end(self, index: int) -> int:
        """Return where the token at `index` ends."""
        return self.start(index) + len(self.words[index])


@cache
def _white() -> NDArray[np.bool_]:
    """Return which characters up to `_NO_WHITE` are white space; a line end is a token."""
    import numpy as np

    codes = range(_NO_WHITE + 1)
    return np.array([chr(code).isspace() and chr(code) != LINE_BREAK for code in codes])


class _Stretches(dict[str, list[str]]):
    """The tokens of what stands between two spaces: nine in ten were seen before."""

    def __missing__(self, stretch: str) -> list[str]:
        tokens = [*map(intern, _TOKEN.findall(stretch + " "))]  # equal words, one object
        if len(stretch) <= _LONGEST_KEPT and len(self) < _MOST_KEPT:
            self[stretch] = tokens
        return tokens


_STRETCHES = _Stretches()


def tokenize(text: str) -> Words:
    """Split a text of any language into words and punctuation, in linear time."""
    joined = _INITIAL.sub(lambda found: found.group().replace(" ", "\t"), text)
    *stretches, last = joined.split(" ")
    words = [*chain.from_iterable(map(_STRETCHES.__getitem__, stretches)), *_TOKEN.findall(last)]
    return Words(words, text)
