"""How well hits are ranked: `python -m tests.benchmarks.ranking DATA`.

DATA is the folder with `ir/cranfield` and `ir/cisi`: abstracts, questions and which abstracts
answer them. Every engine sees the same title and text, and any word of a question may match.
Peers take part where they are installed. Prints one Markdown table of nDCG@10 (Järvelin and
Kekäläinen 2002, gain as graded), mean average precision and Recall@100.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import math
import re
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import build_index
from search import open_index

DEPTH = 1000
TOP = 10
RECALLED = 100
# Cranfield grades from 1 (a complete answer) to 4 (of some interest); 5 and -1 are no answers.
CRANFIELD_GAINS = {1: 4, 2: 3, 3: 2, 4: 1}
RECORD = re.compile(r"(?m)^\.I ")

Ranker = Callable[[str], list[str]]
"""From a question to the identifiers of documents, best first."""


@dataclass(frozen=True, slots=True)
class Document:
    """An abstract."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title and text in one, for engines that are given a single field."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, questions by number, and the gain of each relevant document by question."""

    name: str
    documents: tuple[Document, ...]
    questions: Mapping[int, str]
    gains: Mapping[int, Mapping[str, int]]


def cranfield(folder: Path) -> Collection:
    """Read Cranfield; questions are numbered in the order of the file."""
    documents = []
    for record in RECORD.split(_read(folder / "cran.all.1400"))[1:]:
        title = re.search(r"\.T\n(.*?)\.A\n", record, re.DOTALL)
        text = record.split("\n.W\n", 1)[1].strip()
        documents.append(Document(record.split()[0], _line(title[1] if title else ""), text))
    records = RECORD.split(_read(folder / "cran.qry"))[1:]
    questions = {at: _line(record.split(".W\n", 1)[1]) for at, record in enumerate(records, 1)}
    gains: dict[int, dict[str, int]] = defaultdict(dict)
    for line in _read(folder / "cranqrel").splitlines():
        question, document, grade = line.split()[:3]
        if int(grade) in CRANFIELD_GAINS:
            gains[int(question)][document] = CRANFIELD_GAINS[int(grade)]
    return Collection("Cranfield", tuple(documents), questions, gains)


def cisi(folder: Path) -> Collection:
    """Read CISI's development questions; the first line of an abstract is its title."""
    documents = []
    for record in RECORD.split(_read(folder / "CISI.ALL"))[1:]:
        number, title, *text = record.splitlines()
        documents.append(Document(number.strip(), _line(title), "\n".join(text).strip() or title))
    questions = {}
    for record in RECORD.split(_read(folder / "CISI_dev.QRY"))[1:]:
        asked = re.split(r"(?m)^\.[A-Z]\n", record.split(".W\n", 1)[1])[0]
        questions[int(record.split()[0])] = _line(asked)
    gains: dict[int, dict[str, int]] = defaultdict(dict)
    for line in _read(folder / "CISI_dev.REL").splitlines():
        question, document = line.split()[:2]
        gains[int(question)][document] = 1
    return Collection("CISI, development", tuple(documents), questions, gains)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _line(text: str) -> str:
    return " ".join(text.split())


def whodex(documents: Sequence[Document], folder: Path) -> Ranker:
    """Rank with an index of ours, signs of the query language taken out of the question."""
    source = folder / "documents.jsonl"
    nobody: dict[str, list[str]] = {"people": [], "companies": []}
    lines = (
        json.dumps({"id": document.id, "title": document.title, "text": document.text, **nobody})
        for document in documents
    )
    source.write_text("\n".join(lines), encoding="utf-8")
    build_index([source], folder / "index", workers=1)
    index = open_index(folder / "index")

    def rank(question: str) -> list[str]:
        words = re.sub(r"[^\w\s-]", " ", question)
        answer = index.search(words, match="any", limit=DEPTH, snippets=False)
        return [hit.id for hit in answer.hits]

    return rank


def bm25s(documents: Sequence[Document], _: Path) -> Ranker:
    """Rank with bm25s, Lucene's variant, Porter2 and its English stop words."""
    module = importlib.import_module("bm25s")
    stemmer = importlib.import_module("Stemmer").Stemmer("english")
    model = module.BM25(method="lucene", k1=1.2, b=0.75)
    texts = [document.whole for document in documents]
    model.index(
        module.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )

    def rank(question: str) -> list[str]:
        tokens = module.tokenize([question], stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = model.retrieve(tokens, k=DEPTH, show_progress=False)
        return [documents[number].id for number in found[0]]

    return rank


def tantivy(documents: Sequence[Document], _: Path) -> Ranker:
    """Rank with tantivy and its English stemmer."""
    module = importlib.import_module("tantivy")
    builder = module.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = module.Index(builder.build())
    writer = index.writer()
    for document in documents:
        writer.add_document(module.Document(id=document.id, text=document.whole))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(question: str) -> list[str]:
        words = " ".join(re.findall(r"\w+", question.lower()))
        hits = searcher.search(index.parse_query(words, ["text"]), DEPTH).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return rank


PEERS = {"bm25s": bm25s, "tantivy": tantivy}


def scores(rank: Ranker, collection: Collection) -> tuple[float, float, float]:
    """Return nDCG@10, mean average precision and Recall@100, means over answerable questions."""
    rows = [
        _scores(rank(question), collection.gains[number])
        for number, question in collection.questions.items()
        if collection.gains.get(number)
    ]
    first, second, third = (statistics.mean(column) for column in zip(*rows, strict=True))
    return first, second, third


def _scores(found: Sequence[str], gains: Mapping[str, int]) -> tuple[float, float, float]:
    best = sorted(gains.values(), reverse=True)
    gained = _discounted([gains.get(document, 0) for document in found])
    places = [place for place, document in enumerate(found, 1) if document in gains]
    precision = sum(number / place for number, place in enumerate(places, 1)) / len(gains)
    recall = sum(place <= RECALLED for place in places) / len(gains)
    return gained / _discounted(best), precision, recall


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains[:TOP], 1))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ranking")
    parser.add_argument("data", type=Path)
    chosen = parser.parse_args()
    engines = {"whodex": whodex} | {
        name: peer for name, peer in PEERS.items() if importlib.util.find_spec(name)
    }
    print("| collection | engine | nDCG@10 | MAP | Recall@100 |\n|---|---|---|---|---|")
    for collection in (cranfield(chosen.data / "ir/cranfield"), cisi(chosen.data / "ir/cisi")):
        for name, engine in engines.items():
            with tempfile.TemporaryDirectory() as folder:
                found = scores(engine(collection.documents, Path(folder)), collection)
            cells = " | ".join(f"{score:.4f}" for score in found)
            print(f"| {collection.name} | {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
