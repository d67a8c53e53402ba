"""Taggers of other projects, plugged in over the same resolver: `spacy:MODEL`, `gliner:MODEL`."""

from __future__ import annotations

import importlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index.entities.companies import Listed
from index.entities.spans import Span
from index.entities.tokens import LINE_BREAK
from index.errors import WhodexError

if TYPE_CHECKING:
    from index.entities.tagger import Tagger

# How sure the resolver may be of a label: these models' organisations are not all companies.
_SPACY_LABELS: Mapping[str, tuple[float, float]] = {
    "PERSON": (0.95, 0.0),
    "PER": (0.95, 0.0),
    "COMPANY": (0.0, 0.9),
    "ORG": (0.0, 0.6),
}
_SPACY_MODELS = "Give the name of an installed pipeline, or a folder that `to_disk` has written."
_GLINER_LABELS = ("person", "company")
_GLINER_WORDS = 200
"""GLiNER reads so many words at once."""


class SpacyTagger:
    """A spaCy pipeline with a named-entity recogniser."""

    def __init__(self, model: str) -> None:
        spacy = _extra("spacy", "spacy", "spaCy")
        try:
            self._pipeline: Any = spacy.load(model)
        except OSError as error:
            name = model.isidentifier()
            raise WhodexError(
                f"spaCy has no model {model!r}." if name else f"{model} is no spaCy pipeline.",
                hint=f"Try: python -m spacy download {model}" if name else _SPACY_MODELS,
            ) from error
        except Exception as error:
            raise WhodexError(
                f"spaCy could not load the model {model!r}: {error}", hint=_SPACY_MODELS
            ) from error

    def tag(self, words: Sequence[str], listed: Sequence[Listed]) -> list[Span]:
        """Return what the model takes for people and organisations."""
        tokens = importlib.import_module("spacy.tokens")
        document = self._pipeline(tokens.Doc(self._pipeline.vocab, words=list(words)))
        return [
            Span(entity.start, entity.end, *_SPACY_LABELS[entity.label_])
            for entity in document.ents
            if entity.label_ in _SPACY_LABELS
        ]


class GlinerTagger:
    """A GLiNER model, asked for people and companies."""

    def __init__(self, model: str) -> None:
        gliner = _extra("gliner", "gliner", "GLiNER")
        try:
            self._model: Any = gliner.GLiNER.from_pretrained(model)
        except Exception as error:
            raise WhodexError(
                f"GLiNER could not load the model {model!r}: {error}",
                hint="Give the name or the folder of a GLiNER model.",
            ) from error

    def tag(self, words: Sequence[str], listed: Sequence[Listed]) -> list[Span]:
        """Return the people and companies that the model finds, with its scores."""
        spans: list[Span] = []
        for first in range(0, len(words), _GLINER_WORDS):
            spans.extend(self._window(words, first))
        return spans

    def _window(self, words: Sequence[str], first: int) -> Iterable[Span]:
        window = [
            " " if word == LINE_BREAK else word for word in words[first : first + _GLINER_WORDS]
        ]
        starts, position = [], 0
        for word in window:
            starts.append(position)
            position += len(word) + 1
        found = self._model.predict_entities(" ".join(window), list(_GLINER_LABELS))
        for entity in sorted(found, key=lambda entity: int(entity["start"])):
            start = bisect_left(starts, int(entity["start"]))
            end = bisect_left(starts, int(entity["end"]))
            score = float(entity["score"])
            if start < end:
                person = entity["label"] == "person"
                yield Span(
                    first + start, first + end, score if person else 0.0, 0.0 if person else score
                )


def _extra(module: str, extra: str, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise WhodexError(
            f"This tagger needs {name}, which is not installed.",
            hint=f"Try: pip install 'whodex[{extra}]'",
        ) from error


PLUGINS: dict[str, Callable[[str], Tagger]] = {
    "spacy": SpacyTagger,
    "gliner": GlinerTagger,
}
"""What stands before the colon of a tagger's name, and what it loads."""
