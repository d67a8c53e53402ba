"""An outline as a matrix: a row a block, a column a feature that the forest may ask for."""

from __future__ import annotations

import functools
import re

import numpy as np
import numpy.typing as npt

from index.cleaning import groups, lines
from index.cleaning.columns import Columns
from index.cleaning.outline import Block, Element, Head, Outline
from index.cleaning.shape import KINDS, Floats, Ints, Shape
from index.cleaning.vocabulary import Vocabulary
from index.records import Markup

# Blocks on either side that count as near.
NEAR = 6
# Characters from which a block cannot be part of a title.
LONGEST_TITLE = 200

_TAG_FLAGS = {
    tag: 1 << number
    for number, tag in enumerate(
        "nav footer header aside form main article section table ul ol figure button".split()
    )
}
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


def describe(outline: Outline, vocabulary: Vocabulary) -> Floats:
    """Return the features of an outline's blocks: blocks x `names()`."""
    return _columns(outline, vocabulary).matrix()


@functools.cache
def names(markup: Markup = "html") -> tuple[str, ...]:
    """Return the names of the columns of `describe` for pages of one kind."""
    page = Outline([Block("paragraph", 0, "word", 0)], [Element("p", -1, 0, "", False)], Head())
    return tuple(_columns(page, Vocabulary({}, {}, markup)).names)


def _columns(outline: Outline, vocabulary: Vocabulary) -> Columns:
    shape = Shape(outline)
    columns = Columns()
    _add_text(columns, shape)
    _add_page(columns, shape)
    _add_tree(columns, shape)
    _add_position(columns, shape)
    _add_scores(columns, shape, vocabulary)
    return columns


def _add_text(columns: Columns, shape: Shape) -> None:
    counted = shape.characters
    columns.add("words", shape.words)
    columns.add("chars a word", shape.chars / shape.words)
    columns.add("letters", counted.letters / counted.bytes)
    columns.add("capital letters", counted.upper / shape.chars)
    # The model was fitted to a count that has the first word of the next block in it.
    capitals = counted.capitals + np.append(counted.starts_upper[1:], False)
    columns.add("capitalised words", capitals / shape.words)
    columns.add("digits", counted.digits / shape.chars)
    columns.add("sentences", counted.sentences)
    columns.add("sentence marks", counted.ends / shape.words)
    columns.add("commas", counted.commas / shape.words)
    columns.add("symbols", counted.symbols / shape.chars)
    columns.add("bars", counted.bars)
    columns.add("ends a sentence", counted.ends_sentence)
    columns.add("ends in a colon", counted.ends_colon)
    columns.add("starts with a capital", counted.starts_upper)
    columns.add("starts with a digit", counted.starts_digit)
    columns.add("linked", shape.linked)
    columns.add("links", shape.links)
    columns.add("bold", shape.bold)
    columns.add("kind", shape.kind)
    columns.add("level", shape.level)


def _add_page(columns: Columns, shape: Shape) -> None:
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
        ("headings", (shape.kind == KINDS["heading"]).sum()),
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


def _add_tree(columns: Columns, shape: Shape) -> None:
    own = shape.element
    paths = shape.paths
    path = paths.of_element[own]
    flags = [0]
    for tag, parent in zip(paths.tags[1:], paths.parents[1:], strict=True):
        flags.append(flags[parent] | _TAG_FLAGS.get(tag, 0))
    around = np.array(flags)[path]
    for tag, flag in _TAG_FLAGS.items():
        columns.add(f"in <{tag}>", around & flag > 0)
    columns.add("hidden", shape.hidden[own])
    columns.add("depth", shape.depth[own])

    words, linked, prose = shape.held, shape.held_linked, shape.subtree_sums(shape.prose)
    blocks = shape.subtree_sums(np.ones(shape.size, dtype=np.float32))
    total, all_prose = max(1.0, words[0]), max(1.0, prose[0])
    prose_share, share = prose / np.maximum(1.0, words), words / total
    for steps in (0, 1, 2, 3, 5):
        above = shape.above[steps]
        columns.add(f"words of ancestor {steps}", words[above])
        columns.add(f"linked in ancestor {steps}", linked[above])
        columns.add(f"prose in ancestor {steps}", prose_share[above])
        columns.add(f"blocks of ancestor {steps}", blocks[above])
        columns.add(f"share of ancestor {steps}", share[above])

    # The chain of elements that hold most of the prose, where each block leaves it, and the
    # branch of the tree in which it then stands.
    leaves, branches, end = shape.chain(prose)
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
    for name, same in (("path", paths.tags_only[path]), ("named path", path)):
        count = np.bincount(same)
        sums = np.bincount(same, weights=shape.words)
        shown = np.maximum(1, count)
        columns.add(f"blocks of its {name}", count[same])
        columns.add(f"words of its {name}", (sums / shown)[same])
        columns.add(f"share of its {name}", (sums / total)[same])
        links = np.bincount(same, weights=shape.linked_words) / np.maximum(1.0, sums)
        columns.add(f"linked in its {name}", links[same])
        ends = np.bincount(same, weights=shape.characters.ends_sentence) / shown
        columns.add(f"sentences in its {name}", ends[same])


