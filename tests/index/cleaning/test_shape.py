"""The arrays over a page say what walking its tree would say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.outline import Block, Element, Head, Outline
from index.cleaning.shape import CHAIN_SHARE, Shape


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """A tree in document order, with prose and short lines in its elements."""
    elements = [Element("html", -1, 0, "", False)]
    open_elements = [0]
    for _ in range(draw(st.integers(0, 12))):
        del open_elements[draw(st.integers(1, len(open_elements))) :]
        parent = open_elements[-1]
        tag, names = draw(st.sampled_from(["div", "p"])), draw(st.sampled_from(["", "post"]))
        open_elements.append(len(elements))
        elements.append(Element(tag, parent, elements[parent].depth + 1, names, False))
    places = sorted(draw(st.lists(st.integers(0, len(elements) - 1), min_size=1, max_size=8)))
    texts = [draw(st.sampled_from(["word " * 19 + "end", "line"])) for _ in places]
    blocks = [Block("paragraph", 0, text, at) for text, at in zip(texts, places, strict=True)]
    return Outline(blocks, elements, Head())


def above(outline: Outline, at: int) -> list[int]:
    """An element and those around it, from the root on."""
    found = [at]
    while (at := outline.elements[at].parent) >= 0:
        found.append(at)
    return found[::-1]


@given(outlines())
def test_subtrees_sum_what_is_inside(outline: Outline) -> None:
    shape = Shape(outline)
    sums = shape.subtree_sums(shape.words)
    for at in range(len(outline.elements)):
        inside = [block for block in outline.blocks if at in above(outline, block.element)]
        assert sums[at] == sum(len(block.text.split()) for block in inside)


@given(outlines())
def test_elements_share_a_path_where_tags_and_names_above_are_the_same(outline: Outline) -> None:
    paths = Shape(outline).paths
    elements = outline.elements
    steps = [
        tuple((elements[up].tag, elements[up].names) for up in above(outline, at))
        for at in range(len(elements))
    ]
    tags = [tuple(tag for tag, _ in step) for step in steps]
    for at in range(len(elements)):
        number = paths.of_element[at]
        assert (paths.tags[number], paths.names[number]) == steps[at][-1]
        for other in range(at):
            same, same_tags = steps[at] == steps[other], tags[at] == tags[other]
            assert (number == paths.of_element[other]) == same
            assert (
                paths.tags_only[number] == paths.tags_only[paths.of_element[other]]
            ) == same_tags


@given(outlines())
def test_the_chain_follows_most_of_the_prose(outline: Outline) -> None:
    shape = Shape(outline)
    prose = shape.subtree_sums(shape.prose)
    chain = [0]
    while True:
        below = [
            at
            for at, element in enumerate(outline.elements)
            if element.parent == chain[-1] and prose[at] > CHAIN_SHARE * prose[chain[-1]]
        ]
        if not below:
            break
        chain += below
    leaves, branches, end = shape.chain(prose)
    assert end == chain[-1]
    for at in range(len(outline.elements)):
        way = above(outline, at)
        on_chain = [up for up in way if up in chain]
        assert leaves[at] == on_chain[-1]
        assert branches[at] == (way[len(on_chain)] if len(on_chain) < len(way) else at)


@given(outlines(), st.integers(1, 3))
def test_windows_sum_what_is_near(outline: Outline, reach: int) -> None:
    shape = Shape(outline)
    near = [
        shape.words[max(0, at - reach) : at + reach + 1].sum() for at in range(len(outline.blocks))
    ]
    np.testing.assert_allclose(shape.window(shape.words, reach), near)
