"""From a page to its article."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.cleaning import blocks, decode, guard, metadata, model, plain, remnants
from index.cleaning.furniture import furniture, is_article, rescued, says_article, sections
from index.cleaning.language import detect
from index.cleaning.metadata import Metadata
from index.cleaning.outline import Block, Outline
from index.cleaning.selection import ARTICLE_ODDS, STATED_ARTICLE_ODDS, Aim, select
from index.cleaning.sites import RECURRING_ODDS, SiteEvidence, fingerprints
from index.cleaning.statements import key
from index.records import Article, Dropped, Markup, Page, Part

# Beyond this a probability is certainty that no evidence could move.
MOST_LIKELY = 0.999

# How many threads clean a page now, and whether the collector ran before the first did.
_PAUSING = threading.Lock()
_pauses = 0
_paused = False
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
    """Keep Python from looking for cycles among thousands of small objects: it takes a third.

    The collector is the whole process's: it runs again when the last of several threads is done.
    """
    global _pauses, _paused
    with _PAUSING:
        if not _pauses:
            _paused = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _PAUSING:
            _pauses -= 1
            if not _pauses and _paused:
                gc.enable()


def _clean(page: Page, aim: Aim, site: SiteEvidence | None, *, explain: bool) -> Article:
    outline, markup, fused = outlined(page)
    judge = model.load(markup)
    probabilities = judge.probabilities(outline)
    if site is not None:
        recurring = [at for at, block in enumerate(outline.blocks) if site.recurs(block)]
        before = np.minimum(probabilities[recurring], MOST_LIKELY)
        odds = RECURRING_ODDS * before / (1 - before)
        probabilities[recurring] = odds / (1 + odds)
    kept, ruled, about = decided(page, outline, markup, probabilities, aim)
    text, parts = _laid_out([block for at, block in enumerate(outline.blocks) if kept[at]])
    gone = [at for at, keep in enumerate(kept) if not keep]
    reasons = dict.fromkeys(gone, _NOT_CONTENT)
    if explain:
        reasons = dict(zip(gone, judge.reasons(outline, gone), strict=True))
    if site is not None:
        reasons |= dict.fromkeys(recurring, _RECURS)
    reasons |= ruled
    likely = probabilities.tolist()
    dropped = [
        Dropped(outline.blocks[at].text, reasons[at], None if at in ruled else round(likely[at], 3))
        for at in gone
    ]
    return Article(
        title=about.title,
        text=text,
        author=about.author,
        published=about.published,
        site=about.site,
        url=about.url,
        language=detect(text or about.title, outline.head.language),
        parts=parts,
        dropped=(*dropped, *(Dropped(line, _FUSED) for line in fused)),
    )


def decided(
    page: Page,
    outline: Outline,
    markup: Markup,
    probabilities: npt.NDArray[np.float32],
    aim: Aim = "balanced",
) -> tuple[list[bool], dict[int, str], Metadata]:
    """Return which blocks to keep, which of the others a rule decided and why, and the metadata."""
    blocks = outline.blocks
    words = np.array([block.text.count(" ") + 1 for block in blocks], dtype=np.float32)
    kept = select(probabilities, words, aim).tolist()
    about = _metadata(outline, page)
    ruled = _copies(blocks, about.title)
    everywhere = [True] * len(blocks)
    if markup == "text":
        ruled |= furniture(blocks, everywhere, about.author)
    # Lines that go anyway say nothing of what the page is.
    if is_article(outline, [keep and at not in ruled for at, keep in enumerate(kept)]):
        odds = STATED_ARTICLE_ODDS if says_article(outline) else ARTICLE_ODDS
        kept = select(probabilities, words, aim, odds=odds).tolist()
        if markup == "html":
            ruled |= furniture(blocks, kept, about.author)
            ruled |= sections(outline, kept, markup, about.title)
        else:
            ruled |= sections(outline, everywhere, markup, about.title)
            kept = rescued(blocks, kept, probabilities.tolist(), ruled)
    if all(at in ruled for at, keep in enumerate(kept) if keep):
        ruled = {}  # rules take furniture out of an article, and never all of it
    return [keep and at not in ruled for at, keep in enumerate(kept)], ruled, about


def outlined(page: Page) -> tuple[Outline, Markup, list[str]]:
    """Return the outline of a page, as what it was read, and what was cut off its lines."""
    outline, markup = _outline(page)
    blocks, fused = remnants.without_remnants(outline.blocks)
    return Outline(blocks, outline.elements, outline.head), markup, fused


def survey(page: Page) -> frozenset[int]:
    """Return the fingerprints of a page's blocks, to be counted for its site."""
    return fingerprints(outlined(page)[0].blocks)


def _outline(page: Page) -> tuple[Outline, Markup]:
    """Return the outline of a page, and as what it was read."""
    text = decode.decode(page.content)
    if page.markup == "html":
        match guard.risk(text):
            case "ordinary":
                return blocks.parse(guard.flattened(text)), "html"
            case "pathological":
                return blocks.parse_pathological(guard.flattened(text)), "html"
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
            first = text[0]
            may_be = first.casefold()[:1] == words[:1] or not first.isalnum()
            if may_be and key(text) == words:
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