def _add_position(columns: Columns, shape: Shape) -> None:
    size = shape.size
    at = np.arange(size)
    read = np.cumsum(shape.words) - shape.words
    columns.add("position", at / size)
    columns.add("words before", read)
    columns.add("position in words", read / max(1.0, shape.words.sum()))
    columns.add("blocks left", size - at)

    headings = shape.kind == KINDS["heading"]
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
        ("linked", shape.linked),
        ("kind", shape.kind),
    ):
        for offset in (-1, 1):
            columns.add(f"{name} at {offset:+d}", _shifted(values, offset))
    near = np.maximum(1.0, shape.window(shape.words, NEAR))
    columns.add("prose near", shape.window(shape.prose, NEAR))
    columns.add("linked near", shape.window(shape.linked_words, NEAR) / near)
    columns.add("sentences near", shape.window(shape.characters.sentences > 0, NEAR))

    lower = [text.lower() for text in shape.texts]
    columns.add_copies("copies", lower)
    title = shape.outline.head.title.lower()
    longest = min(len(title), LONGEST_TITLE - 1)
    inside = [len(text) if len(text) <= longest and text in title else 0 for text in lower]
    columns.add("in the title", np.array(inside) / max(1, len(title)))


def _add_scores(columns: Columns, shape: Shape, vocabulary: Vocabulary) -> None:
    paths, element = shape.paths, shape.element
    scores = [0.0, *map(vocabulary.name_score, paths.tags[1:], paths.names[1:])]
    sums, worst, best = [0.0], [0.0], [0.0]
    for score, parent in zip(scores[1:], paths.parents[1:], strict=True):
        sums.append(sums[parent] + score)
        least, most = worst[parent], best[parent]
        worst.append(score if score < least else least)
        best.append(score if score > most else most)
    names = np.array(scores, dtype=np.float32)[paths.of_element]
    inside = [vocabulary.name_score("span", names) if names else 0.0 for names in shape.inline]
    inline = np.array(inside, dtype=np.float32)
    own_path = paths.of_element[element]
    path = np.array(sums, dtype=np.float32)[own_path] + inline
    columns.add("names on its path", path)
    columns.add("worst name on its path", np.array(worst)[own_path])
    columns.add("best name on its path", np.array(best)[own_path])
    for steps in (0, 1, 2, 3):
        columns.add(f"names of ancestor {steps}", names[shape.above[steps]])
    columns.add("names inside", inline)
    words, least = np.array([*map(vocabulary.word_score, shape.texts)], dtype=np.float32).T
    columns.add("its words", words)
    columns.add("its words at worst", least)
    before = _previous(shape.kind == KINDS["heading"])
    columns.add("words of the heading above", np.where(before >= 0, words[before], 0.0))
    columns.add("path of the heading above", np.where(before >= 0, path[before], 0.0))
    near = {reach: np.maximum(1.0, shape.window(shape.words, reach)) for reach in (4, 12)}
    for name, values in (("names", path), ("words", words)):
        for offset in (-2, -1, 1, 2):
            columns.add(f"score of {name} at {offset:+d}", _shifted(values, offset))
        for reach, held in near.items():
            weighted = shape.window(values * shape.words, reach)
            columns.add(f"score of {name} within {reach}", weighted / held)
    around = shape.subtree_sums(words * shape.words) / np.maximum(1.0, shape.held)
    for steps in (1, 3):
        columns.add(f"score of words in ancestor {steps}", around[shape.above[steps]])
    page = max(1.0, float(shape.words.sum()))
    columns.add("names of the page", np.full(shape.size, (path * shape.words).sum() / page))
    columns.add("words of the page", np.full(shape.size, around[0]))
    columns.add("below the best path", path.max() - path)
    if vocabulary.markup == "text":
        lines.add(columns, shape, words)
    else:
        groups.add(columns, shape, path, words)


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
