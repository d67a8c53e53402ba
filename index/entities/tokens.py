"""Words of a text with where they stand, so that every name can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of one text: `words[i]` stands at `[starts[i], starts[i] + len(words[i]))`."""

    words: list[str]
    starts: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def end(self, index: int) -> int:
        """Return where the token at `index` ends."""
        return self.starts[index] + len(self.words[index])


def tokenize(text: str) -> Words:
    """Split a text of any language into words and punctuation, in linear time."""
    found = [(match.group(), match.start()) for match in _TOKEN.finditer(text)]
    return Words([word for word, _ in found], [start for _, start in found])
