"""Taggers of other projects: what is missing is said, and their names are resolved like ours."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from index.entities import extract, tagger
from index.errors import WhodexError
from index.records import Article
from tests.pages import write_spacy_pipeline

TEXT = "Zelda Quux leads Frobnitz Inc. and Quux likes it. Shares of Frobnitz rose."


@pytest.fixture(autouse=True)
def _forget_taggers() -> None:
    tagger.load.cache_clear()


@pytest.mark.parametrize(("name", "extra"), [("spacy:xx", "spacy"), ("gliner:xx", "gliner")])
def test_a_missing_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, extra, None)
    with pytest.raises(WhodexError) as error:
        extract(Article(title="", text=TEXT), tagger=name)
    assert error.value.hint is not None
    assert f"pip install 'whodex[{extra}]'" in error.value.hint


@pytest.fixture
def spacy_without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(model: str) -> None:
        raise OSError(model)

    spacy: Any = ModuleType("spacy")
    spacy.load = load
    monkeypatch.setitem(sys.modules, "spacy", spacy)


@pytest.mark.usefixtures("spacy_without_models")
def test_a_missing_spacy_model_says_how_to_get_it() -> None:
    with pytest.raises(WhodexError) as error:
        extract(Article(title="", text=TEXT), tagger="spacy:en_none")
    assert error.value.hint == "Try: python -m spacy download en_none"


@pytest.mark.usefixtures("spacy_without_models")
def test_a_folder_without_a_pipeline_is_not_looked_for_on_the_internet() -> None:
    with pytest.raises(WhodexError) as error:
        extract(Article(title="", text=TEXT), tagger="spacy:models/ours")
    assert "models/ours is no spaCy pipeline." in str(error.value)
    assert error.value.hint is not None
    assert "download" not in error.value.hint


def test_a_real_spacy_pipeline_finds_names(tmp_path: Path) -> None:
    write_spacy_pipeline(tmp_path)
    found = extract(Article(title="", text=TEXT), tagger=f"spacy:{tmp_path}")
    assert [(e.kind, e.name, e.spellings, len(e.mentions)) for e in found] == [
        ("person", "Zelda Quux", ("Zelda Quux", "Quux"), 2),
        ("company", "Frobnitz", ("Frobnitz Inc.", "Frobnitz"), 2),
    ]


def test_names_of_a_spacy_model_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def pipeline(words: list[str]) -> Any:
        ents = [
            SimpleNamespace(
                start=words.index("Zelda"), end=words.index("Zelda") + 2, label_="PERSON"
            ),
            *(
                SimpleNamespace(start=place, end=place + 1, label_="ORG")
                for place, word in enumerate(words)
                if word == "Frobnitz"
            ),
        ]
        return SimpleNamespace(ents=ents)

    pipeline.vocab = None  # type: ignore[attr-defined]
    spacy: Any = ModuleType("spacy")
    spacy.load = lambda model: pipeline
    tokens: Any = ModuleType("spacy.tokens")
    tokens.Doc = lambda vocab, words: words
    monkeypatch.setitem(sys.modules, "spacy", spacy)
    monkeypatch.setitem(sys.modules, "spacy.tokens", tokens)
    (person,) = [
        e for e in extract(Article(title="", text=TEXT), tagger="spacy:x") if e.kind == "person"
    ]
    assert (person.name, person.spellings) == ("Zelda Quux", ("Zelda Quux", "Quux"))


def test_names_of_a_gliner_model_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    class Model:
        @staticmethod
        def from_pretrained(model: str) -> Model:
            return Model()

        def predict_entities(self, text: str, labels: list[str]) -> list[dict[str, Any]]:
            start = text.index("Zelda Quux")
            company = text.index("Frobnitz")
            return [
                {"start": start, "end": start + 10, "label": "person", "score": 0.9},
                {"start": company, "end": company + 8, "label": "company", "score": 0.95},
            ]

    gliner: Any = ModuleType("gliner")
    gliner.GLiNER = Model
    monkeypatch.setitem(sys.modules, "gliner", gliner)
    found = extract(Article(title="", text=TEXT), tagger="gliner:x")
    assert [(e.kind, e.name, len(e.mentions)) for e in found] == [
        ("person", "Zelda Quux", 2),
        ("company", "Frobnitz", 2),
    ]
