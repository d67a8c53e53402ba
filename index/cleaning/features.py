"""An outline as a matrix: a row a block, a column a feature that the forest may ask for."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.cleaning.outline import Block, Element, Head, Outline
from index.cleaning.vocabulary import Vocabulary

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

# Words from which a block counts as prose, and the share of its characters that may be links.
PROSE_WORDS = 12
PROSE_LINKED = 0.35
# The chain of elements that hold most of the prose ends where none holds this share of it.
CHAIN_SHARE = 0.5
FARTHEST_ANCESTOR = 5
# Blocks on either side that count as near.
NEAR = 6
# Characters from which a block cannot be part of a title.
LONGEST_TITLE = 200

_TAG_FLAGS = {
    tag: number
    for number, tag in enumerate(
        "nav footer header aside form main article section table ul ol figure button".split()
    )
}
_KINDS = {"paragraph": 0, "heading": 1, "item": 2, "row": 3, "quote": 4, "code": 5}
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(\w+)"')
_TYPES = {
    name: value
    for value, names in enumerate(
        (
            "Article NewsArticle BlogPosting Report TechArticle ScholarlyArticle Recipe",
            "Product ProductGroup Offer",
            "DiscussionForumPosting QAPage Question",
            "ItemList CollectionPage SearchResultsPage",
            "LocalBusiness Service Organization WebSite",
        ),
        start=1,
    )
    for name in names.split()
}

# The classes of characters that are counted, as a row each in a table over the bytes of UTF-8.
_CLASSES = ("letter", "upper", "digit", "space", "end", "comma", "symbol", "pipe")
_UPPER, _DIGIT, _SPACE, _END = 1, 2, 3, 4
_TABLE = np.zeros((len(_CLASSES), 256), dtype=bool)
for _row, _members in enumerate(
    (
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "0123456789",
        " \n",
        ".!?",
        ",;",
        "()[]{}<>=/\\@#$%^&*_+~",
        "|",
    )
):
    _TABLE[_row, [ord(member) for member in _members]] = True
_TABLE[0, 128:] = True


class _Columns:
    """Collects named columns of equal length."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[npt.NDArray[np.generic]] = []

    def add(self, name: str, values: npt.NDArray[np.generic]) -> None:
        self.names.append(name)
        self.values.append(values)

    def matrix(self) -> Floats:
        return np.stack(self.values, axis=1).astype(np.float32, copy=False)


def describe(outline: Outline, vocabulary: Vocabulary) -> Floats:
    """Return the features of an outline's blocks: blocks x `NAMES`."""
    shape = Shape(outline)
    return np.concatenate((static(shape)[0], scores(shape, vocabulary)[0]), axis=1)


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of the columns of `describe`."""
    page = Outline([Block("paragraph", 0, "word", 0)], [Element("p", -1, 0, "", False)], Head())
    shape = Shape(page)
    return (*static(shape)[1], *scores(shape, Vocabulary({}, {}))[1])


def static(shape: Shape) -> tuple[Floats, list[str]]:
    """Return the features that need no vocabulary, and their names."""
    columns = _Columns()
    _add_text(columns, shape)
    _add_page(columns, shape)
    _add_tree(columns, shape)
    _add_position(columns, shape)
    return columns.matrix(), columns.names


def scores(shape: Shape, vocabulary: Vocabulary) -> tuple[Floats, list[str]]:
    """Return the features that come from a vocabulary's weights, and their names."""
    columns = _Columns()
    _add_scores(columns, shape, vocabulary)
    return columns.matrix(), columns.names


