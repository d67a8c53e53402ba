"""Events to an outline: where blocks of text begin and end, and what surrounds them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.cleaning.decode import normalize
from index.cleaning.events import (
    BREAK,
    Attributes,
    Event,
    events,
    events_of_pathological,
)
from index.cleaning.outline import Block, Element, Head, Outline
from index.cleaning.tags import BLOCK, BOLD, CELL, HEAD, HEADINGS, INLINE, ROLES
from index.records import PartKind

# Characters of an element's names that are kept; generated classes can be endless.
MOST_NAMES = 200
# Levels of elements that are told apart; the deepest of WCXB's pages has about 60.
DEEPEST = 200

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Marks in a block's text until it is done: the end of a link, emphasis.
_LINK_END, _BOLD_START, _BOLD_END = "\x1f", "\x0e", "\x0f"
_BREAKS = re.compile(r"\x1e[\s\x1e]*\x1e")
# A line that has nothing but emphasis stands for a heading.
_EMPHASISED = re.compile(r"(?:^|(?<=\x1e))(\s*\x0e[^\x0e\x0f\x1e]{2,200}\x0f\s*)(?=\x1e|$)")
# Blocks that are counted while they are open: lists, rows, text set as it was typed.
_COUNTED = frozenset("ul ol pre tr".split())
_ALONE = "\x1e\x1e\\1\x1e\x1e"


def parse(markup: str) -> Outline:
    """Return the outline of an ordinary page (`guard.risk`)."""
    return outline(events(markup))


def parse_pathological(markup: str) -> Outline:
    """Return the outline of a page that would hang the fast parser."""
    return outline(events_of_pathological(markup))


def outline(walk: Iterable[Event]) -> Outline:
    """Return the outline of a page's events.

    This loop takes most of the time that cleaning a page does: what each event needs is at hand.
    """
    page = _Page()
    elements, parts, inline = page.elements, page.parts, page.inline
    at = -1  # the element that is open
    beyond = 0  # open elements below the deepest that is told apart
    in_link = in_bold = in_pre = cells = 0
    for event in walk:
        if isinstance(event, str):
            if parts or in_pre or not event.isspace():
                parts.append(event)
                if in_link:
                    page.linked += len(event.strip())
                if in_bold:
                    page.bold += len(event.strip())
            continue
        tag, attributes = event
        role = ROLES.get(tag)
        if role == INLINE:
            if tag == "a":
                if attributes is None:
                    in_link -= 1
                    parts.append(_LINK_END)
                else:
                    in_link += 1
                    page.links += 1
                    if parts and parts[-1] == _LINK_END:
                        parts.append(" ")
            elif tag in BOLD:
                in_bold += -1 if attributes is None else 1
                parts.append(_BOLD_END if attributes is None else _BOLD_START)
            if attributes:
                inline.append(_names(attributes))
                if tag == "time":
                    page.add_time(attributes)
            continue
        if role == BLOCK:
            if in_pre and tag != "pre":
                parts.append("\n")
            elif parts:
                page.flush(at, in_pre)
        if attributes is not None:  # an element starts
            if role == CELL:
                if cells and parts:
                    parts.append(" | ")
                cells += 1
            elif role == HEAD:
                page.open_head(tag, attributes)
                continue
            elif tag in _COUNTED:
                if tag == "pre":
                    in_pre += 1
                elif tag == "tr":
                    cells = 0
                else:
                    page.lists += 1
            depth, hidden, names = 0, False, ""
            if at >= 0:
                _, _, depth, _, hidden = elements[at]
                depth += 1
                if depth > DEEPEST:
                    beyond += 1
                    continue
            if attributes:
                names = _names(attributes)
                hidden = hidden or _is_hidden(attributes)
                if at < 0:
                    page.head.language = attributes.get("lang") or ""
            elements.append(Element(tag, at, depth, names, hidden))
            at = len(elements) - 1
        elif role == HEAD:
            page.close_head(tag)
        else:
            if tag in _COUNTED:
                if tag == "pre":
                    in_pre -= 1
                elif tag != "tr":
                    page.lists -= 1
            if beyond:
                beyond -= 1
            else:
                at = elements[at].parent
    page.flush(at, in_pre)
    if not elements:
        elements.append(Element("body", -1, 0, "", False))
    return Outline(page.blocks, elements, page.head)


class _Page:
    """A page in the making; `parts` and what is counted belong to the block that is open."""

    def __init__(self) -> None:
        self.head = Head()
        self.blocks: list[Block] = []
        self.elements: list[Element] = []
        self.parts: list[str] = []
        self.inline: list[str] = []
        self.linked = self.links = self.bold = self.lists = 0

    def add_time(self, attributes: Attributes) -> None:
        """Take note of a time element."""
        stated = attributes.get("datetime") or ""
        self.head.times.append((stated, len(self.blocks), _names(attributes)))

    def open_head(self, tag: str, attributes: Attributes) -> None:
        """Take note of what an element says of the page."""
        head = self.head
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name")
            name = name or attributes.get("itemprop")
            if name and (content := attributes.get("content")):
                head.meta.setdefault(name.strip().lower(), content.strip())
        elif tag == "link":
            if not head.canonical and "canonical" in (attributes.get("rel") or "").lower():
                head.canonical = (attributes.get("href") or "").strip()
        elif self.parts:
            self.flush(len(self.elements) - 1, 0)

    def close_head(self, tag: str) -> None:
        """Take what has gathered since a title or a script began."""
        if tag == "title" or tag == "script":
            captured = "".join(self.parts)
            self.parts.clear()
            if tag == "script":
                self.head.scripts.append(captured)
            elif not self.head.title:
                self.head.title = " ".join(captured.split())

    def flush(self, at: int, in_pre: int) -> None:
        """End the block that is open in the element `at`."""
        joined = "".join(self.parts)
        self.parts.clear()
        if self.links:
            joined = joined.replace(_LINK_END, "")
        if in_pre:
            joined = joined.replace(BREAK, "\n").expandtabs(4)
            lines = [line.rstrip() for line in normalize(joined).split("\n")]
            self._add("\n".join(lines).strip("\n"), at, ("code", 0))
        elif BREAK in joined:
            for stretch in _BREAKS.split(_EMPHASISED.sub(_ALONE, joined)):
                self._add(_line(stretch.replace(BREAK, " ")), at)
        else:
            self._add(_line(joined), at)
        self.inline.clear()
        self.linked = self.bold = self.links = 0

    def _add(self, text: str, at: int, kind: tuple[PartKind, int] | None = None) -> None:
        if not text or not text.strip(" \n|"):
            return
        name, level = kind or self._kind(at)
        if name == "heading":
            text = text.rstrip(" ¶§#") or text
        size = len(text)
        inside = " ".join(self.inline) if self.inline else ""
        linked, bold = min(self.linked, size), min(self.bold, size)
        self.blocks.append(Block(name, level, text, at, inside, linked, self.links, bold))

    def _kind(self, at: int) -> tuple[PartKind, int]:
        for _ in range(3):  # a block's kind is decided by its nearest ancestors
            if at < 0:
                break
            tag, at, *_ = self.elements[at]
            if tag in HEADINGS:
                return "heading", HEADINGS[tag]
            if tag == "li" or tag == "dd" or tag == "dt":
                return "item", max(1, self.lists)
            if tag == "tr" or tag == "td" or tag == "th":
                return "row", 0
            if tag == "blockquote":
                return "quote", 0
        return "paragraph", 0


def _names(attributes: Attributes) -> str:
    names = attributes.get("class") or ""
    if len(attributes) > 1 or not names:
        for name in ("id", "role", "itemprop", "rel"):
            if value := attributes.get(name):
                names = f"{names} {value}" if names else value
    return names[:MOST_NAMES]


def _is_hidden(attributes: Attributes) -> bool:
    style = attributes.get("style")
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN_STYLE.search(style) is not None)
    )


def _line(text: str) -> str:
    if _BOLD_END in text:
        text = text.replace(_BOLD_START, "").replace(_BOLD_END, "")
    return normalize(" ".join(text.split()))
