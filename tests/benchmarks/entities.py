"""How well people and companies are found: `python -m tests.benchmarks.entities DATA`.

DATA is the folder with `wcxb-dev` and `seeds`. Prints one Markdown table. What counts is the set
of canonical names of each document. Guideline of the labels (`entities-gold.jsonl`: page number,
people, companies of the title and the first 6,000 characters of the main content):

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
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index import cleaning
from index.entities import extract
from index.entities.lexicon import company_key, fold, load
from index.entities.tagger import OWN
from index.entities.training.pages import LABELLED_CHARACTERS, read_pages
from index.records import Article, Kind, Page

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus" / "expected"
KINDS: tuple[Kind, ...] = ("person", "company")
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


def speed(data: Path, tagger: str) -> tuple[float, float]:
    """Return articles of 500 words a second of one core: the first 256, and all again."""
    articles = []
    for page in read_pages(data):
        words = page.text.split(" ")
        if len(words) >= SPEED_WORDS:
            articles.append(Article(title=page.title, text=" ".join(words[:SPEED_WORDS])))
    extract(articles[0], tagger=tagger)
    started = time.process_time()
    for article in articles[:FIRST]:
        extract(article, tagger=tagger)
    first = time.process_time()
    for article in articles[:FIRST]:
        extract(article, tagger=tagger)
    return FIRST / (first - started), FIRST / (time.process_time() - first)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--tagger", action="append", help="also a plug-in, such as spacy:MODEL")
    parser.add_argument("--test", action="store_true", help="the third that is looked at last")
    arguments = parser.parse_args()
    taggers = arguments.tagger or list(OWN)
    sets = {
        "web pages, development": list(gold(arguments.data, "development")),
        "corpus": list(corpus()),
        "seeds": list(seeds(arguments.data)),
    }
    if arguments.test:
        sets["web pages, test"] = list(gold(arguments.data, "test"))
    print("| P / R / F1 / page mean | " + " | ".join(taggers) + " |")
    print("|---|" + "---|" * len(taggers))
    for name, samples in sets.items():
        results = [score(samples, tagger) for tagger in taggers]
        for kind in KINDS:
            cells = " | ".join(str(result[kind]) for result in results)
            print(f"| {kind}, {name} ({len(samples)}) | {cells} |")
    cells = " | ".join("{:.0f}; {:.0f}".format(*speed(arguments.data, name)) for name in taggers)
    print(f"| documents of 500 words a second: first 256; again | {cells} |")


if __name__ == "__main__":
    main()