class Shape:
    """What the features are computed from: arrays over the blocks and over the elements."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        blocks, elements = outline.blocks, outline.elements
        self.size = len(blocks)
        kinds, levels, texts, places, _, linked, links, bold = zip(*blocks, strict=True)
        self.texts: tuple[str, ...] = texts
        self.kind = np.array([_KINDS[kind] for kind in kinds], dtype=np.float32)
        self.level = np.array(levels, dtype=np.float32)
        self.element = np.array(places, dtype=np.intp)
        self.links = np.array(links, dtype=np.float32)
        self.chars = np.array([len(text) for text in texts], dtype=np.float32)
        self.bold = np.array(bold, dtype=np.float32) / self.chars
        self.link_share = np.minimum(1.0, np.array(linked, dtype=np.float32) / self.chars)
        self._count_characters()
        self.linked_words = self.words * self.link_share
        self.is_prose = (self.words >= PROSE_WORDS) & (self.link_share <= PROSE_LINKED)
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
        # An element's subtree is contiguous: sums over it are differences of running sums.
        ends = list(range(1, len(elements) + 1))
        for at in range(len(elements) - 1, 0, -1):
            if ends[at] > ends[parents[at]]:
                ends[parents[at]] = ends[at]
        self._ends = np.array(ends, dtype=np.intp)

    def _count_characters(self) -> None:
        """Count the classes of characters in each block, over the bytes of all of them at once."""
        raw = np.frombuffer(("\0".join(self.texts) + "\0").encode("utf-8", "replace"), np.uint8)
        ends = np.flatnonzero(raw == 0)
        starts = np.concatenate(([0], ends[:-1] + 1))
        self.bytes = (ends - starts).astype(np.float32)
        self.counts = {
            name: np.add.reduceat(_TABLE[row][raw], starts, dtype=np.float32)
            for row, name in enumerate(_CLASSES)
        }
        edges = _TABLE[_SPACE][raw] | (raw == 0)
        capitals = _TABLE[_UPPER][raw[1:]] & edges[:-1]
        self.capitals = np.add.reduceat(np.append(capitals, False), starts, dtype=np.float32)
        self.capitals += _TABLE[_UPPER][raw[starts]]
        sentences = _TABLE[_END][raw[:-1]] & edges[1:]
        self.sentences = np.add.reduceat(np.append(sentences, False), starts, dtype=np.float32)
        self.starts_upper = _TABLE[_UPPER][raw[starts]]
        self.starts_digit = _TABLE[_DIGIT][raw[starts]]
        last = raw[ends - 1]
        self.ends_sentence = _TABLE[_END][last].astype(np.float32)
        self.ends_colon = last == ord(":")
        self.words = self.counts["space"] + 1

    def subtree_sums(self, values: Floats) -> npt.NDArray[np.float64]:
        """Return for each element the sum of the values of the blocks in it."""
        count = len(self.parents)
        own = np.bincount(self.element, weights=values, minlength=count)
        running = np.concatenate(([0.0], np.cumsum(own)))
        return running[self._ends] - running[:-1]


def _add_text(columns: _Columns, shape: Shape) -> None:
    counts = shape.counts
    columns.add("words", shape.words)
    columns.add("chars a word", shape.chars / shape.words)
    columns.add("letters", counts["letter"] / shape.bytes)
    columns.add("capital letters", counts["upper"] / shape.chars)
    columns.add("capitalised words", shape.capitals / shape.words)
    columns.add("digits", counts["digit"] / shape.chars)
    columns.add("sentences", shape.sentences)
    columns.add("sentence marks", counts["end"] / shape.words)
    columns.add("commas", counts["comma"] / shape.words)
    columns.add("symbols", counts["symbol"] / shape.chars)
    columns.add("bars", counts["pipe"])
    columns.add("ends a sentence", shape.ends_sentence)
    columns.add("ends in a colon", shape.ends_colon)
    columns.add("starts with a capital", shape.starts_upper)
    columns.add("starts with a digit", shape.starts_digit)
    columns.add("linked", shape.link_share)
    columns.add("links", shape.links)
    columns.add("bold", shape.bold)
    columns.add("kind", shape.kind)
    columns.add("level", shape.level)


def _add_page(columns: _Columns, shape: Shape) -> None:
    size = shape.size
    total = shape.words.sum()
    prose = shape.prose.sum()
    tags = shape.tags
    head = shape.outline.head
    types = [_TYPES.get(name, 0) for script in head.scripts for name in _TYPE.findall(script)]
    stated = head.meta.get("og:type", "")
    for name, value in (
        ("blocks", size),
        ("page words", total),
        ("page prose", prose / total),
        ("page linked", shape.linked_words.sum() / total),
        ("page prose blocks", shape.is_prose.sum()),
        ("page longest", shape.prose.max()),
        ("articles", tags.count("article")),
        ("top headings", tags.count("h1")),
        ("headings", (shape.kind == _KINDS["heading"]).sum()),
        ("forms", tags.count("form")),
        ("list items", tags.count("li")),
        ("cells", tags.count("td")),
        ("stated articles", types.count(1)),
        ("stated products", types.count(2)),
        ("stated threads", types.count(3)),
        ("stated lists", types.count(4)),
        ("og type", 1 if "article" in stated else 2 if "product" in stated else bool(stated) * 3),
    ):
        columns.add(name, np.full(size, value, dtype=np.float32))


def _add_tree(columns: _Columns, shape: Shape) -> None:
    own = shape.element
    walk = _walk(shape)
    for tag, number in _TAG_FLAGS.items():
        columns.add(f"in <{tag}>", (walk.flags[own] >> number) & 1)
    columns.add("hidden", shape.hidden[own])
    columns.add("depth", shape.depth[own])

    words = shape.subtree_sums(shape.words)
    linked = shape.subtree_sums(shape.linked_words) / np.maximum(1.0, words)
    prose = shape.subtree_sums(shape.prose)
    blocks = shape.subtree_sums(np.ones(shape.size, dtype=np.float32))
    total, all_prose = max(1.0, words[0]), max(1.0, prose[0])
    for steps in (0, 1, 2, 3, 5):
        above = shape.above[steps]
        columns.add(f"words of ancestor {steps}", words[above])
        columns.add(f"linked in ancestor {steps}", linked[above])
        columns.add(f"prose in ancestor {steps}", prose[above] / np.maximum(1.0, words[above]))
        columns.add(f"blocks of ancestor {steps}", blocks[above])
        columns.add(f"share of ancestor {steps}", words[above] / total)

    # The chain of elements that hold most of the prose, where each block leaves it, and the
    # branch of the tree in which it then stands.
    leaves, branches, end = _chain(shape, prose.tolist())
    leave, branch = leaves[own], branches[own]
    columns.add("steps from the densest chain", shape.depth[own] - shape.depth[leave])
    columns.add("steps above its end", shape.depth[end] - shape.depth[leave])
    columns.add("inside its end", leave >= end)
    columns.add("prose at the chain", prose[leave] / all_prose)
    columns.add("linked at the chain", linked[leave])
    columns.add("prose of its branch", prose[branch] / all_prose)
    columns.add("words of its branch", words[branch] / total)
    columns.add("linked in its branch", linked[branch])

    # Blocks with the same path of tags, and with the same path of tags and names.
    for name, paths in (("path", walk.paths), ("named path", walk.named_paths)):
        same = paths[own]
        count = np.bincount(same)
        sums = np.bincount(same, weights=shape.words)
        shown = np.maximum(1, count)
        columns.add(f"blocks of its {name}", count[same])
        columns.add(f"words of its {name}", (sums / shown)[same])
        columns.add(f"share of its {name}", (sums / total)[same])
        links = np.bincount(same, weights=shape.linked_words) / np.maximum(1.0, sums)
        columns.add(f"linked in its {name}", links[same])
        ends = np.bincount(same, weights=shape.ends_sentence) / shown
        columns.add(f"sentences in its {name}", ends[same])


class _Walk(NamedTuple):
    """For each element: flags of the tags above, and numbers of the paths to it."""

    flags: npt.NDArray[np.int64]
    paths: Ints
    named_paths: Ints


def _walk(shape: Shape) -> _Walk:
    flags, paths, named = [0], [0], [0]
    flag = {tag: 1 << number for tag, number in _TAG_FLAGS.items()}.get
    known: dict[tuple[int, str], int] = {}
    known_named: dict[tuple[int, str, str], int] = {}
    for tag, parent, names in zip(shape.tags, shape.parents, shape.names, strict=True):
        flags.append(flags[parent + 1] | flag(tag, 0))
        paths.append(known.setdefault((paths[parent + 1], tag), len(known) + 1))
        step = (named[parent + 1], tag, names)
        named.append(known_named.setdefault(step, len(known_named) + 1))
    return _Walk(np.array(flags[1:]), np.array(paths[1:]), np.array(named[1:]))


def _chain(shape: Shape, prose: list[float]) -> tuple[Ints, Ints, int]:
    """Return where each element leaves the densest chain, its branch there, and the chain's end.

    From the root on, the chain goes to the child with most prose while that has most of it.
    """
    best: dict[int, int] = {}
    for at, parent in enumerate(shape.parents):
        if (at and prose[at] > prose[best.get(parent, at)]) or parent not in best:
            best[parent] = at
    end = 0
    chain = {0}
    while end in best and prose[best[end]] > CHAIN_SHARE * prose[end]:
        end = best[end]
        chain.add(end)
    leaves: list[int] = []
    branches: list[int] = []
    for at, parent in enumerate(shape.parents):
        if at in chain:
            leaves.append(at)
            branches.append(at)
        else:
            leaves.append(leaves[parent])
            branches.append(at if parent in chain else branches[parent])
    return np.array(leaves), np.array(branches), end


def _add_position(columns: _Columns, shape: Shape) -> None:
    size = shape.size
    at = np.arange(size)
    read = np.cumsum(shape.words) - shape.words
    columns.add("position", at / size)
    columns.add("words before", read)
    columns.add("position in words", read / max(1.0, shape.words.sum()))
    columns.add("blocks left", size - at)

    headings = shape.kind == _KINDS["heading"]
    before = _previous(headings)
    columns.add("blocks since a heading", at - before)
    columns.add("words since a heading", read - read[np.maximum(0, before)])
    columns.add("level of its heading", np.where(before >= 0, shape.level[before], 0))
    columns.add("words of its heading", np.where(before >= 0, shape.words[before], 0))
    top = np.flatnonzero(headings & (shape.level == 1))
    first_top = int(top[0]) if len(top) else -1
    columns.add("blocks since the title", at - first_top)
    columns.add("after the title", at > (int(top[-1]) if len(top) else -1))
    columns.add("blocks to a heading", _next(headings) - at)

    prose = shape.is_prose
    long = np.flatnonzero(prose)
    first, last = (int(long[0]), int(long[-1])) if len(long) else (0, size)
    columns.add("blocks since prose", at - _previous(prose))
    columns.add("blocks to prose", _next(prose) - at)
    columns.add("before the first prose", first - at)
    columns.add("after the last prose", at - last)
    gaps = np.concatenate(([0.0], np.cumsum(shape.prose)))
    columns.add("prose before", gaps[:-1] / max(1.0, gaps[-1]))
    for name, values in (
        ("words", shape.words),
        ("linked", shape.link_share),
        ("kind", shape.kind),
    ):
        for offset in (-1, 1):
            columns.add(f"{name} at {offset:+d}", _shifted(values, offset))
    near = np.maximum(1.0, _window(shape.words, NEAR))
    columns.add("prose near", _window(shape.prose, NEAR))
    columns.add("linked near", _window(shape.linked_words, NEAR) / near)
    columns.add("sentences near", _window((shape.sentences > 0).astype(np.float32), NEAR))

    seen: dict[str, int] = {}
    earlier = []
    lower = [text.lower() for text in shape.texts]
    for text in lower:
        count = seen.get(text, 0)
        earlier.append(count)
        seen[text] = count + 1
    columns.add("copies", np.array([seen[text] for text in lower]))
    columns.add("earlier copies", np.array(earlier))
    title = shape.outline.head.title.lower()
    columns.add(
        "in the title",
        np.array([len(text) if len(text) < LONGEST_TITLE and text in title else 0
                  for text in lower]) / max(1, len(title)),
    )  # fmt: skip


def _add_scores(columns: _Columns, shape: Shape, vocabulary: Vocabulary) -> None:
    elements, blocks = shape.outline.elements, shape.outline.blocks
    scores = vocabulary.name_scores(elements)
    sums, worst, best = [0.0], [0.0], [0.0]
    for score, parent in zip(scores, shape.parents, strict=True):
        sums.append(sums[parent + 1] + score)
        worst.append(min(worst[parent + 1], score))
        best.append(max(best[parent + 1], score))
    element = shape.element + 1
    names = np.array(scores, dtype=np.float32)
    inline = np.array(vocabulary.inline_scores(blocks), dtype=np.float32)
    path = np.array(sums, dtype=np.float32)[element] + inline
    columns.add("names on its path", path)
    columns.add("worst name on its path", np.array(worst)[element])
    columns.add("best name on its path", np.array(best)[element])
    for steps in (0, 1, 2, 3):
        columns.add(f"names of ancestor {steps}", names[shape.above[steps]])
    columns.add("names inside", inline)
    own, least = vocabulary.word_scores(blocks)
    words = np.array(own, dtype=np.float32)
    columns.add("its words", words)
    columns.add("its words at worst", np.array(least))
    before = _previous(shape.kind == _KINDS["heading"])
    columns.add("words of the heading above", np.where(before >= 0, words[before], 0.0))
    columns.add("path of the heading above", np.where(before >= 0, path[before], 0.0))
    for name, values in (("names", path), ("words", words)):
        for offset in (-2, -1, 1, 2):
            columns.add(f"score of {name} at {offset:+d}", _shifted(values, offset))
        weighted = values * shape.words
        for reach in (4, 12):
            near = np.maximum(1.0, _window(shape.words, reach))
            columns.add(f"score of {name} within {reach}", _window(weighted, reach) / near)
    total = np.maximum(1.0, shape.subtree_sums(shape.words))
    around = shape.subtree_sums(words * shape.words) / total
    for steps in (1, 3):
        columns.add(f"score of words in ancestor {steps}", around[shape.above[steps]])
    page = max(1.0, float(shape.words.sum()))
    columns.add("names of the page", np.full(shape.size, (path * shape.words).sum() / page))
    columns.add("words of the page", np.full(shape.size, around[0]))
    columns.add("below the best path", path.max() - path)


def _previous(mask: npt.NDArray[np.bool_]) -> Ints:
    """Return for each position the last one before it where the mask holds, or -1."""
    at = np.where(mask, np.arange(len(mask)), -1)
    return np.concatenate(([-1], np.maximum.accumulate(at)[:-1]))


def _next(mask: npt.NDArray[np.bool_]) -> Ints:
    """Return for each position the next one behind it where the mask holds, or the length."""
    at = np.where(mask, np.arange(len(mask)), len(mask))
    following = np.minimum.accumulate(at[::-1])[::-1]
    return np.concatenate((following[1:], [len(mask)]))


def _shifted(values: npt.NDArray[np.generic], offset: int) -> npt.NDArray[np.generic]:
    """Return the value at each position plus `offset`; -1 beyond the ends."""
    found = np.full(len(values), -1, dtype=np.float32)
    if abs(offset) < len(values):
        if offset > 0:
            found[:-offset] = values[offset:]
        else:
            found[-offset:] = values[:offset]
    return found


def _window(values: Floats, reach: int) -> npt.NDArray[np.float64]:
    """Return the sum of the values within `reach` positions."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    at = np.arange(len(values))
    return sums[np.minimum(len(values), at + reach + 1)] - sums[np.maximum(0, at - reach)]
