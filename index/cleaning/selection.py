"""Which blocks are the article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.cleaning.metadata import key
from index.cleaning.outline import Block, Outline
from index.cleaning.plain import looks_like_heading

Aim = Literal["balanced", "precision", "recall"]

# Characters from which a block counts as prose, and the most of them that may be links.
PROSE = 80
MOST_LINKED = 0.33

_FURNITURE_TAGS = frozenset(
    "nav footer aside form button select option label figcaption dialog menu".split()
)
_FURNITURE_NAMES = re.compile(
    r"\b(?:nav|navbar|menu|footer|sidebar|breadcrumbs?|comments?|respond|related|share|sharing|"
    r"social|newsletter|subscribe|cookie|consent|banner|advert|promo|popup|modal|author-bio|bio|"
    r"toc|tags|pagination|pager|widget|login|search)\b",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    r"^(?:table of contents|contents|toggle|by|share(?: this)?\W*|tags?\b.{0,60}|advertisement|ad|"
    r"panier|cart|menu|home|search|subscribe|sign (?:in|up)|log ?in|comments?(?: \(\d+\))?|"
    r"\d[\d.,]*[km]?|\W+|leave a (?:reply|comment)|your email address will not be published.*|"
    r"required fields are marked.*|(?:original )?source\s*:.*|skip to .*|read more|"
    r"(?:view|see) all posts by .*|(?:\d+|an?) (?:minutes?|hours?|days?|weeks?|months?|years?) ago|"
    r"il y a \d+ \w+|vor \d+ \w+|hace \d+ \w+|\d+ min(?:ute)?s? read|save my name.*|"
    r"(?:written |posted )?by [A-Z].{0,60})$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"^(?:articles? you may like|you (?:may|might) (?:also )?like.*|related (?:articles?|posts?|"
    r"stories|news|reading)|more (?:from|stories|news|articles).*|leave a (?:reply|comment)|"
    r"recommended(?: for you)?|read (?:next|also)|about the author|about [A-Z]\w+ [A-Z]\w+|"
    r"share this.*|comments?(?: \(\d+\))?|\d+ comments?|subscribe to .*|recent posts|tags|"
    r"original source:.*|previous (?:article|post).*|next (?:article|post).*)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a block is content, how likely that is, and why."""

    kept: bool
    reason: str
    probability: float | None = None


def select(outline: Outline, aim: Aim = "balanced") -> list[Verdict]:
    """Return a verdict a block."""
    blocks = outline.blocks
    furniture = [
        element.hidden
        or element.tag in _FURNITURE_TAGS
        or bool(element.names and _FURNITURE_NAMES.search(element.names))
        for element in outline.elements
    ]
    for at, element in enumerate(outline.elements):
        if element.parent >= 0 and element.tag not in ("body", "main", "article"):
            furniture[at] = furniture[at] or furniture[element.parent]
    prose = [
        len(block.text) >= PROSE
        and block.linked <= MOST_LINKED * len(block.text)
        and not furniture[block.element]
        for block in blocks
    ]
    tail = _tail(blocks, prose)
    last = max((at for at, is_prose in enumerate(prose[:tail]) if is_prose), default=-1)
    keys = [key(re.sub(r"^\d+[.)]\s*", "", block.text)) for block in blocks]
    last_seen = {words: at for at, words in enumerate(keys) if words}
    verdicts: list[Verdict] = []
    for at, block in enumerate(blocks):
        reason = ""
        if furniture[block.element]:
            reason = "stands in navigation or another side part of the page"
        elif _FURNITURE_LINE.match(block.text) or _is_symbols(block.text):
            reason = "reads like furniture of a page"
        elif at >= tail:
            reason = "follows the end of the article"
        elif block.kind in ("item", "paragraph") and last_seen.get(keys[at], at) > at:
            reason = "is an entry of the table of contents"
        elif not prose[at] and not _belongs(blocks, prose, at, last):
            reason = "stands apart from the prose"
        verdicts.append(Verdict(not reason, reason))
    return verdicts


def _tail(blocks: list[Block], prose: list[bool]) -> int:
    """Return where an article ends: at a line that says so, with little prose behind it."""
    written = sum(
        len(block.text) for block, is_prose in zip(blocks, prose, strict=True) if is_prose
    )
    behind = 0
    tail = len(blocks)
    for at in range(len(blocks) - 1, -1, -1):
        if prose[at]:
            behind += len(blocks[at].text)
        if behind > 0.5 * written:
            break
        if _TAIL.match(blocks[at].text):
            tail = at
    return tail


def _belongs(blocks: list[Block], prose: list[bool], at: int, last: int) -> bool:
    block = blocks[at]
    if block.linked > MOST_LINKED * len(block.text):
        return False
    if block.kind == "heading" or looks_like_heading(block.text):
        return any(prose[at + 1 : at + 4]) or (
            at < last and any(later.kind == "item" for later in blocks[at + 1 : at + 2])
        )
    return (at < last and any(prose[max(0, at - 6) : at])) or (
        block.kind == "item" and any(prose[at + 1 : at + 12])
    )


def _is_symbols(text: str) -> bool:
    """Say whether a line names icons: many words, all lower case, no stop words among them."""
    words = text.split()
    return (
        len(words) > 8
        and text == text.lower()
        and not {"the", "of", "and", "to", "a", "is", "in"} & set(words)
        and text.isascii()
    )
