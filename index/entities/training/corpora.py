"""The licensed corpora, read into sentences of words with the labels that each word may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.entities.labels import BEGIN, INSIDE, OUTSIDE

Allowed = tuple[int, ...]
"""The labels that a word may have: more than one where a corpus does not tell companies apart."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence and, for each, the labels that are right."""

    words: tuple[str, ...]
    allowed: tuple[Allowed, ...]


_PERSON_TYPES = {
    "per", "person", "researcher", "politician", "writer", "musicalartist", "scientist",
}  # fmt: skip
_ORGANISATION_TYPES = {"org", "organisation"}
_COMPANY_TYPES = {"corporation"}

# Words that mark an organisation of a corpus as no company: what the project's facets leave out.
_NOT_A_COMPANY = re.compile(
    r"\b(universit\w+|college|school|institut\w*|academy|association|society|federation|union|league|"
    r"committee|council|commission|ministry|department|agency|bureau|office|government|parliament|"
    r"senate|congress|court|party|army|navy|force|forces|police|church|club|team|united|fc|city|"
    r"band|orchestra|museum|library|foundation|centre|center|laboratory|organi[sz]ation|nations|"
    r"nato|eu|un|nasa|fbi|cia|ieee|acm|aaai|darpa|nsf|conference|program|programme|project|award|"
    r"corps|alliance|movement|front|democrats?|republicans?|faculty|hospital|state|nhl|nba|nfl|"
    r"sox|yankees|lakers|rangers|giants|w3c|unesco|unicef|fifa|uefa|icc|academies)\b",
    re.IGNORECASE,
)
_SURELY_A_COMPANY = re.compile(
    r"\b(inc|corp|corporation|company|ltd|limited|plc|llc|gmbh|records|studios?|pictures|airlines|airways|"
    r"motors|bank|entertainment|publishing|publishers|press|books|films|technologies|systems|software|"
    r"electronics|pharmaceuticals|industries|holdings|group|railway|railroad|broadcasting)\b\.?",
    re.IGNORECASE,
)


def read_corpora(data: Path, is_company: Callable[[str], bool]) -> Iterator[Sentence]:
    """Yield the sentences of wikigold, WNUT 17, the Broad Twitter Corpus and CrossNER.

    `data` holds the folder `ner`; `is_company` says whether a name is on the company list, which
    decides for the organisations of corpora that do not tell companies apart.
    """
    ner = data / "ner"
    paths = [
        ner / "wikigold" / "wikigold.conll.txt",
        ner / "wnut17" / "wnut17train.conll",
        ner / "wnut17" / "emerging.dev.conll",
        *sorted((ner / "btc").glob("*.conll")),
        *sorted((ner / "crossner").glob("*/*.txt")),
    ]
    for path in paths:
        step = 2 if path.parent.name == "btc" else 1  # tweets are not what is read here
        rows = list(_blocks(path.read_text(encoding="utf-8").splitlines()))
        for block in rows[::step]:
            yield _sentence(block, is_company)


def _blocks(lines: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for line in lines:
        cells = line.split()
        if len(cells) >= 2:
            rows.append((cells[0], cells[-1]))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _sentence(rows: list[tuple[str, str]], is_company: Callable[[str], bool]) -> Sentence:
    words = tuple(word for word, _ in rows)
    allowed: list[Allowed] = [(OUTSIDE,)] * len(words)
    for start, end, type_name in _spans([tag for _, tag in rows]):
        if words[start] == "@":  # a handle on Twitter names an account
            continue
        kinds = _kinds(type_name, " ".join(words[start:end]), is_company)
        allowed[start] = tuple(BEGIN[kind] for kind in kinds)
        for index in range(start + 1, end):
            allowed[index] = tuple(INSIDE[kind] for kind in kinds)
    return Sentence(words, tuple(allowed))


def _spans(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    start, current = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        prefix, _, type_name = tag.partition("-")
        if current and (prefix != "I" or type_name != current):
            yield start, index, current
            current = ""
        if prefix in "BI" and type_name and not current:
            start, current = index, type_name


def _kinds(type_name: str, name: str, is_company: Callable[[str], bool]) -> tuple[str, ...]:
    type_name = type_name.lower()
    if type_name in _PERSON_TYPES:
        return ("person",)
    if type_name in _COMPANY_TYPES:
        return ("company",)
    if type_name in _ORGANISATION_TYPES:
        if is_company(name) or _SURELY_A_COMPANY.search(name):
            return ("company",)
        return ("other",) if _NOT_A_COMPANY.search(name) else ("company", "other")
    return ("other",)
