"""A conditional random field on the same data: `python -m tests.benchmarks.entities_peers DATA`.

Needs the package python-crfsuite. The field (Okazaki's CRFsuite with the usual features) is trained
on the corpora, the generated sentences and the web pages labelled by hand, and measured over the
same lists and resolver as our taggers. Prints rows of the table of `tests.benchmarks.entities`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from index.entities import tagger
from index.entities.casing import case_class
from index.entities.companies import Listed
from index.entities.labels import LABELS
from index.entities.lexicon import company_key, load
from index.entities.spans import Span
from index.entities.training.corpora import read_corpora
from index.entities.training.pages import read_labels, read_pages, targets
from index.entities.training.synthetic import Names, generate
from tests.benchmarks.entities import KINDS, corpus, gold, score, seeds

PAGES = Path(tagger.__file__).parent / "training" / "pages.jsonl"
SENTENCES = 12_000


def describe(words: Sequence[str], index: int) -> list[str]:
    """Return the features of one word: itself, its ends and case, and its neighbours."""
    features = ["bias"]
    for offset in (-2, -1, 0, 1, 2):
        place = index + offset
        word = words[place] if 0 <= place < len(words) else "\n"
        features += [f"{offset}w{word.lower()}", f"{offset}c{case_class(word)}"]
        if abs(offset) < 2:
            features += [f"{offset}s{word[-3:].lower()}", f"{offset}p{word[:3].lower()}"]
    return features


class CrfTagger:
    """A trained field as a tagger."""

    def __init__(self, model: Path) -> None:
        import pycrfsuite

        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open(str(model))

    def tag(self, words: Sequence[str], listed: Sequence[Listed]) -> list[Span]:
        """Return spans with the field's marginal probabilities."""
        self._tagger.set([describe(words, index) for index in range(len(words))])
        probabilities = np.array(
            [[self._marginal(label, index) for label in LABELS] for index in range(len(words))],
            np.float32,
        ).reshape(-1, len(LABELS))
        return tagger.spans_of(probabilities)

    def _marginal(self, label: str, index: int) -> float:
        return float(self._tagger.marginal(label, index))


def train(data: Path, model: Path) -> None:
    """Train the field; a word that may have several labels has the first."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for words, labels in _sequences(data):
        features = [describe(words, index) for index in range(len(words))]
        trainer.append(features, [LABELS[label] for label in labels])
    trainer.set_params({"c1": 0.1, "c2": 0.01, "max_iterations": 60})
    trainer.train(str(model))


def _sequences(data: Path) -> Iterator[tuple[Sequence[str], list[int]]]:
    lists = load()
    for sentence in read_corpora(data, lambda name: company_key(name) in lists.canonical):
        yield sentence.words, [allowed[0] for allowed in sentence.allowed]
    for sentence in generate(Names.of(lists), SENTENCES):
        yield sentence.words, [allowed[0] for allowed in sentence.allowed]
    labelled = read_labels(PAGES)
    for page in read_pages(data):
        if page.id in labelled:
            words = page.words(labelled[page.id].characters)
            yield words, targets(words, labelled[page.id]).argmax(1).tolist()


def main() -> None:
    """Train and print the rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "crf"
        train(data, model)
        with patch("index.entities.tagger.load", return_value=CrfTagger(model)):
            sets = {
                "web pages, development": list(gold(data, "development")),
                "corpus": list(corpus()),
                "seeds": list(seeds(data)),
            }
            print("| P / R / F1 / page mean | crfsuite |\n|---|---|")
            for name, samples in sets.items():
                scores = score(samples, "crf")
                for kind in KINDS:
                    print(f"| {kind}, {name} ({len(samples)}) | {scores[kind]} |")


if __name__ == "__main__":
    main()
