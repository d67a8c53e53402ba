"""Answers as CSV and as bare paths, for spreadsheets and pipes."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from typing import TextIO

from search.answer import Answer, Facet, Hit
from search.printers.safe import line, visible

HIT_COLUMNS = (
    *("rank", "id", "score", "title", "path", "url", "site", "author", "published"),
    *("people", "companies", "snippets"),
)
FACET_COLUMNS = ("field", "value", "count")
NAME_SEPARATOR = "; "
SNIPPET_SEPARATOR = " | "


def print_hits(answer: Answer, stream: TextIO) -> None:
    """Print the hits as CSV with a heading."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HIT_COLUMNS)
    writer.writerows(_row(hit) for hit in answer.hits)


def print_facets(facets: Mapping[str, Iterable[Facet]], stream: TextIO) -> None:
    """Print facet counts as CSV with a heading."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(FACET_COLUMNS)
    for field, counts in facets.items():
        writer.writerows((field, line(facet.value), facet.count) for facet in counts)


def print_paths(answer: Answer, stream: TextIO, end: str = "\n") -> None:
    """Print the path of every hit once, and `end` after it: in a pipe, byte by byte as it is."""
    raw = None if stream.isatty() else getattr(stream, "buffer", None)
    for path in dict.fromkeys(hit.path for hit in answer.hits):
        if raw is None:
            print(visible(path), end=end, file=stream)
        else:
            raw.write(os.fsencode(path + end))


def _row(hit: Hit) -> list[str | int]:
    return [
        hit.rank,
        line(hit.id),
        f"{hit.score:.6f}",
        line(hit.title),
        visible(hit.path),
        line(hit.url or ""),
        line(hit.site or ""),
        line(hit.author or ""),
        hit.published.isoformat() if hit.published else "",
        line(NAME_SEPARATOR.join(hit.people)),
        line(NAME_SEPARATOR.join(hit.companies)),
        line(SNIPPET_SEPARATOR.join(snippet.text for snippet in hit.snippets)),
    ]
