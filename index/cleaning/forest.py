"""Gradient-boosted trees, evaluated over arrays: no library, no compiler."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Rows that go down the trees together: the arrays over them and all trees stay in the cache.
ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Forest:
    """Trees of one depth in heap layout: the children of node n are 2n+1 and 2n+2.

    `features` and `thresholds` are trees x (2^depth - 1): a row goes right where its feature is
    above the threshold. `leaves` is trees x 2^depth, in log-odds.
    """

    features: npt.NDArray[np.uint8]
    thresholds: Floats
    leaves: Floats

    @property
    def depth(self) -> int:
        """The number of questions on each way to a leaf."""
        return int(self.leaves.shape[1]).bit_length() - 1

    @cached_property
    def _levels(self) -> list[tuple[npt.NDArray[np.intp], Floats]]:
        """Features and thresholds level by level, flat, as `probabilities` walks them."""
        bounds = [(2**level - 1, 2 ** (level + 1) - 1) for level in range(self.depth)]
        return [
            (
                self.features[:, start:end].ravel().astype(np.intp),
                self.thresholds[:, start:end].ravel(),
            )
            for start, end in bounds
        ]

    def probabilities(self, matrix: Floats) -> Floats:
        """Return the probability (0-1) of each row of `matrix` (rows x features)."""
        margins = np.empty(len(matrix))
        for start in range(0, len(matrix), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            margins[rows] = self._margins(matrix[rows])
        return np.asarray(1 / (1 + np.exp(-margins)), dtype=np.float32)

    def _margins(self, matrix: Floats) -> npt.NDArray[np.float64]:
        """Return the log-odds of each row: all trees and rows go down together.

        A node is numbered within its level, of all trees.
        """
        count = len(matrix)
        row = np.arange(count)
        columns = matrix.T.ravel()
        (features, thresholds), *deeper = self._levels
        node = 2 * np.arange(len(self.leaves))[:, None] + (
            columns.reshape(-1, count)[features] > thresholds[:, None]
        )
        for features, thresholds in deeper:
            # No index is out of bounds; to "wrap" those takes half the time of raising an error.
            place = (features * count).take(node, mode="wrap")
            place += row
            above = columns.take(place, mode="wrap") > thresholds.take(node, mode="wrap")
            node += node
            node += above
        leaves = self.leaves.ravel().take(node, mode="wrap")
        return np.asarray(leaves.sum(axis=0, dtype=np.float64))

    def moves(self, row: Floats) -> npt.NDArray[np.float64]:
        """Return how far each feature moves one row's log-odds, over all trees.

        The move at a node is the change of the mean of the leaves below (Saabas, 2014).
        """
        moves = np.zeros(len(row))
        for features, thresholds, leaves in zip(
            self.features, self.thresholds, self._means, strict=True
        ):
            node = 0
            for _ in range(self.depth):
                below = 2 * node + 1 + int(row[features[node]] > thresholds[node])
                moves[features[node]] += leaves[below] - leaves[node]
                node = below
        return moves

    @cached_property
    def _means(self) -> npt.NDArray[np.float64]:
        """The mean of the leaves below each node, trees x (2^(depth+1) - 1)."""
        levels = [self.leaves.astype(np.float64)]
        while levels[0].shape[1] > 1:
            levels.insert(0, (levels[0][:, ::2] + levels[0][:, 1::2]) / 2)
        return np.concatenate(levels, axis=1)


def from_lightgbm(dump: dict[str, Any], depth: int) -> Forest:
    """Return the forest of a model that lightgbm dumped (`Booster.dump_model`).

    A leaf above the last level is carried down to it.
    """
    trees = [tree["tree_structure"] for tree in dump["tree_info"]]
    features = np.zeros((len(trees), 2**depth - 1), dtype=np.uint8)
    thresholds = np.full((len(trees), 2**depth - 1), np.inf, dtype=np.float32)
    leaves = np.zeros((len(trees), 2**depth), dtype=np.float32)

    def fill(tree: int, node: int, part: dict[str, Any]) -> None:
        inner = 2**depth - 1
        if node >= inner:
            leaves[tree, node - inner] = part["leaf_value"]
        elif "split_feature" in part:
            features[tree, node] = part["split_feature"]
            thresholds[tree, node] = _rounded_down(part["threshold"])
            fill(tree, 2 * node + 1, part["left_child"])
            fill(tree, 2 * node + 2, part["right_child"])
        else:
            fill(tree, 2 * node + 1, part)
            fill(tree, 2 * node + 2, part)

    for number, tree in enumerate(trees):
        fill(number, 0, tree)
    return Forest(features, thresholds, leaves)


def _rounded_down(threshold: float) -> np.float32:
    """Return the largest float32 not above: each float32 is then on the same side of both."""
    rounded = np.float32(threshold)
    return rounded if rounded <= threshold else np.nextafter(rounded, np.float32(-np.inf))
