"""The peers of `tests.benchmarks.entities`: trained on the same data, plugged in like any tagger.

They learn the corpora, the generated sentences and the web pages labelled by hand, and are measured
over the same lists and resolver as our taggers. Needs the packages python-crfsuite and spacy; a
peer whose package is missing takes no part.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from index.entities import plugins, tagger
from index.entities.casing import case_class
from index.entities.companies import Listed
from index.entities.labels import LABELS
from index.entities.lexicon import company_key, load
from index.entities.spans import Span
from index.entities.train import SENTENCES
from index.entities.training.corpora import read_corpora
from index.entities.training.pages import read_labels, read_pages, targets
from index.entities.training.synthetic import Names, generate

PAGES = Path(tagger.__file__).parent / "training" / "pages.jsonl"
CRF = {"c1": 0.1, "c2": 0.01, "max_iterations": 60}
EPOCHS, DROPOUT, BATCH_WORDS = 3, 0.2, 1500
"""How the convolutional network is trained."""
SEQUENCE = 150

Sequences = list[tuple[Sequence[str], Sequence[int]]]
"""Words and their labels."""


def train(data: Path, folder: Path) -> dict[str, str]:
    """Train the peers whose packages are there, unless `folder` has them.

    Returns the taggers' names by the peers' names.
    """
    peers: dict[str, tuple[str, str, Callable[[Sequences, Path], None]]] = {
        "crfsuite": ("pycrfsuite", "crfsuite", train_crf),
        f"spaCy CNN, {EPOCHS} epochs": ("spacy", "spacy", train_spacy),
    }
    taggers = {}
    for name, (package, family, fit) in peers.items():
        if find_spec(package):
            model = folder / package
            taggers[name] = f"{family}:{model}"
            if not model.exists():
                fit([*_sequences(data)], model)
    return taggers


def _sequences(data: Path) -> Iterator[tuple[Sequence[str], Sequence[int]]]:
    """Yield what is learnt from; a word that may have several labels has the first."""
    lists = load()
    corpora = read_corpora(data, lambda name: company_key(name) in lists.canonical)
    for sentence in chain(corpora, generate(Names.of(lists), SENTENCES)):
        yield sentence.words, [allowed[0] for allowed in sentence.allowed]
    labelled = read_labels(PAGES)
    for page in read_pages(data):
        if page.id in labelled:
            words = page.words(labelled[page.id].characters)
            labels = targets(words, labelled[page.id]).argmax(1).tolist()
            for start in range(0, len(words), SEQUENCE):
                yield words[start : start + SEQUENCE], labels[start : start + SEQUENCE]


def plug_in() -> None:
    """Let `crfsuite:MODEL` name a tagger, as `spacy:MODEL` does."""
    plugins.PLUGINS["crfsuite"] = CrfTagger


def describe(words: Sequence[str], index: int) -> list[str]:
    """Return the usual features of one word: itself, its ends and case, and its neighbours."""
    features = ["bias"]
    for offset in (-2, -1, 0, 1, 2):
        place = index + offset
        word = words[place] if 0 <= place < len(words) else "\n"
        features += [f"{offset}w{word.lower()}", f"{offset}c{case_class(word)}"]
        if abs(offset) < 2:
            features += [f"{offset}s{word[-3:].lower()}", f"{offset}p{word[:3].lower()}"]
    return features


def train_crf(sequences: Sequences, model: Path) -> None:
    """Train a conditional random field (Okazaki's CRFsuite)."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for words, labels in sequences:
        features = [describe(words, index) for index in range(len(words))]
        trainer.append(features, [LABELS[label] for label in labels])
    trainer.set_params(CRF)
    trainer.train(str(model))


class CrfTagger:
    """A trained field as a tagger."""

    def __init__(self, model: str) -> None:
        import pycrfsuite

        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open(model)

    def tag(self, words: Sequence[str], listed: Sequence[Listed]) -> list[Span]:
        """Return spans with the field's marginal probabilities."""
        self._tagger.set([describe(words, index) for index in range(len(words))])
        probabilities = [
            [float(self._tagger.marginal(label, index)) for label in LABELS]
            for index in range(len(words))
        ]
        return tagger.spans_of(np.array(probabilities, np.float32).reshape(-1, len(LABELS)))


def train_spacy(sequences: Sequences, model: Path) -> None:
    """Train spaCy's own convolutional network with its transition-based recogniser."""
    import spacy
    from spacy.training import Example
    from spacy.training.batchers import minibatch_by_words

    pipeline = spacy.blank("en")
    pipeline.add_pipe("ner")
    examples = []
    for words, labels in sequences:
        document = spacy.tokens.Doc(pipeline.vocab, words=list(words))
        named = document.copy()
        one_hot = np.eye(len(LABELS), dtype=np.float32)[list(labels)]
        named.set_ents(
            [
                spacy.tokens.Span(named, span.start, span.end, span.kind.upper())
                for span in tagger.spans_of(one_hot)
            ]
        )
        examples.append(Example(document, named))
    rng = random.Random(0)
    spacy.util.fix_random_seed(0)
    pipeline.initialize(lambda: examples)
    for _ in range(EPOCHS):
        rng.shuffle(examples)
        for batch in minibatch_by_words(examples, BATCH_WORDS):
            pipeline.update(batch, drop=DROPOUT)
    pipeline.to_disk(model)
