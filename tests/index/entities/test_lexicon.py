"""The lists that come with whodex are well-formed and stay small."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import index.entities.lexicon
from index.entities.lexicon import NEEDS_CONTEXT, company_key, fold

FOLDER = Path(index.entities.lexicon.__file__).parent
LINES = (FOLDER / "companies.txt").read_text(encoding="utf-8").splitlines()
MOST_BYTES = 1_600_000
"""What is left to the lists of the 3 MB that may ship beside the fast tagger."""


def names_of(line: str) -> list[str]:
    return [name.removesuffix(NEEDS_CONTEXT) for name in line.split("|")]


def test_a_company_is_on_one_line_alone() -> None:
    lines_of: dict[str, set[str]] = defaultdict(set)
    for line in LINES:
        for name in names_of(line):
            lines_of[company_key(name)].add(line)
    assert {key: lines for key, lines in lines_of.items() if len(lines) > 1} == {}


def test_every_spelling_is_a_name_without_stray_marks_or_spaces() -> None:
    well_formed = re.compile(r"[\w.&][^|?;#\t]*")
    assert len(LINES) > 5_000
    assert [
        line
        for line in LINES
        if any(
            not well_formed.fullmatch(name) or name != " ".join(name.split())
            for name in names_of(line)
        )
        or len(set(names_of(line))) < len(names_of(line))
    ] == []


def test_the_list_is_in_alphabetical_order() -> None:
    assert sorted(LINES, key=lambda line: (fold(names_of(line)[0]), line)) == LINES


def test_the_lists_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.txt")) < MOST_BYTES
