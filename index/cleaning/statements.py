"""What a page states about itself for machines, and where its lines say so for readers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from index.cleaning.decode import normalize
from index.cleaning.outline import Block, Head, Outline

# Bylines and dates stand in lines of so many characters or fewer.
SHORT_LINE = 120
# Blocks below the headline that are looked at for names and dates.
BELOW_HEADLINE = 12
_ARTICLE_TYPES = (
    "Article", "NewsArticle", "BlogPosting", "Report", "ScholarlyArticle", "TechArticle",
    "DiscussionForumPosting", "Product", "Recipe", "Review", "VideoObject", "QAPage", "Question",
    "WebPage", "CollectionPage", "Event", "Book", "Course",
)  # fmt: skip
_NO_LETTERS = re.compile(r"[\W_]+")
_PARTS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")


def things(head: Head) -> list[dict[str, Any]]:
    """Return the objects of the JSON-LD of a page, those that tell most of an article first."""
    return sorted(
        (thing for script in head.scripts for thing in _things(script)), key=_article_rank
    )


def _things(script: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-LD script, the outermost first."""
    script = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", script)
    try:
        pending = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for thing in pending:  # grows while it is walked
        if isinstance(thing, list):
            pending.extend(thing)
        elif isinstance(thing, dict):
            if "@type" in thing:
                yield thing
            pending.extend(
                thing[part] for part in _PARTS if isinstance(thing.get(part), dict | list)
            )


def _article_rank(thing: dict[str, Any]) -> int:
    kinds = thing["@type"]
    ranks = [
        _ARTICLE_TYPES.index(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if kind in _ARTICLE_TYPES
    ]
    return min(ranks, default=len(_ARTICLE_TYPES))


def articles(things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects that may be what the page is about."""
    return [thing for thing in things if _article_rank(thing) < len(_ARTICLE_TYPES)]


def strings(value: Any, name: str = "name") -> list[str]:
    """Return the strings that a JSON-LD value stands for: its own, its name, its items."""
    if isinstance(value, str):
        return [normalize(" ".join(_unescape(value).split()))]
    if isinstance(value, dict):
        return strings(value.get(name))
    if isinstance(value, list):
        return [string for item in value[:20] for string in strings(item, name)]
    return []


def _unescape(text: str) -> str:
    import html

    return html.unescape(text) if "&" in text else text


def meta(head: Head, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the values of the meta elements that have one of the names, in the order of these."""
    for name in keys:
        if value := head.meta.get(name):
            yield normalize(" ".join(_unescape(value).split()))


def named(outline: Outline, names: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the short blocks in elements whose class or the like has one of the names in it.

    The pattern is one of lower-case letters.
    """
    if not names.search(outline.names):
        return
    elements = outline.elements
    found = cache(lambda stated: names.search(stated.lower()))
    for at, block in enumerate(outline.blocks):
        if len(block.text) <= SHORT_LINE and (
            found(block.inline) or found(elements[block.element].names)
        ):
            yield at, block.text


def headline(blocks: list[Block], title: str) -> int:
    """Return where the headline stands, or 0."""
    words = key(title)
    for at, block in enumerate(blocks):
        if is_headline(block):
            return at
        if len(words) <= len(block.text) <= 2 * SHORT_LINE and key(block.text) == words != "":
            return at
    return 0


def is_headline(block: Block) -> bool:
    """Say whether a block is a heading of the first level."""
    return block.kind == "heading" and block.level == 1


def same_words(left: str, right: str) -> bool:
    """Say whether two lines read the same, whatever their case, marks and spaces."""
    return key(left) == key(right) != ""


def key(text: str) -> str:
    """Return what two lines that read the same have in common: their letters and digits."""
    return _NO_LETTERS.sub("", text.casefold())
