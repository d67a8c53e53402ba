"""The learned judge of blocks: vocabulary and forest, one pair for HTML and one for plain text."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.cleaning import features
from index.cleaning.forest import Forest
from index.cleaning.outline import Outline
from index.cleaning.vocabulary import Vocabulary
from index.records import Markup

FILE = "model.npz"
# The weight of one step of the vocabularies' 8-bit weights; the strongest are about 3.
WEIGHT_STEP = 0.025
# The most characters that a byte can count.
LONGEST_START = 255

# What a reader is told when the features that begin so speak most against a block.
_REASONS = (
    ("names", "its element is named like furniture of a page"),
    ("worst name", "its element is named like furniture of a page"),
    ("best", "its element is named like furniture of a page"),
    ("path of", "its section is named like furniture of a page"),
    ("score of names", "the elements around it are named like furniture of a page"),
    ("its words", "its words are those of furniture"),
    ("words of the heading", "the heading above it is that of furniture"),
    ("score of words", "the words around it are those of furniture"),
    ("linked", "it is, or stands among, links"),
    ("links", "it is, or stands among, links"),
    ("in <", "it stands in a side part of the page"),
    ("hidden", "it is hidden on the page"),
    ("copies", "it is repeated on the page"),
    ("earlier copies", "it is repeated on the page"),
    ("steps", "it stands apart from the main text"),
    ("inside", "it stands apart from the main text"),
    ("prose", "there is little prose around it"),
    ("blocks", "many blocks are laid out like it"),
    ("share", "it is laid out unlike the main text"),
    ("words of its", "it is laid out unlike the main text"),
    ("words in the title", "it repeats the title"),
    ("position", "of where on the page it stands"),
    ("before", "of where on the page it stands"),
    ("after", "of where on the page it stands"),
)
_OTHER_REASON = "it does not read like content"


@dataclass(frozen=True)
class Model:
    """How likely each block of a page is content, and why not."""

    vocabulary: Vocabulary
    forest: Forest

    def probabilities(self, outline: Outline) -> npt.NDArray[np.float32]:
        """Return the probability (0-1) of each block that it is content."""
        if not outline.blocks:
            return np.zeros(0, dtype=np.float32)
        return self.forest.probabilities(features.describe(outline, self.vocabulary))

    def reasons(self, outline: Outline, positions: list[int]) -> list[str]:
        """Return for each position what speaks most against the block there, in words."""
        if not positions:
            return []
        matrix = features.describe(outline, self.vocabulary)[positions]
        names = features.names(self.vocabulary.markup)
        return [
            _in_words(names[int(moves.argmin())]) if moves.min() < 0 else _OTHER_REASON
            for moves in map(self.forest.moves, matrix)
        ]


@functools.cache
def load(markup: Markup) -> Model:
    """Return the model for pages of one kind, as `index.cleaning.train` made it."""
    with np.load(io.BytesIO(resources.files(__package__).joinpath(FILE).read_bytes())) as stored:
        arrays = {name: stored[f"{markup}_{name}"] for name in _ARRAYS}
    return Model(
        Vocabulary(
            _weights(arrays["name_starts"], arrays["names"], arrays["name_weights"]),
            _weights(arrays["word_starts"], arrays["words"], arrays["word_weights"]),
            markup,
        ),
        Forest(
            arrays["features"],
            arrays["thresholds"],
            arrays["leaves"].astype(np.float32),
        ),
    )


def save(models: dict[Markup, Model], path: Path) -> None:
    """Write the models to one file; the same models give the same bytes."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for markup, model in models.items():
        stored = (
            *_stored(model.vocabulary.names),
            *_stored(model.vocabulary.words),
            model.forest.features,
            model.forest.thresholds,
            model.forest.leaves.astype(np.float16),
        )
        for name, values in zip(_ARRAYS, stored, strict=True):
            arrays[f"{markup}_{name}"] = np.asarray(values)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def rounded(weights: dict[str, float]) -> dict[str, float]:
    """Return the weights as they are stored: those that are not zero then."""
    steps = {token: round(weight / WEIGHT_STEP) for token, weight in sorted(weights.items())}
    return {token: max(-127, min(127, step)) * WEIGHT_STEP for token, step in steps.items() if step}


_ARRAYS = (
    "name_starts", "names", "name_weights", "word_starts", "words", "word_weights",
    "features", "thresholds", "leaves",
)  # fmt: skip


def _stored(
    weights: dict[str, float],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
    """Return how many characters each token has in common with the one before, its others, steps.

    Most of the file would be the starts of tokens that are sorted.
    """
    starts = [
        min(LONGEST_START, _length_in_common(before, token))
        for before, token in pairwise(("", *weights))
    ]
    text = "\n".join(token[start:] for token, start in zip(weights, starts, strict=True)).encode()
    steps = [round(weight / WEIGHT_STEP) for weight in weights.values()]
    return (
        np.array(starts, dtype=np.uint8),
        np.frombuffer(text, dtype=np.uint8),
        np.array(steps, dtype=np.int8),
    )


def _length_in_common(left: str, right: str) -> int:
    differing = (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b)
    return next(differing, min(len(left), len(right)))


def _weights(
    starts: npt.NDArray[np.uint8], text: npt.NDArray[np.uint8], steps: npt.NDArray[np.int8]
) -> dict[str, float]:
    if not len(starts):
        return {}
    weights: dict[str, float] = {}
    token = ""
    for start, rest, weight in zip(
        starts.tolist(),
        text.tobytes().decode().split("\n"),
        (steps * WEIGHT_STEP).tolist(),
        strict=True,
    ):
        token = token[:start] + rest
        weights[token] = weight
    return weights


def _in_words(feature: str) -> str:
    return next((words for start, words in _REASONS if feature.startswith(start)), _OTHER_REASON)
