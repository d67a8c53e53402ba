"""The lists that are made from data: common words, and the companies of stock exchanges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from index.entities.lexicon import NEEDS_CONTEXT
from index.entities.tokens import tokenize
from index.entities.training.listings import read_listings
from index.entities.training.pages import WebPage

DOCUMENTS, SHARE_IN_SMALL = 3, 0.1
"""A common word is written small on so many pages, and in this share of its places."""

# Listed securities that slip through: vehicles, trusts, and names that a comma or hyphen cut.
_UNFIT = re.compile(
    r"\b(Opportunity Vehicle|Redeemable|Cumulative|Multi|Perpetual|Tax|Income|Preferred|Term|"
    r"Trust [IVX]+|Investment Corp)\b|\($|^[a-z]\.|^(coca|jeld|news|la|bio)$",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset('\n.!?:"“•-–—|')


def common_words(pages: Iterable[WebPage]) -> list[str]:
    """Return the sorted words that pages use as ordinary words."""
    small, capital, documents = Counter[str](), Counter[str](), Counter[str]()
    for page in pages:
        before = "\n"
        seen: set[str] = set()
        for word in tokenize(page.text).words:
            if word[0].isalpha():
                if word.islower():
                    small[word] += 1
                    seen.add(word)
                elif before not in _SENTENCE_ENDS:
                    capital[word.lower()] += 1
            before = word
        documents.update(seen)
    return sorted(
        word
        for word, count in small.items()
        if documents[word] >= DOCUMENTS
        and len(word) > 1
        and word.isalpha()
        and count >= SHARE_IN_SMALL * (count + capital[word])
    )


def listed_companies(folder: Path, known: frozenset[str], ordinary: frozenset[str]) -> list[str]:
    """Return the lines of `listed.txt`: names not `known` otherwise, doubtful ones marked.

    A listed name is doubtful if it is short, or made only of `ordinary` words: common words, given
    names and surnames.
    """
    names = (
        name for name in read_listings(folder) if name not in known and not _UNFIT.search(name)
    )
    return sorted((name + _mark(name, ordinary) for name in names), key=str.casefold)


def _mark(name: str, ordinary: frozenset[str]) -> str:
    words = [word for word in tokenize(name).words if word[0].isalnum()]
    short = len(words) == 1 and len(words[0]) <= 3
    plain = all(word in ordinary or word.lower() in ordinary or len(word) == 1 for word in words)
    return NEEDS_CONTEXT if short or plain else ""
