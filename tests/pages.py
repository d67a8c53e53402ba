"""Pages and indexes that tests make."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from index import Summary, build_index
from search import Index, open_index

ROBOTS = {
    "id": "robots",
    "title": "Orvane sells robots to shipyards",
    "text": "Orvane, led by Zoë Müller, sells welding robots. Müller wants to hire in Bergen.",
    "url": "https://harbour.example/robots",
    "date": "2025-01-27",
    "author": "Ada Okafor",
    "site": "Harbour Post",
    "people": ["Zoë Müller"],
    "companies": ["Orvane"],
}
FERRIES = {
    "id": "ferries",
    "title": "Ferries go electric",
    "text": "Tessel Lines orders electric ferries. Its chief Ada Okafor says robots come next.",
    "url": "https://harbour.example/ferries",
    "date": "2025-03-02",
    "author": "Li Wei, Ada Okafor",
    "site": "Harbour Post",
    "people": ["Ada Okafor"],
    "companies": ["Tessel Lines"],
}
CHIPS = {
    "id": "chips",
    "title": "Chips in short supply",
    "text": "AT&T and Orvane wait for chips. The C++ team of R1 is calm. Café prices rise.",
    "date": "2024-11-05",
    "site": "Bit Herald",
    "language": "en",
    "people": [],
    "companies": ["AT&T", "Orvane"],
}
UNDATED = {
    "id": "undated",
    "title": "A note",
    "text": "Somebody met Zoë Müller and Kurt Müller.",
    "people": ["Zoë Müller", "Kurt Müller"],
    "companies": [],
}
RECORDS = (ROBOTS, FERRIES, CHIPS, UNDATED)


def write_records(path: Path, records: Iterable[Mapping[str, Any]] = RECORDS) -> Path:
    """Write JSON Lines that `whodex index` takes as they are."""
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def index_of(folder: Path, records: Iterable[Mapping[str, Any]] = RECORDS) -> Index:
    """Index records in `folder`/.whodex, and open it."""
    build(folder, records)
    return open_index(folder / ".whodex")


def build(folder: Path, records: Iterable[Mapping[str, Any]] = RECORDS) -> Summary:
    """Index records in `folder`/.whodex."""
    return build_index([write_records(folder / "pages.jsonl", records)], folder / ".whodex")


def write_spacy_pipeline(folder: Path) -> None:
    """Save a pipeline that knows Zelda Quux and Frobnitz; skips the test where spaCy is missing."""
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns(
        [
            {"label": "PERSON", "pattern": "Zelda Quux"},
            {"label": "ORG", "pattern": "Frobnitz Inc."},
            {"label": "ORG", "pattern": "Frobnitz"},
        ]
    )
    pipeline.to_disk(folder)
