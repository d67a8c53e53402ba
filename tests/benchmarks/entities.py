"""How well people and companies are found: `python -m tests.benchmarks.entities DATA`.

DATA is the folder with `wcxb-dev`, `seeds` and, for the peers to learn from, `ner`. Prints one
Markdown table: our taggers and the peers that are installed (`entities_peers`), which are trained
first. What counts is the set of canonical names of each document. Guideline of the labels
(`entities-gold.jsonl`: page number, people, companies of the title and the first 6,000 characters
of the main content):

- A person is a real human being named in the text, also a historical one, under the fullest name
  that the page uses; not a character, an account's name, a signature or a person in a name (a law,
  a prize, a building). Who is quoted with name and role counts, also under the quotation.
- A company is a business, past or present, also where its brand or platform stands for it (Kelty,
  TikTok, Google Maps mentions Google); not a product, a university, an agency, a party, a club,
  a band, a charity, an event, a standard or a publication.

The 42 pages of the test third were drawn at random from sites that no other labelled page comes
from (30 of all sorts, 12 of those with many capitals), and labelled before any tagger had seen
them. `index.entities.train --without tests/benchmarks/entities-gold.jsonl` keeps them out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from index import cleaning
from index.entities import extract
from index.entities.lexicon import company_key, fold, load
from index.entities.tagger import OWN
from index.entities.training.pages import LABELLED_CHARACTERS, read_pages
from index.records import KINDS, Article, Kind, Page
from tests.benchmarks import entities_peers

HERE = Path(__file__).parent
MODELS = Path(str(files("index.entities")))
CORPUS = HERE.parents[1] / "corpus" / "expected"
SPEED_WORDS, FIRST = 500, 256


@dataclass(frozen=True, slots=True)
class Sample:
    """An article and the names that are in it."""

    article: Article
    people: frozenset[str]
    companies: frozenset[str]

    def names(self, kind: Kind) -> frozenset[str]:
        """Return the right names of one kind, as keys."""
        return frozenset(map(key(kind), self.people if kind == "person" else self.companies))


@dataclass(slots=True)
class Score:
    """Names right, found and expected over all documents, and the F1 of each document."""

    right: int = 0
    found: int = 0
    expected: int = 0
    pages: list[float] = field(default_factory=list)

    def add(self, found: frozenset[str], expected: frozenset[str]) -> None:
        """Count one document; one without names, in which none is found, is perfect."""
        right = len(found & expected)
        self.right += right
        self.found += len(found)
        self.expected += len(expected)
        both = len(found) + len(expected)
        self.pages.append(2 * right / both if both else 1.0)

    def __str__(self) -> str:
        precision = 100 * self.right / max(self.found, 1)
        recall = 100 * self.right / max(self.expected, 1)
        f1 = 200 * self.right / max(self.found + self.expected, 1)
        mean = 100 * sum(self.pages) / max(len(self.pages), 1)
        return f"{precision:.0f} / {recall:.0f} / **{f1:.1f}** / {mean:.0f}"


def key(kind: Kind) -> Callable[[str], str]:
    """Return how names of a kind are compared: without case, accents, legal form and alias."""
    canonical = load().canonical
    if kind == "person":
        return fold
    return lambda name: company_key(canonical.get(company_key(name), name))


def gold(data: Path, split: str) -> Iterator[Sample]:
    """Yield the labelled web pages of a split."""
    rows = map(json.loads, (HERE / "entities-gold.jsonl").read_text("utf-8").splitlines())
    labels = {row["id"]: row for row in rows if row["split"] == split}
    for page in read_pages(data):
        if page.id in labels:
            row = labels[page.id]
            article = Article(title=page.title, text=page.text[:LABELLED_CHARACTERS])
            yield Sample(article, frozenset(row["people"]), frozenset(row["companies"]))


def seeds(data: Path) -> Iterator[Sample]:
    """Yield the five seeds, cleaned as whodex cleans them."""
    labels = json.loads((HERE / "entities-seeds.json").read_text("utf-8"))
    for path in sorted((data / "seeds").glob("*.txt")):
        row = labels[path.name[:3]]
        article = cleaning.clean(Page(str(path), path.read_bytes(), "text"))
        yield Sample(article, frozenset(row["people"]), frozenset(row["companies"]))


def corpus() -> Iterator[Sample]:
    """Yield the pages of our own writing."""
    for path in sorted(CORPUS.glob("*.json")):
        row = json.loads(path.read_text("utf-8"))
        article = Article(title=row["title"], text=row["text"], language=row["language"])
        yield Sample(article, frozenset(row["people"]), frozenset(row["companies"]))


def score(samples: Iterable[Sample], tagger: str) -> dict[Kind, Score]:
    """Return the score of a tagger, by kind."""
    scores: dict[Kind, Score] = {kind: Score() for kind in KINDS}
    for sample in samples:
        entities = extract(sample.article, tagger=tagger)
        for kind in KINDS:
            found = frozenset(key(kind)(e.name) for e in entities if e.kind == kind)
            scores[kind].add(found, sample.names(kind))
    return scores


def alone(data: Path, tagger: str) -> None:
    """Print seconds of loading and articles of 500 words a second: the first 256, and again."""
    entities_peers.plug_in()
    articles = []
    for page in read_pages(data):
        words = page.text.split(" ")
        if len(words) >= SPEED_WORDS:
            articles.append(Article(title=page.title, text=" ".join(words[:SPEED_WORDS])))
    times = [time.process_time()]
    extract(Article(title="", text=""), tagger=tagger)
    times.append(time.process_time())
    for _ in range(2):
        for article in articles[:FIRST]:
            extract(article, tagger=tagger)
        times.append(time.process_time())
    loading, first, again = (end - start for start, end in pairwise(times))
    print(loading, FIRST / first, FIRST / again)


def speed(data: Path, tagger: str) -> str:
    """Return the two speeds and the loading time that a process of its own with one thread has."""
    call = f"from tests.benchmarks.entities import *; alone(Path({str(data)!r}), {tagger!r})"
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-c", call],
        env=os.environ | one_thread,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    loading, first, again = map(float, told.stdout.split())
    return f"{first:.0f}; {again:.0f}; {loading:.2f} s"


def megabytes(tagger: str) -> float:
    """Return the size of a tagger's model."""
    model = Path(tagger.partition(":")[2]) if ":" in tagger else MODELS / f"{tagger}.npz"
    parts = [path for path in (model, *model.rglob("*")) if path.is_file()]
    return sum(path.stat().st_size for path in parts) / 1e6


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--tagger", action="append", help="only these, such as spacy:MODEL")
    parser.add_argument("--test", action="store_true", help="the third that is looked at last")
    parser.add_argument("--peers", type=Path, help="a folder that keeps the trained peers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        taggers = {name: name for name in arguments.tagger or OWN}
        if not arguments.tagger:
            folder = arguments.peers or Path(passing)
            folder.mkdir(parents=True, exist_ok=True)
            taggers |= entities_peers.train(arguments.data, folder)
        report(arguments.data, taggers, test=arguments.test)


def report(data: Path, taggers: Mapping[str, str], *, test: bool) -> None:
    """Print the table, a column for each tagger."""
    entities_peers.plug_in()
    sets = {
        "web pages, development": list(gold(data, "development")),
        "corpus": list(corpus()),
        "seeds": list(seeds(data)),
    }
    if test:
        sets["web pages, test"] = list(gold(data, "test"))
    row("P / R / F1 / page mean", taggers)
    row("---", ["---"] * len(taggers))
    for name, samples in sets.items():
        results = [score(samples, tagger) for tagger in taggers.values()]
        for kind in KINDS:
            row(f"{kind}, {name} ({len(samples)})", (result[kind] for result in results))
    speeds = (speed(data, tagger) for tagger in taggers.values())
    row("documents of 500 words a second: first 256; again; loading", speeds)
    row("size of the model, MB", (f"{megabytes(tagger):.1f}" for tagger in taggers.values()))


def row(name: str, cells: Iterable[object]) -> None:
    """Print one row of the table."""
    print(f"| {name} |", *(f"{cell} |" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
