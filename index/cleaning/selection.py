"""Which blocks are the article, given how likely each of them is."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Aim = Literal["balanced", "precision", "recall"]
Mask = npt.NDArray[np.bool_]

# Below this even the likeliest block is no content: the page has none.
LEAST_LIKELY = 0.3
# What a block must reach besides, or may have to be kept in any case.
PRECISION_THRESHOLD = 0.6
RECALL_THRESHOLD = 0.2


# What the odds of an article's blocks are multiplied by, and where the page itself says that
# it is one: what might be part of it is more often a teaser, caption or comment than a paragraph
# (by cross-validation on WCXB).
ARTICLE_ODDS = 0.67
STATED_ARTICLE_ODDS = 0.5


def select(
    probabilities: npt.NDArray[np.floating],
    words: npt.NDArray[np.floating],
    aim: Aim = "balanced",
    *,
    odds: float = 1.0,
) -> Mask:
    """Return which blocks to keep: those that together promise the highest F1 over words.

    With the blocks sorted by probability, the expected F1 of the first k is about
    2 * sum(p * words, first k) / (sum(words, first k) + sum(p * words, all)); the best k wins.
    "precision" asks a fixed probability of each block as well, "recall" a low one only. `odds`
    multiplies those of each block, where all are known to be less likely than they seem.
    """
    kept = np.zeros(len(probabilities), dtype=bool)
    if not len(probabilities) or probabilities.max() < LEAST_LIKELY:
        return kept
    order = np.argsort(-probabilities, kind="stable")
    likely = odds * probabilities / (1 - probabilities + odds * probabilities)
    right = np.cumsum((likely * words)[order])
    returned = np.cumsum(words[order])
    best = int(np.argmax(right / np.maximum(1e-9, returned + right[-1])))
    kept[order[: best + 1]] = True
    if aim == "precision":
        kept &= probabilities >= PRECISION_THRESHOLD
    elif aim == "recall":
        kept |= probabilities >= RECALL_THRESHOLD
    return kept
