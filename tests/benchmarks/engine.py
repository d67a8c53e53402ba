"""Measures the index and the query engine beside others: `python -m tests.benchmarks.engine`.

A generated, news-like corpus: words by Zipf's law, people and companies, days. Each engine runs
in a process of its own; all of them share one core, and are asked in turns. Queries of a kind
are the same for all; the ten best documents are fetched. Engines that are not installed are left
out: `pip install tantivy bm25s`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import pickle
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import engines
from tests.benchmarks.engine_report import (
    KINDS,
    LARGE,
    MIDDLE,
    OURS,
    SMALL,
    Built,
    Measured,
    goals,
    picture,
    table,
)

VOCABULARY = 150_000
WORDS_PER_PAGE = 420
WORDS_PER_TITLE = 8
PEOPLE, COMPANIES = 20_000, 5_000
ZIPF_EXPONENT = 1.07
QUERIES = 200
SEED = 7
PAGES_PER_DRAW = 1000

# The most frequent words stand for the stop words, and nobody asks for them.
STOP_WORDS = 30

# What is asked of a million documents.
LARGE_KINDS = ("or3", "or5", "phrase2", "facets")

# Processes whose start is timed, and what their time is compared with.
STARTS = 20
IMPORTS = "typer, rich.console, whoosh.index, whoosh.qparser, numpy"


@dataclass(frozen=True)
class Corpus:
    """Generates the same pages each time, a thousand at once."""

    size: int
    words: int = WORDS_PER_PAGE

    def vocabulary(self) -> list[str]:
        rng = np.random.default_rng(SEED)
        syllables = [c + v + e for c in "bcdfglmnprstv" for v in "aeiou" for e in ("", "n", "r")]
        picks = rng.integers(0, len(syllables), (VOCABULARY * 2, 4))
        lengths = rng.integers(2, 5, VOCABULARY * 2)
        words = dict.fromkeys(
            "".join(syllables[i] for i in row[:length])
            for row, length in zip(picks.tolist(), lengths.tolist(), strict=True)
        )
        return list(words)[:VOCABULARY]

    def pages(self) -> Iterator[engines.Page]:
        words = np.array(self.vocabulary(), dtype=object)
        share = 1 / np.arange(1, len(words) + 1) ** ZIPF_EXPONENT
        cumulated = np.cumsum(share / share.sum())
        per_page = self.words + WORDS_PER_TITLE
        for first in range(0, self.size, PAGES_PER_DRAW):
            rng = np.random.default_rng((SEED, first))
            count = min(PAGES_PER_DRAW, self.size - first)
            drawn = np.searchsorted(cumulated, rng.random((count, per_page)))
            people = (PEOPLE * rng.random((count, 3)) ** 3).astype(int)
            companies = (COMPANIES * rng.random((count, 2)) ** 3).astype(int)
            days = rng.integers(738_000, 739_000, count)
            for row in range(count):
                text = words[np.minimum(drawn[row], len(words) - 1)].tolist()
                yield engines.Page(
                    number=first + row,
                    title=" ".join(text[:WORDS_PER_TITLE]),
                    text=_sentences(text[WORDS_PER_TITLE:]),
                    people=tuple(dict.fromkeys(f"Person {n}" for n in people[row])),
                    companies=tuple(dict.fromkeys(f"Company {n}" for n in companies[row])),
                    day=int(days[row]),
                )

    def queries(self) -> dict[str, list[tuple[str, ...]]]:
        """Return queries of each kind, made from words of pages of the corpus."""
        rng = np.random.default_rng(SEED + 1)
        stop = set(self.vocabulary()[:STOP_WORDS])
        sample = [page for _, page in zip(range(2 * QUERIES), self.pages(), strict=False)]
        made: dict[str, list[tuple[str, ...]]] = {kind: [] for kind in KINDS}
        for number in range(QUERIES):
            page = sample[number % len(sample)]
            text = page.text.replace(".", "").lower().split()
            told = [word for word in text if word not in stop]
            pick = list(rng.choice(told, 5, replace=False))
            pairs = [p for p in pairwise(text) if not stop & set(p)]
            made["term"].append((pick[0],))
            made["and2"].append(tuple(pick[:2]))
            made["or3"].append(tuple(pick[:3]))
            made["or5"].append(tuple(pick[:5]))
            made["phrase2"].append(pairs[rng.integers(len(pairs))] if pairs else tuple(pick[:2]))
            made["prefix"].append((pick[0][:5],))
            made["+person"].append((*pick[:2], page.people[0]))
            made["facets"].append(tuple(pick[:2]))
        return made


def _sentences(words: list[str]) -> str:
    """Put in capitals and full stops, as text has them."""
    return " ".join(
        " ".join((words[i].capitalize(), *words[i + 1 : i + 14])) + "."
        for i in range(0, len(words), 14)
    )


def _build(name: str, corpus: Corpus, directory: Path, core: int, pipe: Connection) -> None:
    _pin(core)
    # Pages that were made between the calls would give an engine with threads of its own time to
    # work that nobody measures.
    made = directory.with_suffix(".pages")
    with made.open("wb") as file:
        pages = corpus.pages()
        while chunk := list(islice(pages, PAGES_PER_DRAW)):
            pickle.dump(chunk, file)
    engine = engines.ENGINES[name](directory)
    started = time.perf_counter()
    engine.begin()
    with made.open("rb") as stored:
        for _ in range(0, corpus.size, PAGES_PER_DRAW):
            engine.add(pickle.load(stored))
    engine.commit()
    spent = time.perf_counter() - started
    made.unlink()
    size = sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
    pipe.send(Built(corpus.size / spent, _peak(), size))


def _answer(name: str, directory: Path, core: int, pipe: Connection) -> None:
    _pin(core)
    engine = engines.ENGINES[name](directory)
    engine.open()
    while True:
        task = pipe.recv()
        if task is None:
            pipe.send(_peak())
            return
        kind, query = task
        started = time.perf_counter()
        engine.ask(kind, query)
        pipe.send(time.perf_counter() - started)


def _pin(core: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _start(target: Any, *arguments: Any) -> tuple[Any, Connection]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*arguments, theirs))
    process.start()
    theirs.close()
    return process, ours


def measure_building(
    names: Sequence[str], corpus: Corpus, root: Path, core: int
) -> dict[str, Built]:
    """Build an index with each engine, one after the other, where there is none yet."""
    built = {}
    for name in names:
        directory, note = root / name, root / f"{name}.json"
        if not note.exists():
            directory.mkdir(parents=True)
            process, pipe = _start(_build, name, corpus, directory, core)
            note.write_text(json.dumps(asdict(pipe.recv())))
            process.join()
        built[name] = Built(**json.loads(note.read_text()))
    return built


def measure_asking(
    names: Sequence[str],
    queries: Mapping[str, Sequence[tuple[str, ...]]],
    root: Path,
    core: int,
    rounds: int,
) -> tuple[dict[str, dict[str, list[float]]], dict[str, int]]:
    """Ask all engines the same queries in turns; return their times, and their peak memory."""
    workers = {name: _start(_answer, name, root / name, core) for name in names}
    times: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    for kind, asked in queries.items():
        capable = [name for name in names if kind in engines.ENGINES[name].kinds]
        for turn in range(rounds + 1):
            for query in asked:
                for name in capable:
                    _, pipe = workers[name]
                    pipe.send((kind, query))
                    took = pipe.recv()
                    if turn:  # the first round warms the caches of all
                        times[name].setdefault(kind, []).append(took * 1000)
    peaks = {}
    for name, (process, pipe) in workers.items():
        pipe.send(None)
        peaks[name] = pipe.recv()
        process.join()
    return times, peaks


def measure_start(
    directory: Path, queries: Sequence[tuple[str, ...]], core: int
) -> dict[str, list[float]]:
    """Time whole processes, in turns: a search, and no more than the imports it could need."""
    script = str(Path(sysconfig.get_path("scripts")) / "whodex")
    folder = ["--index", str(directory)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    _pin(core)
    times: dict[str, list[float]] = {"search": [], "imports": []}
    for number, query in enumerate(queries[: STARTS + 1]):
        commands = {
            "search": [script, "search", *query, *folder],
            "imports": [sys.executable, "-c", f"import {IMPORTS}"],
        }
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(
                command, stdout=subprocess.DEVNULL, check=name == "imports", env=environment
            )
            if number:  # the first one warms the caches
                times[name].append((time.perf_counter() - started) * 1000)
    return times


def measure(documents: int, arguments: argparse.Namespace, root: Path) -> Measured:
    """Measure the engines that are asked for, and can do with a corpus of this size."""
    corpus = Corpus(documents, arguments.words)
    names = [
        name
        for name in arguments.engines.split(",")
        if documents <= engines.LARGEST.get(name, documents)
    ]
    kinds = LARGE_KINDS if documents >= LARGE else KINDS
    directory = root / str(documents)
    directory.mkdir(exist_ok=True, parents=True)
    built = measure_building(names, corpus, directory, arguments.core)
    queries = {kind: asked for kind, asked in corpus.queries().items() if kind in kinds}
    times, peaks = measure_asking(names, queries, directory, arguments.core, arguments.rounds)
    start = {}
    if OURS in names and documents < LARGE:
        start = measure_start(directory / OURS, corpus.queries()["and2"], arguments.core)
    return Measured(documents, corpus.words, built, times, peaks, start)


def main() -> None:
    """Run the benchmark as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", default=f"{SMALL},{MIDDLE},{LARGE}", help="sizes of corpora")
    parser.add_argument("--words", type=int, default=WORDS_PER_PAGE, help="words to a page")
    parser.add_argument("--engines", default=",".join(engines.installed()))
    parser.add_argument("--rounds", type=int, default=2, help="times that every query is asked")
    parser.add_argument("--core", type=int, default=max(os.cpu_count() or 1, 1) - 1)
    parser.add_argument("--keep", type=Path, help="keep the indexes here, and use those there")
    parser.add_argument("--picture", type=Path, help="draw the medians into this SVG file")
    arguments = parser.parse_args()
    root = arguments.keep or Path(tempfile.mkdtemp(prefix="bench-engine-"))
    measured = []
    try:
        for documents in map(int, arguments.documents.split(",")):
            measured.append(measure(documents, arguments, root))
            print(table(measured[-1]), flush=True)
            print()
    finally:
        if arguments.keep is None:
            shutil.rmtree(root)
    print(goals(measured))
    if arguments.picture:
        arguments.picture.write_text(picture(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
