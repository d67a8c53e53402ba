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

from index.entities.casing import (
    ALPHANUMERIC,
    CASE_CLASSES,
    LETTER,
    MIXED,
    TITLE,
    UPPER,
    case_class,
)
from index.entities.companies import Listed
from index.entities.features import pieces_of, place_features, word_features
from index.entities.labels import OUTSIDE
from index.entities.lexicon import Lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 5
"""Words that the first convolution sees; the others see three."""
_CAPITALISED = np.isin(np.arange(CASE_CLASSES), [TITLE, UPPER, LETTER, MIXED, ALPHANUMERIC])
_NEAR_A_CAPITAL = 2
"""How far from a capitalised word a name may reach (van der, of the)."""
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

    def _numbers_of(self, words: Sequence[str]) -> NDArray[np.intp]:
        numbers = [*map(self._numbers.get, words)]
        if None in numbers:
            for word in words:
                if word not in self._numbers:
                    self._add(word)
            numbers = [*map(self._numbers.get, words)]
        return np.array(numbers, np.intp)

    def _add(self, word: str) -> None:
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

    def probabilities(self, words: Sequence[str], listed: Sequence[Listed]) -> NDArray[np.float32]:
        """Return the label probabilities of a document's words, shape (words, labels).

        Only capitalised words and those near them are looked at: the others are part of no name.
        """
        if len(self._numbers) > _MOST_WORDS_KEPT:
            self._forget()
        w, count = self._weights, len(words)
        numbers = self._numbers_of(words)
        cases = self._cases[numbers]
        result = np.zeros((count, len(w["labels_bias"])), np.float32)
        result[:, OUTSIDE] = 1
        near = _widen(_CAPITALISED[cases], _NEAR_A_CAPITAL)
        looked_at = np.flatnonzero(_widen(near, self._layers))
        if not len(looked_at):
            return result
        distinct, inverse = np.unique(numbers, return_inverse=True)
        state = place_features(words, cases, listed, looked_at) @ w["places"] + w["first_bias"]
        hidden, reach = state.shape[1], WINDOW // 2
        factored = (self._vectors[distinct] @ w["first"]).reshape(-1, hidden)
        factored = np.concatenate([factored, np.zeros((WINDOW, hidden), np.float32)])
        padded = np.full(count + 2 * reach, len(distinct))
        padded[reach : count + reach] = inverse
        for offset in range(WINDOW):
            state += factored[padded[looked_at + offset] * WINDOW + offset]
        np.maximum(state, 0, out=state)
        follows = np.zeros(len(looked_at) + 1, bool)
        follows[1:-1] = np.diff(looked_at) == 1
        for layer in range(self._layers):
            before, after = np.zeros_like(state), np.zeros_like(state)
            before[1:] = state[:-1] * follows[1:-1, None]
            after[:-1] = state[1:] * follows[1:-1, None]
            windows = np.concatenate([before, state, after], axis=1)
            state += np.maximum(windows @ w[f"residual{layer}"] + w[f"residual{layer}_bias"], 0)
        both = state @ w["own"]
        both += self._pooled(state, inverse[looked_at])
        logits = np.maximum(both, 0) @ w["labels"] + w["labels_bias"]
        logits = np.exp(logits - logits.max(1, keepdims=True))
        logits /= logits.sum(1, keepdims=True)
        result[looked_at] = logits
        result[~near] = 0
        result[~near, OUTSIDE] = 1
        return result

    def _pooled(self, state: NDArray[np.float32], kinds: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return, for each row, what all the rows of the same word have in common."""
        order = np.argsort(kinds, kind="stable")
        ordered = kinds[order]
        starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        grouped = state[order]
        sizes = np.diff(np.append(starts, len(kinds)))
        both = np.concatenate(
            [
                np.add.reduceat(grouped, starts) / sizes[:, None],
                np.maximum.reduceat(grouped, starts),
            ],
            axis=1,
        )
        pooled = both @ self._weights["pooled"] + self._weights["pooled_bias"]
        result = np.empty_like(state)
        result[order] = np.repeat(pooled, sizes, axis=0)
        return result


def _widen(mask: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """Return the mask with `steps` more places on either side of each that is set."""
    for _ in range(steps):
        wider = mask.copy()
        wider[1:] |= mask[:-1]
        wider[:-1] |= mask[1:]
        mask = wider
    return mask
