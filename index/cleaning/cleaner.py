"""From a page to its article."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from index.cleaning import blocks, decode, guard, metadata, plain, remnants, selection
from index.cleaning.language import detect
from index.cleaning.metadata import Metadata, same_words
from index.cleaning.outline import Block, Outline
from index.cleaning.selection import Verdict
from index.records import Article, Dropped, Page, Part

Aim = Literal["balanced", "precision", "recall"]

_REPEATS_TITLE = Verdict(False, "repeats the title")
_BREADCRUMB = Verdict(False, "leads to the title")
_TIGHT = frozenset(("item", "row"))


def clean(page: Page, *, aim: Aim = "balanced") -> Article:
    """Return the article of a page, and what was dropped from it.

    `aim` prefers, in doubt, to leave out ("precision") or to keep ("recall"). Never fails:
    what is no text at all gives an article without any.
    """
    text = decode.decode(page.content)
    risk = guard.risk(text) if page.markup == "html" else "oversized"
    if risk == "oversized":
        lines = plain.from_markup(text) if page.markup == "html" else text
        outline = plain.outline(decode.normalize(lines))
    else:
        outline = blocks.parse(text) if risk == "ordinary" else blocks.parse_pathological(text)
    whole, fused = remnants.without_remnants(outline.blocks)
    outline = Outline(whole, outline.elements, outline.head)
    verdicts = selection.select(outline, aim)
    about = _metadata(outline, verdicts, page)
    verdicts = _once(outline.blocks, verdicts, about.title)
    kept = [block for block, verdict in zip(whole, verdicts, strict=True) if verdict.kept]
    article, parts = _laid_out(kept)
    return Article(
        title=about.title,
        text=article,
        author=about.author,
        published=about.published,
        site=about.site,
        url=about.url,
        language=detect(article or about.title, outline.head.language),
        parts=parts,
        dropped=(
            *(
                Dropped(block.text, verdict.reason, verdict.probability)
                for block, verdict in zip(whole, verdicts, strict=True)
                if not verdict.kept
            ),
            *(Dropped(cut, "is pasted to a line of the article") for cut in fused),
        ),
    )


def _metadata(outline: Outline, verdicts: list[Verdict], page: Page) -> Metadata:
    if page.markup == "html":
        return metadata.extract(outline, page.given.url)
    title = plain.title_of(
        [
            block
            for block, verdict in zip(outline.blocks, verdicts, strict=True)
            if verdict.kept or plain.looks_like_title(block.text)
        ]
    )
    about = plain.extract(outline, title)
    if page.given.url and about.site is None:
        about = replace(about, site=(urlsplit(page.given.url).hostname or "").removeprefix("www."))
    return replace(about, url=page.given.url)


def _once(parts: list[Block], verdicts: list[Verdict], title: str) -> list[Verdict]:
    """Drop the copies of the title, and the breadcrumb that ends with it."""
    if not title:
        return verdicts
    found = list(verdicts)
    for at, block in enumerate(parts):
        if same_words(block.text, title):
            found[at] = _REPEATS_TITLE
        elif block.text.endswith(" " + title) and len(block.text) < 2 * len(title):
            found[at] = _BREADCRUMB
    return found


def _laid_out(kept: list[Block]) -> tuple[str, tuple[Part, ...]]:
    """Return the text of the blocks, and where in it each of them stands."""
    pieces: list[str] = []
    parts: list[Part] = []
    position = 0
    previous: Block | None = None
    for block in kept:
        if previous is not None:
            tight = block.kind in _TIGHT and block.kind == previous.kind
            gap = "\n" if tight else "\n\n"
            pieces.append(gap)
            position += len(gap)
        pieces.append(block.text)
        parts.append(Part(block.kind, position, position + len(block.text), block.level))
        position += len(block.text)
        previous = block
    return "".join(pieces), tuple(parts)
