"""Pages that are made of pages are pages, and every block in them keeps its label."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.blocks import parse
from index.cleaning.fitting import Sample
from index.cleaning.variants import lengthened, trimmed

PROSE = "The keeper of the lighthouse wrote the weather down each hour of the {} night."
MENU = ("Home", "News", "Contact")


def sample(number: int, *, paragraphs: int = 14, around: str = "main") -> Sample:
    lines = [PROSE.format(f"{number}-{paragraph}") for paragraph in range(paragraphs)]
    menu = "".join(f"<li><a href=/>{entry}</a>" for entry in MENU)
    body = "".join(f"<p>{line}</p>" for line in lines)
    outline = parse(
        f"<body><nav><ul>{menu}</ul></nav><{around}><div>{body}</div></{around}>"
        f"<footer>Imprint</footer>"
    )
    texts = [block.text for block in outline.blocks]
    return Sample(
        "html",
        f"page{number}",
        f"site{number}",
        number % 2,
        outline,
        np.array([text in lines for text in texts], dtype=np.float32),
        np.array([len(text.split()) for text in texts], dtype=np.float32),
        "\n".join(lines),
    )


@given(st.lists(st.sampled_from(("main", "article", "section")), min_size=2, max_size=40))
def test_a_lengthened_page_is_one_of_many_chapters(around: list[str]) -> None:
    samples = [sample(number, around=tag) for number, tag in enumerate(around)]
    for book in lengthened(samples):
        elements, blocks = book.outline.elements, book.outline.blocks
        own = next(one for one in samples if book.page.startswith(f"{one.page} "))
        assert book.fold == own.fold
        assert len(book.shares) == len(book.words) == len(blocks)
        # Parents come before their children, one level above; blocks follow their elements.
        assert elements[0].parent == -1
        for at, element in enumerate(elements[1:], start=1):
            assert 0 <= element.parent < at
            assert element.depth == elements[element.parent].depth + 1
        assert [block.element for block in blocks] == sorted(block.element for block in blocks)
        # What was content is content, in order, and the rest stays around it.
        content = [block.text for block, share in zip(blocks, book.shares, strict=True) if share]
        assert content == book.text.split("\n")
        assert content[: len(own.text.split("\n"))] == own.text.split("\n")
        assert [blocks[0].text, blocks[-1].text] == [MENU[0], "Imprint"]
        # No chapter comes twice, and each is from a site of the same fold.
        assert len(set(content)) == len(content)
        same = {line for one in samples if one.fold == own.fold for line in one.text.split("\n")}
        assert set(content) <= same


def test_a_book_of_prose_alone_has_nothing_else_between_its_chapters() -> None:
    samples = [sample(number) for number in range(9)]
    for book in lengthened([trimmed(one) for one in samples], prose_alone=True):
        around = [at for at, share in enumerate(book.shares) if not share]
        content = [at for at, share in enumerate(book.shares) if share]
        assert content == list(range(content[0], content[-1] + 1))
        assert all(at < content[0] or at > content[-1] for at in around)


def test_pages_without_much_to_read_are_not_lengthened() -> None:
    assert lengthened([sample(number, paragraphs=3) for number in range(9)]) == []


def test_a_trimmed_page_keeps_all_of_its_content() -> None:
    page = trimmed(sample(1))
    assert page.shares.sum() == 14
    assert len(page.outline.blocks) == len(page.shares) == len(page.words)
