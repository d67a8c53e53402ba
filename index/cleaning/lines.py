"""What stands around a line of plain text, where no elements tell what belongs together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from index.cleaning.columns import Columns
from index.cleaning.shape import Floats, Ints, Shape

# Lines of so many words look like another kind of text than shorter ones: labels, titles, prose.
WIDTHS = (4, 9, 20)
# Words from which a line counts towards the densest stretch, and the stretch's reach.
DENSE_WORDS = 12
DENSE_REACH = 10


def add(columns: Columns, shape: Shape, scores: Floats) -> None:
    """Add what stands around each line; `scores` are those of the lines' words."""
    words = shape.words
    weighted = scores * words
    whole = {reach: _mean(weighted, words, reach, reach) for reach in (12, 40)}
    for reach in (2, 5):
        means = _mean(scores, np.ones_like(words), reach, reach)
        columns.add(f"score of lines within {reach}", means)
    for reach in (3, 8, 25):
        columns.add(f"score of words {reach} before", _mean(weighted, words, reach, -1))
        columns.add(f"score of words {reach} after", _mean(weighted, words, -1, reach))
    columns.add("score of words within 40", whole[40])
    for reach, means in whole.items():
        columns.add(f"below the best within {reach}", means - means.max())
    for share in (10, 50, 90):
        whole_page = np.full(shape.size, np.percentile(scores, share))
        columns.add(f"words of the page at {share}%", whole_page)
    columns.add("rank of its words", np.argsort(np.argsort(scores, kind="stable")) / shape.size)
    good, bad = np.maximum(weighted, 0), np.maximum(-weighted, 0)
    columns.add("good words before", _before(good))
    columns.add("bad words before", _before(bad))
    at = np.arange(shape.size)
    for name, values in (("prose", words * (words >= DENSE_WORDS)), ("good words", good)):
        density = _sums(values, DENSE_REACH, DENSE_REACH)
        columns.add(f"density of {name}", density / max(1e-6, density.max()))
        columns.add(f"lines from the densest {name}", np.abs(at - int(density.argmax())))
    groups = _group_means(weighted, words, shape.element)
    columns.add("score of its group", groups)
    columns.add("score of the group before", np.append(-1.0, groups[:-1]))
    _add_runs(columns, words, weighted)


def _add_runs(columns: Columns, words: Floats, weighted: Floats) -> None:
    """Add what runs of lines of about one width tell: menus, lists, paragraphs."""
    size = len(words)
    starts = np.append(0, np.flatnonzero(np.diff(np.digitize(words, WIDTHS))) + 1)
    lengths = np.diff(np.append(starts, size))
    run = np.repeat(np.arange(len(starts)), lengths)
    totals = np.add.reduceat(words, starts)
    means = totals / lengths
    columns.add("lines of its run", lengths[run])
    columns.add("place in its run", (np.arange(size) - starts[run]) / lengths[run])
    columns.add("score of its run", (np.add.reduceat(weighted, starts) / totals)[run])
    columns.add("width of the run before", np.append(0.0, means[:-1])[run])
    columns.add("width of the run after", np.append(means[1:], 0.0)[run])


def _sums(values: Floats, before: int, after: int) -> npt.NDArray[np.float64]:
    """Return the sums from so many lines before each to so many after; -1 leaves itself out."""
    running = np.append(0.0, np.cumsum(values, dtype=np.float64))
    at = np.arange(len(values))
    last = np.clip(at + after + 1, 0, len(values))
    found: npt.NDArray[np.float64] = running[last] - running[np.clip(at - before, 0, len(values))]
    return found


def _mean(values: Floats, weights: Floats, before: int, after: int) -> npt.NDArray[np.float64]:
    return _sums(values, before, after) / np.maximum(1.0, _sums(weights, before, after))


def _before(values: Floats) -> npt.NDArray[np.float64]:
    """Return the share of the values that stands before each line."""
    running = np.cumsum(values, dtype=np.float64)
    shares: npt.NDArray[np.float64] = (running - values) / max(1.0, float(running[-1]))
    return shares


def _group_means(values: Floats, weights: Floats, groups: Ints) -> npt.NDArray[np.float64]:
    sums = np.bincount(groups, values) / np.maximum(1.0, np.bincount(groups, weights))
    found: npt.NDArray[np.float64] = sums[groups]
    return found
