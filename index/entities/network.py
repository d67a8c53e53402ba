"""A small convolutional network over words, evaluated with numpy.

Each distinct word has one vector: the mean of its pieces' embeddings beside the sum of its hashed
features. A first convolution over five words is factored by word, so that what it makes of a common
word is worked out once; residual convolutions over three words follow, some of them dilated.
Only capitalised words and those near them have a state in these: the others are part of no name.
Then every capitalised word is shown the mean and the maximum over all places where the same word
stands in the document, and a linear layer gives the labels (after Collobert et al., 2011, and
Strubell et al., 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
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
_PRODUCT_BYTES = 48 << 20
"""How much memory the first convolution's products of the commonest words may take."""
_NO_WORD = 0
"""The number of what stands before and after a document; its vector is 0."""


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
        self._numbers = {"": _NO_WORD}
        self._words = [""]
        self._vectors = np.zeros((4096, self._width), np.float32)
        self._cases = np.zeros(4096, np.int8)
        self._has_vector = np.zeros(4096, bool)
        self._has_vector[_NO_WORD] = True
        columns = self._weights["first"].shape[1]
        self._products = np.zeros((_PRODUCT_BYTES // (4 * columns), columns), np.float32)

    def _numbers_of(self, words: Sequence[str]) -> NDArray[np.intp]:
        number_of = self._numbers.__getitem__
        try:
            return np.fromiter(map(number_of, words), np.intp, len(words))
        except KeyError:
            self._add([word for word in dict.fromkeys(words) if word not in self._numbers])
            return np.fromiter(map(number_of, words), np.intp, len(words))

    def _add(self, words: Sequence[str]) -> None:
        """Give new words a number: what they are made of is seen when a name is near them."""
        first, last = len(self._words), len(self._words) + len(words)
        while last > len(self._vectors):
            self._vectors, self._cases, self._has_vector = (
                np.concatenate([array, np.zeros_like(array)])
                for array in (self._vectors, self._cases, self._has_vector)
            )
        self._cases[first:last] = [*map(case_class, words)]
        self._numbers.update(zip(words, range(first, last), strict=True))
        self._words += words

    def _look_at(self, numbers: NDArray[np.intp]) -> None:
        """Keep the vectors of words, and of the first ones (the commonest) the products as well."""
        new = np.unique(numbers[~self._has_vector[numbers]])
        if not len(new):
            return
        words = [self._words[number] for number in new.tolist()]
        pieces = [pieces_of(word, self._vocabulary) for word in words]
        rows = [word_features(word, self._lexicon, len(self._hashed)) for word in words]
        counts = np.array([*map(len, pieces)], np.float32)
        split = self._pieces.shape[1]
        vectors = np.empty((len(new), self._width), np.float32)
        vectors[:, :split] = _sums(self._pieces, pieces) * (self._piece_scale / counts[:, None])
        vectors[:, split:] = _sums(self._hashed, rows) * self._hash_scale
        self._vectors[new] = vectors
        kept = np.searchsorted(new, len(self._products))
        self._products[new[:kept]] = vectors[:kept] @ self._weights["first"]
        self._has_vector[new] = True

    def probabilities(self, words: Sequence[str], listed: Sequence[Listed]) -> NDArray[np.float32]:
        """Return the label probabilities of a document's words, shape (words, labels)."""
        if len(self._words) > _MOST_WORDS_KEPT:
            self._forget()
        w, count = self._weights, len(words)
        numbers = self._numbers_of(words)
        cases = self._cases[numbers]
        result = np.zeros((count, len(w["labels_bias"])), np.float32)
        result[:, OUTSIDE] = 1
        seen = seen_places(cases)
        if not len(seen):
            return result
        state = place_features(words, cases, listed, seen) @ w["places"]
        state += w["first_bias"]
        self._convolve(state, numbers, seen)
        np.maximum(state, 0, out=state)
        reach = max(self._dilations)
        row_of = np.full(count + 2 * reach, len(seen))  # the row after the last is 0
        row_of[seen + reach] = np.arange(len(seen))
        padded = np.zeros((len(seen) + 1, state.shape[1]), np.float32)
        windows = np.empty((len(seen), 3, state.shape[1]), np.float32)
        for layer, dilation in enumerate(self._dilations):
            padded[:-1] = state
            for column in range(3):
                rows = row_of[seen + reach + dilation * (column - 1)]
                padded.take(rows, 0, out=windows[:, column])
            change = windows.reshape(len(seen), -1) @ w[f"residual{layer}"]
            change += w[f"residual{layer}_bias"]
            state += np.maximum(change, 0, out=change)
        both = state @ w["own"]
        capitals = np.flatnonzero(capitalised(cases[seen]))
        both[capitals] += self._pooled(state[capitals], numbers[seen[capitals]])
        logits = w["labels"].T @ np.maximum(both, 0, out=both).T + w["labels_bias"][:, None]
        likely = np.exp(logits - logits.max(0))
        result[seen] = (likely / likely.sum(0)).T
        return result

    def _convolve(
        self, state: NDArray[np.float32], numbers: NDArray[np.intp], seen: NDArray[np.intp]
    ) -> None:
        """Add what the first convolution makes of the words around those looked at."""
        hidden, reach = state.shape[1], WINDOW // 2
        products = self._products.reshape(-1, hidden)
        padded = np.full(len(numbers) + 2 * reach, _NO_WORD)
        padded[reach:-reach] = numbers
        around = padded[seen + np.arange(WINDOW)[:, None]]
        self._look_at(around.ravel())
        all_kept = numbers.max() < len(self._products)
        for offset, at in enumerate(around):
            if not all_kept:
                rare = np.flatnonzero(at >= len(self._products))
                columns = slice(offset * hidden, (offset + 1) * hidden)
                state[rare] += self._vectors[at[rare]] @ self._weights["first"][:, columns]
                at[rare] = _NO_WORD
            state += products.take(at * WINDOW + offset, 0)

    def _pooled(self, state: NDArray[np.float32], kinds: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return, for each row, what all the rows of the same word have in common."""
        order = np.argsort(kinds, kind="stable")
        ordered = kinds[order]
        starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        sizes = np.diff(np.append(starts, len(kinds)))
        mean = state[order[starts]]  # right for what stands once
        most = mean.copy()
        several = sizes > 1
        if several.any():
            rows = state[order[np.repeat(several, sizes)]]
            firsts = np.cumsum(sizes[several]) - sizes[several]
            mean[several] = np.add.reduceat(rows, firsts) / sizes[several, None]
            most[several] = np.maximum.reduceat(rows, firsts)
        pooled = np.concatenate([mean, most], axis=1) @ self._weights["pooled"]
        pooled += self._weights["pooled_bias"]
        groups = np.empty_like(order)
        groups[order] = np.repeat(np.arange(len(starts)), sizes)
        result: NDArray[np.float32] = pooled[groups]
        return result


def _sums(table: NDArray[np.generic], bags: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Return for each bag, none of them empty, the sum of the rows whose numbers are in it."""
    rows = table[np.array([*chain.from_iterable(bags)])].astype(np.float32)
    sums: NDArray[np.float32] = np.add.reduceat(rows, np.cumsum([0, *map(len, bags[:-1])]))
    return sums
