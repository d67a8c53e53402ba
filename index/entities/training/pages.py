"""Modern web pages, labelled by hand with the names in them or by the teacher word for word."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.entities.labels import BEGIN, INSIDE, LABELS, OUTSIDE
from index.entities.lexicon import load, strip_legal_form
from index.entities.tokens import LINE_BREAK, tokenize

LABELLED_CHARACTERS = 6000
"""How much of a page was read when its names were written down, unless the label says."""
_NEITHER = (OUTSIDE, BEGIN["other"], INSIDE["other"])


@dataclass(frozen=True, slots=True)
class WebPage:
    """One page of WCXB: its number, its title, and its main content as a person cut it out."""

    id: str
    title: str
    text: str

    def words(self, characters: int | None = None) -> tuple[str, ...]:
        """Return the words of the title, a line end, and those of the text or its beginning."""
        return (*tokenize(self.title).words, LINE_BREAK, *tokenize(self.text[:characters]).words)


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """The people and companies named in the title and the first characters of a page."""

    id: str
    people: tuple[str, ...]
    companies: tuple[str, ...]
    characters: int = LABELLED_CHARACTERS


def read_pages(data: Path) -> Iterator[WebPage]:
    """Yield the pages of WCXB's development split that have a main content."""
    with gzip.open(data / "wcxb-dev" / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["main_content"]:
                yield WebPage(row["id"], row["title"] or "", row["main_content"])


def read_labels(path: Path) -> dict[str, LabelledPage]:
    """Read names by page number from JSON Lines with `id`, `people` and `companies`."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {
        row["id"]: LabelledPage(
            row["id"],
            tuple(row["people"]),
            tuple(row["companies"]),
            row.get("characters", LABELLED_CHARACTERS),
        )
        for row in rows
    }


def targets(
    words: Sequence[str], page: LabelledPage, teacher: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return the labels allowed for each word of a labelled page, shape (words, labels).

    A word of a name that was written down has one label; any other word is of no person and no
    company, shared out as the teacher thinks where its probabilities are given.
    """
    result = np.zeros((len(words), len(LABELS)), np.float32)
    result[:, _NEITHER] = 1 if teacher is None else np.maximum(teacher[:, _NEITHER], 1e-3)
    if teacher is not None:
        result /= result.sum(1, keepdims=True)
    taken = np.zeros(len(words), bool)
    lower = [word.lower().replace("’", "'") for word in words]
    spellings = [
        *((tokenize(name).words, "company") for name in _company_spellings(page.companies)),
        *((tokenize(name).words, "person") for name in page.people),
        *(([part], "person") for part in _lone_names(page.people)),
    ]
    for spelling, kind in sorted(spellings, key=lambda pair: -len(pair[0])):
        wanted = [word.lower().replace("’", "'") for word in spelling]
        for start in range(len(words) - len(wanted) + 1):
            end = start + len(wanted)
            if lower[start:end] != wanted or taken[start:end].any():
                continue
            if words[start].islower() and not spelling[0].islower():
                continue
            taken[start:end] = True
            result[start:end] = 0
            result[start, BEGIN[kind]] = 1
            result[start + 1 : end, INSIDE[kind]] = 1
    return result


def _company_spellings(names: Iterable[str]) -> set[str]:
    return {spelling for name in names for spelling in (name, strip_legal_form(name)) if spelling}


def _lone_names(people: Iterable[str]) -> set[str]:
    common = load().common_words
    parts = {part for name in people for part in tokenize(name).words if " " in name}
    return {
        part for part in parts if len(part) > 2 and part[0].isupper() and part.lower() not in common
    }
