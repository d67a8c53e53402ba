"""A small convolutional network over words, evaluated with numpy.

Each distinct word has one vector: the mean of its pieces' embeddings beside the sum of its hashed
features. A first convolution over five words is factored by word, so that every distinct word of a
document is multiplied once; residual convolutions over three words follow; then every word is
shown the mean and the maximum over all places where the same word stands in the document, and a
linear layer gives the labels (after Collobert et al., 2011, and Strubell et al., 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.entities.casing import case_class
from index.entities.companies import find_listed
from index.entities.features import pieces_of, place_features, word_features
from index.entities.lexicon import Lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 5
"""Words that the first convolution sees; the others see three."""
_MOST_WORDS_KEPT = 200_000
"""Distinct words whose vectors are kept between documents, to bound the memory."""


class Network:
    """The weights, and the vectors of the words seen so far."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        vocabulary = bytes(arrays["vocabulary"]).decode().split("\n")
        self._vocabulary = {piece: number for number, piece in enumerate(vocabulary)}
        self._weights = {
            name.removesuffix("_scale"): arrays[name.removesuffix("_scale")].astype(np.float32)
            * arrays[name].astype(np.float32)
            for name in arrays
            if name.endswith("_scale") and not name.startswith(("pieces", "hashed"))
        }
        self._weights |= {
            name: arrays[name].astype(np.float32) for name in arrays if name.endswith("_bias")
        }
        self._pieces, self._piece_scale = (
            arrays["pieces"],
            arrays["pieces_scale"].astype(np.float32),
        )
        self._hashed, self._hash_scale = arrays["hashed"], arrays["hashed_scale"].astype(np.float32)
        self._layers = sum(
            name.startswith("residual") and name.endswith("_bias") for name in arrays
        )
        self._width = self._pieces.shape[1] + self._hashed.shape[1]
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._vectors = np.zeros((4096, self._width), np.float32)
        self._cases = np.zeros(4096, np.int8)

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is not None:
            return number
        number = self._numbers[word] = len(self._numbers)
        if number == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._cases = np.concatenate([self._cases, np.zeros_like(self._cases)])
        pieces = pieces_of(word, self._vocabulary)
        rows = word_features(word, self._lexicon, len(self._hashed))
        split = self._pieces.shape[1]
        self._vectors[number, :split] = self._pieces[pieces].sum(0, np.float32) * (
            self._piece_scale / len(pieces)
        )
        self._vectors[number, split:] = self._hashed[rows].sum(0, np.float32) * self._hash_scale
        self._cases[number] = case_class(word)
        return number

    def probabilities(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the label probabilities of a document's words, shape (words, labels)."""
        if len(self._numbers) > _MOST_WORDS_KEPT:
            self._forget()
        numbers = np.array([self._number(word) for word in words], np.int64)
        distinct, inverse = np.unique(numbers, return_inverse=True)
        places = place_features(words, self._cases[numbers], find_listed(words, self._lexicon))
        w = self._weights
        hidden = len(w["first_bias"])
        factored = (self._vectors[distinct] @ w["first"]).reshape(len(distinct), WINDOW, hidden)
        count, reach = len(words), WINDOW // 2
        state = places @ w["places"] + w["first_bias"]
        for offset in range(-reach, reach + 1):
            low, high = max(0, -offset), min(count, count - offset)
            if low < high:
                state[low:high] += factored[inverse[low + offset : high + offset], offset + reach]
        np.maximum(state, 0, out=state)
        for layer in range(self._layers):
            padded = np.zeros((count + 2, hidden), np.float32)
            padded[1:-1] = state
            windows = np.concatenate([padded[:-2], state, padded[2:]], axis=1)
            state = state + np.maximum(
                windows @ w[f"residual{layer}"] + w[f"residual{layer}_bias"], 0
            )
        order = np.argsort(inverse, kind="stable")
        starts = np.searchsorted(inverse[order], np.arange(len(distinct)))
        grouped = state[order]
        sizes = np.diff(np.append(starts, count))[:, None]
        pooled = np.concatenate(
            [np.add.reduceat(grouped, starts) / sizes, np.maximum.reduceat(grouped, starts)], axis=1
        )
        both = state @ w["own"] + (pooled @ w["pooled"])[inverse] + w["pooled_bias"]
        logits = np.maximum(both, 0) @ w["labels"] + w["labels_bias"]
        logits = np.exp(logits - logits.max(1, keepdims=True))
        probabilities: NDArray[np.float32] = logits / logits.sum(1, keepdims=True)
        return probabilities
