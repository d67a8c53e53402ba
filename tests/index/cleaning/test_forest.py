"""The trees give what the library that grew them gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.forest import from_lightgbm

DEPTH = 3


def trees(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    leaf = st.builds(lambda value: {"leaf_value": value}, st.floats(-2, 2, width=16))
    if depth == 0:
        return leaf
    below = trees(depth - 1)
    split = st.builds(
        lambda feature, threshold, left, right: {
            "split_feature": feature,
            "threshold": threshold,
            "left_child": left,
            "right_child": right,
        },
        st.integers(0, 3),
        st.floats(-1, 1, width=32, allow_subnormal=False),
        below,
        below,
    )
    return st.one_of(leaf, split)


def walked(tree: dict[str, Any], row: list[float]) -> float:
    while "split_feature" in tree:
        left = row[tree["split_feature"]] <= tree["threshold"]
        tree = tree["left_child" if left else "right_child"]
    return float(tree["leaf_value"])


@given(
    st.lists(trees(DEPTH), min_size=1, max_size=4),
    st.lists(
        st.lists(st.floats(-1, 1, width=32, allow_subnormal=False), min_size=4, max_size=4),
        min_size=1,
        max_size=5,
    ),
)
def test_every_row_reaches_its_leaves(grown: list[dict[str, Any]], rows: list[list[float]]) -> None:
    forest = from_lightgbm({"tree_info": [{"tree_structure": tree} for tree in grown]}, DEPTH)
    margins = np.array([sum(walked(tree, row) for tree in grown) for row in rows])
    found = forest.probabilities(np.array(rows, dtype=np.float32))
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-margins)), rtol=1e-5)


@given(
    trees(DEPTH),
    st.lists(st.floats(-1, 1, width=32, allow_subnormal=False), min_size=4, max_size=4),
)
def test_moves_add_up_to_the_prediction(tree: dict[str, Any], row: list[float]) -> None:
    forest = from_lightgbm({"tree_info": [{"tree_structure": tree}]}, DEPTH)
    moves = forest.moves(np.array(row, dtype=np.float32))
    base = float(forest.leaves.mean())
    np.testing.assert_allclose(base + moves.sum(), walked(tree, row), atol=1e-5)
