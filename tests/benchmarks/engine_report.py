"""What the benchmark of the engine tells: tables, goals, and a picture."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

KINDS = ("term", "and2", "or3", "or5", "phrase2", "prefix", "+person", "facets")

OURS, PEER, STOCK = "whodex", "tantivy", "whoosh"
SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000

# What the picture shows, and its measures in pixels.
SHOWN = ("or3", "phrase2", "facets")
COLOURS = {"whodex": "#d33", "tantivy": "#27b", "fts5": "#7a5", "bm25s": "#a6c", "whoosh": "#999"}
PANEL, HEIGHT, MARGIN = 260, 240, 46


@dataclass(frozen=True)
class Built:
    """What the building of an index took."""

    pages_per_second: float
    peak_bytes: int
    index_bytes: int


@dataclass(frozen=True)
class Measured:
    """What was measured of some engines on one corpus; times are in milliseconds."""

    documents: int
    words: int
    built: dict[str, Built]
    times: dict[str, dict[str, list[float]]]
    peaks: dict[str, int]
    start: dict[str, list[float]] = field(default_factory=dict)

    def p50(self, name: str, kind: str) -> float | None:
        """Return the median time of an engine for a kind of queries."""
        times = self.times.get(name, {}).get(kind)
        return statistics.median(times) if times else None

    def p95(self, name: str, kind: str) -> float | None:
        """Return the time that 95% of the queries stay below."""
        times = self.times.get(name, {}).get(kind)
        return sorted(times)[int(len(times) * 0.95)] if times else None


def table(measured: Measured) -> str:
    """Return all figures of one corpus as a Markdown table."""
    names = list(measured.built)
    lines = [
        f"### {measured.documents:,} documents of {measured.words} words",
        "",
        "| | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]

    def row(label: str, cells: list[str]) -> None:
        lines.append(f"| {label} | " + " | ".join(cells) + " |")

    built = measured.built
    row("documents indexed per second", [f"{built[n].pages_per_second:,.0f}" for n in names])
    row("index, MB", [f"{built[n].index_bytes / 1e6:.0f}" for n in names])
    row("peak memory of indexing, MB", [f"{built[n].peak_bytes / 1e6:.0f}" for n in names])
    row("peak memory of asking, MB", [f"{measured.peaks[n] / 1e6:.0f}" for n in names])
    for kind in KINDS:
        cells = []
        for name in names:
            p50, p95 = measured.p50(name, kind), measured.p95(name, kind)
            cells.append("-" if p50 is None or p95 is None else f"{p50:.2f} / {p95:.2f}")
        if set(cells) != {"-"}:
            row(f"{kind}, p50 / p95 ms", cells)
    return "\n".join(lines)


def goals(measured: Sequence[Measured]) -> str:
    """Return what was to be reached and what was, as a Markdown table."""
    by_size = {one.documents: one for one in measured}
    lines = ["### Goals", "", "| | goal | measured | |", "|---|---|---|---|"]
    for what, goal, value in _goals(by_size):
        if value is not None:
            at_most = goal > 0
            met = value <= goal if at_most else value >= -goal
            sign = "≤" if at_most else "≥"
            shown = f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
            lines.append(f"| {what} | {sign} {abs(goal):g} | {shown} | {'' if met else 'missed'} |")
    return "\n".join(lines)


def _goals(by_size: dict[int, Measured]) -> Iterator[tuple[str, float, float | None]]:
    """Yield what, the most that is allowed (the least where negative), and what was measured."""
    if middle := by_size.get(MIDDLE):
        for kind in KINDS:
            goal = 0.7 if kind == "facets" else 1.0
            yield (
                f"{kind} at 100k, p50 / {PEER}'s",
                goal,
                _share(middle.p50(OURS, kind), middle.p50(PEER, kind)),
            )
        for kind in KINDS:
            yield (
                f"{kind} at 100k, p95 / {PEER}'s",
                1.5,
                _share(middle.p95(OURS, kind), middle.p95(PEER, kind)),
            )
        ours, peer = middle.built.get(OURS), middle.built.get(PEER)
        if ours and peer:
            speed = _share(ours.pages_per_second, peer.pages_per_second)
            yield f"documents indexed per second at 100k / {PEER}'s", -1.0, speed
            yield (
                f"index size at 100k / {PEER}'s",
                1.3,
                _share(ours.index_bytes, peer.index_bytes),
            )
        if ours:
            yield "peak memory of building 100k, MB", 600, ours.peak_bytes / 1e6
            yield "peak memory of asking 100k, MB", 250, middle.peaks[OURS] / 1e6
        if middle.start:
            medians = {name: statistics.median(times) for name, times in middle.start.items()}
            share = medians["search"] / medians["imports"]
            yield "one-shot search at 100k / imports of what it stands on", 0.75, share
    if large := by_size.get(LARGE):
        for kind in ("or5", "facets", "phrase2"):
            yield f"{kind} at 1M, p50 ms", 15, large.p50(OURS, kind)
    if (small := by_size.get(SMALL)) and large:
        for kind in ("or3", "facets"):
            growth = _share(large.p50(OURS, kind), small.p50(OURS, kind))
            yield f"{kind}, p50 at 1M / at 10k", LARGE / SMALL, growth
    if small and STOCK in small.built:
        build = _share(small.built[OURS].pages_per_second, small.built[STOCK].pages_per_second)
        yield "times faster than stock Whoosh at 10k: building", -15, build
        yield (
            "times faster than stock Whoosh at 10k: or5",
            -20,
            _share(small.p50(STOCK, "or5"), small.p50(OURS, "or5")),
        )


def _share(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or not theirs else ours / theirs


def picture(measured: Sequence[Measured]) -> str:
    """Return an SVG: p50 by the number of documents, both logarithmic, a panel a kind."""
    sizes = [one.documents for one in measured]
    found = [
        p50
        for one in measured
        for kind in SHOWN
        for name in one.built
        if (p50 := one.p50(name, kind)) is not None
    ]
    low, high = min(found), max(found)
    width = MARGIN + PANEL * len(SHOWN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT + 24}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]

    def y(milliseconds: float) -> float:
        return HEIGHT - MARGIN - _place(milliseconds, low, high) * (HEIGHT - 2 * MARGIN)

    for number, kind in enumerate(SHOWN):
        left = MARGIN + number * PANEL
        span = PANEL - 2 * MARGIN

        def x(documents: float, left: int = left, span: int = span) -> float:
            return left + _place(documents, sizes[0], sizes[-1]) * span

        parts.append(f'<text x="{left}" y="22" font-weight="bold">{escape(kind)}, p50 ms</text>')
        parts += [
            f'<text x="{x(size):.0f}" y="{HEIGHT - 24}" text-anchor="middle">{size:,}</text>'
            for size in sizes
        ]
        for name in COLOURS:
            points = [
                (one.documents, p50) for one in measured if (p50 := one.p50(name, kind)) is not None
            ]
            if points:
                parts += _line(name, [(x(size), y(p50), p50) for size, p50 in points])
    for number, (name, colour) in enumerate(COLOURS.items()):
        parts.append(
            f'<text x="{MARGIN + number * 80}" y="{HEIGHT + 10}" fill="{colour}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _line(name: str, points: list[tuple[float, float, float]]) -> list[str]:
    path = " ".join(f"{x:.0f},{y:.0f}" for x, y, _ in points)
    colour = COLOURS[name]
    marks = [
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"><title>{p50:.2f} ms</title>'
        "</circle>"
        for x, y, p50 in points
    ]
    shown = [
        f'<text x="{x + 5:.0f}" y="{y - 5:.0f}" fill="{colour}">{p50:.3g}</text>'
        for x, y, p50 in points[-1:]
    ]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *marks,
        *shown,
    ]


def _place(value: float, low: float, high: float) -> float:
    """Return where a value lies between two others on a logarithmic scale, from 0 to 1."""
    return math.log(value / low) / math.log(high / low) if high > low else 0.5
