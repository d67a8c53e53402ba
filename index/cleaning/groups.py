"""Features of what a block stands with: the title, the densest elements, blocks laid out alike."""

from __future__ import annotations

import numpy as np

from index.cleaning.columns import Columns
from index.cleaning.shape import KINDS, Floats, Ints, Shape

# Characters of a text's start that tell copies which go on differently.
START = 40
# What a paragraph's length adds to its credit, after Readability (Arc90, 2009).
CREDIT_A_CHARACTER = 0.01
MOST_CREDIT = 3.0


def add(columns: Columns, shape: Shape, names: Floats, words: Floats) -> None:
    """Add the features; `names` and `words` are the vocabulary's scores of the blocks."""
    _add_title(columns, shape)
    _add_credit(columns, shape)
    _add_sections(columns, shape)
    _add_starts(columns, shape)
    path = shape.paths.of_element[shape.element]
    _add_reach(columns, shape, path)
    for label, same in (
        ("path", shape.paths.tags_only[path]),
        ("parent", shape.above[1]),
        ("named path", path),
    ):
        held = np.maximum(1.0, np.bincount(same, weights=shape.words))
        mean = np.bincount(same, weights=words * shape.words) / held
        columns.add(f"score of words in its {label}", mean[same])
        if label != "named path":
            mean = np.bincount(same, weights=names * shape.words) / held
            columns.add(f"score of names in its {label}", mean[same])
    for kind, scores in (("names", names), ("words", words)):
        order = np.argsort(scores, kind="stable")
        rank = np.empty(shape.size)
        rank[order] = np.cumsum(shape.words[order]) / shape.words.sum()
        columns.add(f"rank of its {kind}", rank)


def _add_title(columns: Columns, shape: Shape) -> None:
    """Where the block's way up meets that of the page's first top heading."""
    top = np.flatnonzero((shape.kind == KINDS["heading"]) & (shape.level == 1))
    title = at = int(shape.element[top[0]]) if len(top) else 0
    way = [0]
    while at > 0:
        way.append(at)
        at = shape.parents[at]
    meet = shape.leave(way)[0][shape.element]
    words = shape.held
    columns.add("steps from the title's path", shape.depth[shape.element] - shape.depth[meet])
    columns.add("steps above the title", shape.depth[title] - shape.depth[meet])
    columns.add("share of where it meets the title", words[meet] / max(1.0, words[0]))


def _add_credit(columns: Columns, shape: Shape) -> None:
    """How much credit prose gives the elements around it, as Readability counts it."""
    credit = np.where(
        shape.is_prose,
        1 + shape.characters.commas + np.minimum(MOST_CREDIT, shape.chars * CREDIT_A_CHARACTER),
        0.0,
    )
    total = 1 - shape.held_linked
    total *= np.bincount(shape.above[1], weights=credit, minlength=len(total)) + np.bincount(
        shape.above[2], weights=credit / 2, minlength=len(total)
    )
    most = max(1.0, float(total.max()))
    around = [0.0]
    for own, parent in zip(total[1:].tolist(), shape.parents[1:], strict=True):
        above = around[parent]
        around.append(above if above > own else own)
    columns.add("credit around it", np.array(around)[shape.element] / most)
    columns.add("credit of ancestor 2", total[shape.above[2]] / most)
    columns.add("most credit", np.full(shape.size, most))


def _add_sections(columns: Columns, shape: Shape) -> None:
    """How much of the page stands in main and article elements, and in the block's own article."""
    words = shape.held
    held = {"main": 0.0, "article": 0.0}
    own = np.zeros(len(words))
    for at in [at for at, tag in enumerate(shape.tags) if tag in held]:
        tag = shape.tags[at]
        if not own[at]:
            held[tag] += words[at]
        if tag == "article":
            own[at : shape.ends[at]] = words[at]
    total = max(1.0, words[0])
    for tag, share in held.items():
        columns.add(f"share of <{tag}>", np.full(shape.size, share / total))
    columns.add("share of its article", own[shape.element] / total)


def _add_starts(columns: Columns, shape: Shape) -> None:
    """How many texts begin as the block does."""
    columns.add_copies("copies of its start", [text[:START].lower() for text in shape.texts])


def _add_reach(columns: Columns, shape: Shape, path: Ints) -> None:
    """How much of the page lies between the first and the last block of the same path."""
    at = np.arange(shape.size)
    first, last = np.zeros((2, int(path.max()) + 1), dtype=np.intp)
    last[path] = at
    first[path[::-1]] = at[::-1]
    columns.add("reach of its named path", (last - first)[path] / shape.size)
