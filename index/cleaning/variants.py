"""Pages made of labelled pages: cut down to the article, and as long as a book."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.cleaning.fitting import Sample
from index.cleaning.outline import Outline
from index.cleaning.shape import PROSE_WORDS, Shape

TRIMMED, LENGTHENED = "trimmed", "lengthened"
# The share of a block's words from which it is content.
CONTENT = 0.5
# The lines left around a trimmed page.
MOST_AROUND = 6
# A page that is lengthened has so many blocks of content, so much of it prose.
LEAST_BLOCKS, LEAST_PROSE = 10, 0.5
# One of so many is; how many blocks it has then, drawn evenly by their logarithm.
ONE_IN = 8
BOOK = (150, 2000)
# The share of a page's words of content in the element to which chapters are added.
MOST_OF_IT = 0.8


def trimmed(sample: Sample) -> Sample:
    """Return a sample without most of what stands above and below its content.

    Some scrapers cut pages down to the article roughly: the last line is then often content.
    """
    content = np.flatnonzero(sample.shares > CONTENT)
    if not len(content):
        return sample
    before, behind = _chance(sample).integers(0, MOST_AROUND + 1, 2)
    part = slice(max(0, content[0] - before), content[-1] + 1 + behind)
    outline = Outline(sample.outline.blocks[part], sample.outline.elements, sample.outline.head)
    return replace(
        sample,
        page=f"{sample.page} {TRIMMED}",
        outline=outline,
        shares=sample.shares[part],
        words=sample.words[part],
    )


def lengthened(samples: Sequence[Sample], *, prose_alone: bool = False) -> list[Sample]:
    """Return one of `ONE_IN` articles with the content of others of its fold as further chapters.

    A thousand paragraphs in a row are a book or a ruling; the longest rows of blocks on the pages
    of the data are lists in shops. Chapters of `prose_alone` have no headings and no lists.
    """
    readable = [sample for sample in samples if _is_readable(sample)]
    return [
        _book(
            sample,
            [other for other in readable if other.fold == sample.fold and other is not sample],
            prose_alone=prose_alone,
        )
        for sample in readable[::ONE_IN]
    ]


def _is_readable(sample: Sample) -> bool:
    content = sample.shares > CONTENT
    prose = content & (sample.words >= PROSE_WORDS)
    return int(content.sum()) >= LEAST_BLOCKS and prose.sum() >= LEAST_PROSE * content.sum()


def _book(sample: Sample, others: Sequence[Sample], *, prose_alone: bool) -> Sample:
    chance = _chance(sample)
    blocks = np.exp(chance.uniform(*np.log(BOOK)))
    book = replace(sample, page=f"{sample.page} {LENGTHENED}")
    for at in chance.permutation(len(others)):
        if len(book.shares) >= blocks:
            break
        book = _with_chapter(book, others[at], prose_alone=prose_alone)
    return book


def _with_chapter(book: Sample, other: Sample, *, prose_alone: bool) -> Sample:
    """Return a page with what stands from the first to the last content of another behind its own.

    The elements of the chapter become children of the one that holds the page's own content.
    """
    place, end = _holder(book)
    root, root_end = _holder(other)
    elements, blocks = book.outline.elements, book.outline.blocks
    added = root_end - root - 1
    deeper = elements[place].depth - other.outline.elements[root].depth

    def moved(at: int) -> int:
        return at if at < end else at + added

    def adopted(at: int) -> int:
        return place if at == root else at - root - 1 + end

    inside = [
        at for at, block in enumerate(other.outline.blocks) if root <= block.element < root_end
    ]
    least = PROSE_WORDS if prose_alone else 1
    content = [at for at in inside if other.shares[at] > CONTENT and other.words[at] >= least]
    chapter = [at for at in inside if content[0] <= at <= content[-1]]
    if prose_alone:
        chapter = content
    behind = 1 + max(at for at, block in enumerate(blocks) if place <= block.element < end)
    return replace(
        book,
        outline=Outline(
            [
                *(block._replace(element=moved(block.element)) for block in blocks[:behind]),
                *(
                    block._replace(element=adopted(block.element))
                    for block in (other.outline.blocks[at] for at in chapter)
                ),
                *(block._replace(element=moved(block.element)) for block in blocks[behind:]),
            ],
            [
                *elements[:end],
                *(
                    element._replace(parent=adopted(element.parent), depth=element.depth + deeper)
                    for element in other.outline.elements[root + 1 : root_end]
                ),
                *(element._replace(parent=moved(element.parent)) for element in elements[end:]),
            ],
            book.outline.head,
        ),
        shares=np.insert(book.shares, behind, other.shares[chapter]),
        words=np.insert(book.words, behind, other.words[chapter]),
        text="\n".join((book.text, *(other.outline.blocks[at].text for at in content))),
    )


def _holder(sample: Sample) -> tuple[int, int]:
    """Return the innermost element that holds most of a page's content, and where it ends."""
    shape = Shape(sample.outline)
    held = shape.subtree_sums(sample.words * (sample.shares > CONTENT))
    place = int(np.flatnonzero(held >= MOST_OF_IT * held[0])[-1])
    return place, int(shape.ends[place])


def _chance(sample: Sample) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(sample.page.encode()))
