"""A small convolutional network over words, evaluated with numpy.

Each distinct word has one vector: the mean of its pieces' embeddings beside the sum of its hashed
features. A first convolution over five words is factored by word, so that every distinct word of a
document is multiplied once; residual convolutions over three words follow, some of them dilated.
Only capitalised words and those near them have a state in these: the others are part of no name.
Then every capitalised word is shown the mean and the maximum over all places where the same word
stands in the document, and a linear layer gives the labels (after Collobert et al., 2011, and
Strubell et al., 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.entities.casing import case_class
from index.entities.companies import Listed
from index.entities.features import (
    capitalised,
    pieces_of,
    place_features,
    seen_places,
    word_features,
)
from index.entities.labels import OUTSIDE
from index.entities.lexicon import Lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 5
"""Words that the first convolution sees; the others see three."""
_MOST_WORDS_KEPT = 200_000
"""Distinct words whose vectors are kept between documents, to bound the memory."""
_MOST_PRODUCTS_KEPT = 8192
"""The first words met, mostly the commonest, also keep what the first convolution makes of them."""


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
        self._dilations: list[int] = arrays["dilations"].tolist()
        self._width = self._pieces.shape[1] + self._hashed.shape[1]
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._vectors = np.zeros((_MOST_PRODUCTS_KEPT, self._width), np.float32)
        self._cases = np.zeros(_MOST_PRODUCTS_KEPT, np.int8)
        self._products = np.zeros(
            (_MOST_PRODUCTS_KEPT, self._weights["first"].shape[1]), np.float32
        )

    def _numbers_of(self, words: Sequence[str]) -> NDArray[np.intp]:
        numbers = [*map(self._numbers.get, words)]
        if None in numbers:
            self._learn([word for word in dict.fromkeys(words) if word not in self._numbers])
            numbers = [*map(self._numbers.get, words)]
        return np.array(numbers, np.intp)

    def _learn(self, words: Sequence[str]) -> None:
        """Work out the vectors of new words."""
        first = len(self._numbers)
        last = first + len(words)
        self._numbers.update(zip(words, range(first, last), strict=True))
        while last > len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._cases = np.concatenate([self._cases, np.zeros_like(self._cases)])
        pieces = [pieces_of(word, self._vocabulary) for word in words]
        rows = [word_features(word, self._lexicon, len(self._hashed)) for word in words]
        split = self._pieces.shape[1]
        vectors = self._vectors[first:last]
        lengths = np.array([*map(len, pieces)], np.float32)
        vectors[:, :split] = _sums(self._pieces, pieces) * self._piece_scale / lengths[:, None]
        vectors[:, split:] = _sums(self._hashed, rows) * self._hash_scale
        self._cases[first:last] = [*map(case_class, words)]
        kept = min(last, _MOST_PRODUCTS_KEPT)
        if first < kept:
            self._products[first:kept] = self._vectors[first:kept] @ self._weights["first"]

    def probabilities(self, words: Sequence[str], listed: Sequence[Listed]) -> NDArray[np.float32]:
        """Return the label probabilities of a document's words, shape (words, labels)."""
        if len(self._numbers) > _MOST_WORDS_KEPT:
            self._forget()
        w, count = self._weights, len(words)
        numbers = self._numbers_of(words)
        cases = self._cases[numbers]
        result = np.zeros((count, len(w["labels_bias"])), np.float32)
        result[:, OUTSIDE] = 1
        seen = seen_places(cases)
        if not len(seen):
            return result
        distinct, inverse = np.unique(numbers, return_inverse=True)
        state = place_features(words, cases, listed, seen) @ w["places"] + w["first_bias"]
        self._add_first(state, distinct, inverse, seen)
        np.maximum(state, 0, out=state)
        reach = max(self._dilations)
        row_of = np.full(count + 2 * reach, len(seen))  # the row after the last is zero
        row_of[seen + reach] = np.arange(len(seen))
        padded = np.zeros((len(seen) + 1, state.shape[1]), np.float32)
        for layer, dilation in enumerate(self._dilations):
            padded[:-1] = state
            before, after = row_of[seen + reach - dilation], row_of[seen + reach + dilation]
            windows = np.concatenate([padded[before], state, padded[after]], axis=1)
            windows = windows @ w[f"residual{layer}"]
            windows += w[f"residual{layer}_bias"]
            state += np.maximum(windows, 0, out=windows)
        both = state @ w["own"]
        capitals = np.flatnonzero(capitalised(cases[seen]))
        both[capitals] += self._pooled(state[capitals], inverse[seen[capitals]])
        logits = np.maximum(both, 0, out=both) @ w["labels"] + w["labels_bias"]
        logits = np.exp(logits - logits.max(1, keepdims=True))
        result[seen] = logits / logits.sum(1, keepdims=True)
        return result

    def _add_first(
        self,
        state: NDArray[np.float32],
        distinct: NDArray[np.intp],
        inverse: NDArray[np.intp],
        seen: NDArray[np.intp],
    ) -> None:
        """Add the first convolution, of which each distinct word has one product an offset."""
        products = self._products[np.minimum(distinct, _MOST_PRODUCTS_KEPT - 1)]
        rare = np.searchsorted(distinct, _MOST_PRODUCTS_KEPT)
        if rare < len(distinct):
            products[rare:] = self._vectors[distinct[rare:]] @ self._weights["first"]
        hidden, reach = state.shape[1], WINDOW // 2
        rows = np.concatenate(
            [products.reshape(-1, hidden), np.zeros((WINDOW, hidden), np.float32)]
        )
        padded = np.full(len(inverse) + 2 * reach, len(distinct) * WINDOW)
        padded[reach : len(inverse) + reach] = inverse * WINDOW
        for offset in range(WINDOW):
            state += rows[padded[seen + offset] + offset]

    def _pooled(self, state: NDArray[np.float32], kinds: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return, for each row, what all the rows of the same word have in common."""
        order = np.argsort(kinds, kind="stable")
        ordered = kinds[order]
        starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        grouped = state[order]
        sizes = np.diff(np.append(starts, len(kinds)))
        both = np.concatenate(
            [
                np.add.reduceat(grouped, starts) / sizes[:, None].astype(np.float32),
                np.maximum.reduceat(grouped, starts),
            ],
            axis=1,
        )
        pooled = both @ self._weights["pooled"] + self._weights["pooled_bias"]
        result = np.empty_like(state)
        result[order] = np.repeat(pooled, sizes, axis=0)
        return result


def _sums(table: NDArray[np.generic], rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Return the sums of the table's rows, one sum for each list of row numbers."""
    flat = np.fromiter((number for numbers in rows for number in numbers), np.intp)
    starts = np.cumsum([0, *(len(numbers) for numbers in rows[:-1])])
    sums: NDArray[np.float32] = np.add.reduceat(table[flat].astype(np.float32), starts)
    return sums
