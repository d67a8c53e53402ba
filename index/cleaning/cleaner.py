"""From a page to its article."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np

from index.cleaning import blocks, decode, guard, metadata, model, plain, remnants
from index.cleaning.furniture import furniture, is_article, rescued, sections
from index.cleaning.language import detect
from index.cleaning.metadata import Metadata, key
from index.cleaning.outline import Block, Outline
from index.cleaning.selection import Aim, select
from index.cleaning.sites import RECURRING_ODDS, SiteEvidence, fingerprints
from index.records import Article, Dropped, Markup, Page, Part

_TIGHT = frozenset(("item", "row"))
_NOT_CONTENT = "is not likely to be content"
_RECURS = "recurs on other pages of the site"
_REPEATS_TITLE = "repeats the title"
_BREADCRUMB = "leads to the title"
_FUSED = "is pasted to a line of the article"


def clean(
    page: Page, *, aim: Aim = "balanced", site: SiteEvidence | None = None, explain: bool = False
) -> Article:
    """Return the article of a page, and what was dropped from it. Never fails.

    `aim` prefers, in doubt, to leave out ("precision") or to keep ("recall"). `site` is what is
    known of the site's other pages. `explain` names the strongest reason for what is dropped,
    which takes longer.
    """
    with _collector_paused():
        return _clean(page, aim, site, explain=explain)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for cycles among thousands of small objects: it takes a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _clean(page: Page, aim: Aim, site: SiteEvidence | None, *, explain: bool) -> Article:
    outline, markup = _outline(page)
    whole, fused = remnants.without_remnants(outline.blocks)
    outline = Outline(whole, outline.elements, outline.head)
    judge = model.load(markup)
    probabilities = judge.probabilities(outline)
    recurring: set[int] = set()
    if site is not None:
        recurring = {at for at, block in enumerate(whole) if site.recurs(block)}
        for at in recurring:
            odds = RECURRING_ODDS * probabilities[at] / max(1e-6, 1 - probabilities[at])
            probabilities[at] = odds / (1 + odds)
    words = np.array([block.text.count(" ") + 1 for block in whole], dtype=np.float32)
    kept = select(probabilities, words, aim).tolist()
    likely = probabilities.tolist()
    about = _metadata(outline, page)
    asked = kept if markup == "html" else [True] * len(whole)
    ruled = _copies(whole, about.title)
    if markup == "text" or is_article(outline, kept):
        ruled |= furniture(whole, asked, about.author) | sections(outline, asked, markup)
    if markup == "text":
        kept = rescued(whole, kept, likely, ruled)
    if all(at in ruled for at, keep in enumerate(kept) if keep):
        ruled = {}  # rules take furniture out of an article, and never all of it
    article, parts = _laid_out(
        [block for at, block in enumerate(whole) if kept[at] and at not in ruled]
    )
    gone = [at for at in range(len(whole)) if at in ruled or not kept[at]]
    reasons = dict.fromkeys(gone, _NOT_CONTENT)
    if explain:
        reasons = dict(zip(gone, judge.reasons(outline, gone), strict=True))
    reasons |= {at: _RECURS for at in gone if at in recurring} | ruled
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
                Dropped(
                    whole[at].text,
                    reasons[at],
                    None if at in ruled else round(likely[at], 3),
                )
                for at in gone
            ),
            *(Dropped(text, _FUSED) for text in fused),
        ),
    )


def survey(page: Page) -> frozenset[int]:
    """Return the fingerprints of a page's blocks, to be counted for its site."""
    outline, _ = _outline(page)
    blocks_of_page, _ = remnants.without_remnants(outline.blocks)
    return fingerprints(blocks_of_page)


def _outline(page: Page) -> tuple[Outline, Markup]:
    """Return the outline of a page, and as what it was read."""
    text = decode.decode(page.content)
    if page.markup == "html":
        match guard.risk(text):
            case "ordinary":
                return blocks.parse(text), "html"
            case "pathological":
                return blocks.parse_pathological(text), "html"
        text = plain.from_markup(text)
    return plain.outline(decode.normalize(text)), "text"


def _metadata(outline: Outline, page: Page) -> Metadata:
    url = page.given.url
    if page.markup == "html":
        return metadata.extract(outline, url)
    title = plain.title_of(outline.blocks)
    about = plain.extract(outline, title)
    host = (urlsplit(url).hostname or "").removeprefix("www.") if url else ""
    return replace(about, site=about.site or host or None, url=url)


def _copies(whole: list[Block], title: str) -> dict[int, str]:
    """Return where the title is repeated, and where a breadcrumb ends with it, with the reason."""
    if not title:
        return {}
    found: dict[int, str] = {}
    words = key(title)
    for at, block in enumerate(whole):
        text = block.text
        if len(title) - 20 < len(text) <= 2 * len(title) + 20:
            if key(text) == words:
                found[at] = _REPEATS_TITLE
            elif text.endswith(f" {title}"):
                found[at] = _BREADCRUMB
    return found


def _laid_out(kept: list[Block]) -> tuple[str, tuple[Part, ...]]:
    """Return the text of the blocks, and where in it each of them stands."""
    pieces: list[str] = []
    parts: list[Part] = []
    position = 0
    for block in kept:
        kind = block.kind
        if kind == "row" and " | " not in block.text:
            kind = "paragraph"  # a table that lays out the page
        if parts:
            tight = kind in _TIGHT and kind == parts[-1].kind
            gap = "\n" if tight else "\n\n"
            pieces.append(gap)
            position += len(gap)
        pieces.append(block.text)
        parts.append(Part(kind, position, position + len(block.text), block.level))
        position += len(block.text)
    return "".join(pieces), tuple(parts)
