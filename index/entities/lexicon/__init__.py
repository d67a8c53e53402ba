"""The lists of names that come with whodex, and how they are looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

from index.entities.tokens import tokenize

NEEDS_CONTEXT = "?"
"""Ends a spelling that is also a common word or a person's name (Target?, Ford?)."""

_LEGAL_FORM = re.compile(
    r"(?:,?\s+|,)(?:inc|incorporated|corp|corporation|co|company|ltd|limited|plc|p\.l\.c|llc|l\.l\.c|"
    r"lp|llp|n\.v|nv|s\.a|sa|sas|se|ag|ab|asa|oyj|gmbh|kgaa|spa|s\.p\.a|bv|b\.v|pty|pte|bhd|kk|pbc|"
    r"& co)\.?$",
    re.IGNORECASE,
)
_NAMES_KEPT = 1 << 14
"""Names whose plain forms are kept: the same ones come back in document after document."""
_PLAIN_LEGAL_FORMS = frozenset(
    """inc incorporated corp corporation co company ltd limited plc llc lp llp nv sa sas se ag ab
    asa oyj gmbh kgaa spa bv pty pte bhd kk pbc""".split()
)
_LEADING_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
_NOT_ALPHANUMERIC = re.compile(r"[^\w&+]+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")


def fold(text: str) -> str:
    """Return the text without case, accents and typographic apostrophes, for comparing."""
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    return text.casefold()


def _has_form(words: Sequence[str]) -> bool:
    return words[0].lower() == "the" or words[-1].lower() in _PLAIN_LEGAL_FORMS


@lru_cache(_NAMES_KEPT)
def strip_legal_form(name: str) -> str:
    """Return a company's name without Inc, Ltd, ... and a leading "the", if any name is left."""
    previous = ""
    while name != previous:
        previous = name
        name = _LEGAL_FORM.sub("", name).rstrip(" ,.") if " " in name or "," in name else name
    return _LEADING_ARTICLE.sub("", name) or previous


@lru_cache(_NAMES_KEPT)
def company_key(name: str) -> str:
    """Return what two spellings of one company have in common: no case, accents, legal form."""
    if name.isascii():  # nine in ten: a list is read in half the time
        if name.isalnum():
            return name.lower()
        words = name.split()
        joined = "".join(words)
        if joined.isalnum() and not _has_form(words):
            return joined.lower()
    return _NOT_ALPHANUMERIC.sub("", fold(strip_legal_form(name)).removesuffix("'s"))


@dataclass(slots=True)
class Trie:
    """Sequences of words, matched from the left, the longest winning."""

    next: dict[str, Trie] = field(default_factory=dict)
    value: str | None = None

    def add(self, words: Iterable[str], value: str) -> None:
        """Add a sequence; the first value given to a sequence stays."""
        node = self
        for word in words:
            node = node.next.setdefault(word, Trie())
        if node.value is None:
            node.value = value

    def longest(self, words: Sequence[str], start: int) -> tuple[int, str] | None:
        """Return the end and the value of the longest sequence that begins at `start`."""
        node, found = self, None
        for index in range(start, len(words)):
            following = node.next.get(words[index].replace("’", "'"))
            if following is None:
                break
            node = following
            if node.value is not None:
                found = (index + 1, node.value)
        return found


class Spellings:
    """Listed names by their first words, taken apart when the word is met: most never are."""

    def __init__(self) -> None:
        self.by_first_word: dict[str, list[str]] = {}
        self._tries: dict[str, Trie] = {}

    def add(self, name: str) -> None:
        """Add a name."""
        first = name.partition(" ")[0]
        if not first.isalnum():
            first = tokenize(name).words[0]
        self.by_first_word.setdefault(first, []).append(name)

    def longest(self, words: Sequence[str], start: int) -> tuple[int, str] | None:
        """Return the end and the spelling of the longest name that begins at `start`."""
        first = words[start].replace("’", "'")
        trie = self._tries.get(first)
        if trie is None:
            trie = self._tries[first] = Trie()
            for name in self.by_first_word.get(first, ()):
                trie.add(tokenize(name).words, name)
        return trie.longest(words, start)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Companies by their spellings, given names, surnames, and common words.

    `spellings` finds the listed names in words; `canonical` leads from a company key
    to the name shown; `doubtful` holds the spellings that need context; `not_companies` are
    the names of products, agencies and the like; `before_companies` and `after_companies` are the
    phrases that stand there, the former from their last word to the first.
    """

    spellings: Spellings
    canonical: dict[str, str]
    doubtful: frozenset[str]
    given_names: frozenset[str]
    surnames: frozenset[str]
    famous: frozenset[str]
    common_words: frozenset[str]
    not_companies: frozenset[str]
    before_companies: Trie
    after_companies: Trie


def _lines(name: str) -> Iterator[str]:
    text = (files("index.entities.lexicon") / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _phrases(name: str, *, backwards: bool = False) -> Trie:
    phrases = Trie()
    for line in _lines(name):
        phrases.add(line.split()[:: -1 if backwards else 1], line)
    return phrases


def _words(*names: str) -> frozenset[str]:
    return frozenset(" ".join(chain.from_iterable(map(_lines, names))).split())


@cache
def load() -> Lexicon:
    """Read the lists, once per process."""
    spellings, canonical, doubtful = Spellings(), dict[str, str](), set[str]()
    for line in (*_lines("companies.txt"), *_lines("listed.txt")):
        marked_names = line.split("|")
        first = marked_names[0].removesuffix(NEEDS_CONTEXT)
        for marked in marked_names:
            name = marked.removesuffix(NEEDS_CONTEXT)
            spellings.add(name)
            canonical.setdefault(company_key(name), first)
            if marked is not name and marked != name:
                doubtful.add(name)
    return Lexicon(
        spellings=spellings,
        canonical=canonical,
        doubtful=frozenset(doubtful),
        given_names=_words("given-names.txt", "given-names-world.txt"),
        surnames=_words("surnames.txt"),
        famous=_words("famous.txt"),
        common_words=_words("words.txt"),
        not_companies=frozenset(_lines("not-companies.txt")),
        before_companies=_phrases("before-companies.txt", backwards=True),
        after_companies=_phrases("after-companies.txt"),
    )
