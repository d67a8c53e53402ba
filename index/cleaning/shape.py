"""An outline as arrays over its blocks, its elements, and the distinct paths to them."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.cleaning import characters
from index.cleaning.outline import Outline

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

# Words from which a block counts as prose, and the share of its characters that may be links.
PROSE_WORDS = 12
PROSE_LINKED = 0.35
# The chain of elements that hold most of the prose ends where none holds this share of it.
CHAIN_SHARE = 0.5
FARTHEST_ANCESTOR = 5

KINDS = {"paragraph": 0, "heading": 1, "item": 2, "row": 3, "quote": 4, "code": 5}


class Paths(NamedTuple):
    """The distinct paths of tags and names from the root to elements, each behind its parent's.

    `of_element` is the path to each element, `tags_only` numbers the paths that differ in tags.
    The first path is the empty one, above the root.
    """

    of_element: Ints
    parents: list[int]
    tags: list[str]
    names: list[str]
    tags_only: Ints


class Chain(NamedTuple):
    """The elements from the root to the densest part of a page, as seen from each element.

    From the root on, the chain goes to the child with most of the prose. `leaves` is the last
    element of the chain above each element (or itself), `branches` the child of that in which the
    element stands (or itself); `end` is the last element of the chain.
    """

    leaves: Ints
    branches: Ints
    end: int


class Shape:
    """What features are computed from: arrays over the blocks and over the elements."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        blocks, elements = outline.blocks, outline.elements
        self.size = len(blocks)
        kinds, levels, texts, places, inline, linked, links, bold = zip(*blocks, strict=True)
        self.texts: tuple[str, ...] = texts
        self.inline: tuple[str, ...] = inline
        self.characters = characters.count(texts)
        self.kind = np.array([KINDS[kind] for kind in kinds], dtype=np.float32)
        self.level = np.array(levels, dtype=np.float32)
        self.element = np.array(places, dtype=np.intp)
        self.links = np.array(links, dtype=np.float32)
        self.chars = np.array([len(text) for text in texts], dtype=np.float32)
        self.bold = np.array(bold, dtype=np.float32) / self.chars
        self.linked = np.minimum(1.0, np.array(linked, dtype=np.float32) / self.chars)
        self.words = self.characters.spaces + 1
        self.linked_words = self.words * self.linked
        self.is_prose = (self.words >= PROSE_WORDS) & (self.linked <= PROSE_LINKED)
        self.prose = np.where(self.is_prose, self.words, np.float32(0))

        tags, parents, depths, names, hidden = zip(*elements, strict=True)
        self.tags: tuple[str, ...] = tags
        self.names: tuple[str, ...] = names
        self.parents: tuple[int, ...] = parents
        self.parent = np.maximum(0, np.array(parents, dtype=np.intp))
        self.depth = np.array(depths, dtype=np.float32)
        self.hidden = np.array(hidden)
        # The elements so many steps above each block's own.
        self.above = [self.element]
        for _ in range(FARTHEST_ANCESTOR):
            self.above.append(self.parent[self.above[-1]])
        # Where each element's subtree, which is contiguous, ends.
        ends = list(range(1, len(elements) + 1))
        for at in range(len(elements) - 1, 0, -1):
            if ends[at] > ends[parents[at]]:
                ends[parents[at]] = ends[at]
        self.ends = np.array(ends, dtype=np.intp)
        self._windows: dict[int, tuple[Ints, Ints]] = {}

    def subtree_sums(self, values: Floats) -> Doubles:
        """Return for each element the sum of the values of the blocks in it."""
        own = np.bincount(self.element, weights=values, minlength=len(self.parents))
        running = _running(own)
        return running[self.ends] - running[:-1]

    @cached_property
    def held(self) -> Doubles:
        """The words in each element."""
        return self.subtree_sums(self.words)

    @cached_property
    def held_linked(self) -> Doubles:
        """The share of them that is linked."""
        return self.subtree_sums(self.linked_words) / np.maximum(1.0, self.held)

    def window(self, values: npt.NDArray[np.generic], reach: int) -> Doubles:
        """Return for each block the sum of the values of the blocks within `reach` positions."""
        if reach not in self._windows:
            at = np.arange(self.size)
            ends = np.minimum(self.size, at + (reach + 1)), np.maximum(0, at - reach)
            self._windows[reach] = ends
        last, first = self._windows[reach]
        running = _running(values)
        return running[last] - running[first]

    @cached_property
    def paths(self) -> Paths:
        """The distinct paths to the elements."""
        numbers: dict[tuple[int, str, str], int] = {}
        plain: dict[tuple[int, str], int] = {}
        of_element, parents, all_tags, all_names, tags_only = [0], [0], [""], [""], [0]
        for tag, parent, names in zip(self.tags, self.parents, self.names, strict=True):
            above = of_element[parent + 1]
            step = (above, tag, names)
            number = numbers.get(step)
            if number is None:
                number = numbers[step] = len(parents)
                parents.append(above)
                all_tags.append(tag)
                all_names.append(names)
                tags_only.append(plain.setdefault((tags_only[above], tag), len(plain) + 1))
            of_element.append(number)
        return Paths(np.array(of_element[1:]), parents, all_tags, all_names, np.array(tags_only))

    def chain(self, prose: Doubles) -> Chain:
        """Return the chain of the elements that hold most of the prose, `prose` of each element."""
        end = 0
        chain = [0]
        for at in np.flatnonzero(prose > CHAIN_SHARE * prose[self.parent]).tolist():
            if self.parents[at] == end:
                end = at
                chain.append(at)
        leaves, branches = self.leave(chain)
        return Chain(leaves, branches, end)

    def leave(self, chain: list[int]) -> tuple[Ints, Ints]:
        """Return for each element where it leaves a chain from the root, and its branch there."""
        on_chain = np.zeros(len(self.parents), dtype=bool)
        on_chain[chain] = True
        # In document order, whatever follows a branch is in it, until the next one begins.
        begins = on_chain | on_chain[self.parent]
        branches = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
        return np.where(on_chain[branches], branches, self.parent[branches]), branches


def _running(values: npt.NDArray[np.generic]) -> Doubles:
    """Return the sums of the first 0, 1, 2, ... values."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums
