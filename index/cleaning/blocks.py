"""HTML to an outline: where blocks of text begin and end, and what surrounds them."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from index.cleaning import guard
from index.cleaning.decode import normalize
from index.cleaning.outline import Block, Element, Head, Outline
from index.cleaning.tags import (
    BARE,
    BLOCK,
    BOLD,
    CELL,
    HEAD,
    HEADINGS,
    HOLDER,
    INLINE,
    ROLES,
    SKIPPED,
)
from index.records import PartKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Attributes = dict[str, str | None]
# Makers of the records, in six tenths of the time that their own constructors take.
_ELEMENT = partial(tuple.__new__, Element)
_BLOCK = partial(tuple.__new__, Block)

# Characters of an element's names that are kept; generated classes can be endless.
MOST_NAMES = 200
# Levels of elements that are told apart; the deepest of WCXB's pages has about 60.
DEEPEST = 200

# What may name an element besides its class, and what may hide it.
_NAMES = ("id", "role", "itemprop", "rel")
_NAMING = frozenset(_NAMES)
_HIDING = frozenset(("hidden", "aria-hidden", "style"))
# Inline elements that are laid out as blocks.
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Marks in a block's text until it is done: the end of a link, emphasis.
_LINK_END, _BOLD_START, _BOLD_END = "\x1f", "\x0e", "\x0f"
# Where an inline element ends, and where another begins right behind it.
_END, _SEAM = "", "\x1d"
_ENDS = frozenset((_END, _LINK_END, _BOLD_END))
_MARKS = _LINK_END + _BOLD_START + _BOLD_END
# Behind these, a capital begins something new, if a page has set it in an element of its own; a
# full stop may stand in a name (`logging.Logger`), unless it ends a sentence.
_CLOSING = frozenset("!?)%”»…,;")
# A line break in it.
BREAK = "\x1e"
_BREAKS = re.compile(r"\x1e[\s\x1e]*\x1e")
# A line that has nothing but emphasis stands for a heading.
_EMPHASISED = re.compile(r"(?:^|(?<=\x1e))(\s*\x0e[^\x0e\x0f\x1e]{2,200}\x0f\s*)(?=\x1e|$)")
_PARAGRAPH: tuple[PartKind, int] = ("paragraph", 0)
_ITEM: tuple[PartKind, int] = ("item", 0)
# What an element makes of the block inside; the level of an item is that of its list.
_KINDS: dict[str, tuple[PartKind, int]] = {
    **{tag: ("heading", level) for tag, level in HEADINGS.items()},
    **dict.fromkeys(("li", "dd", "dt"), _ITEM),
    **dict.fromkeys(("tr", "td", "th"), ("row", 0)),
    "blockquote": ("quote", 0),
}
# Blocks that are counted while they are open: lists, rows, text set as it was typed.
_COUNTED = frozenset("ul ol pre tr".split())
# What nodes are to the walk: those that it does not enter, then kinds of inline elements, which
# come before `INLINE`, then the others.
_TEXT, _BREAK, _SKIPPED, _STATES, _LINK, _BOLD = range(-6, 0)
_TITLE = HEAD
_ROLES = {
    **ROLES,
    **dict.fromkeys(SKIPPED, _SKIPPED),
    **dict.fromkeys(("meta", "link", "script"), _STATES),
    **dict.fromkeys(BOLD, _BOLD),
    "a": _LINK,
    "br": _BREAK,
    "-text": _TEXT,
}
_ALONE = "\x1e\x1e\\1\x1e\x1e"


def parse(markup: str) -> Outline:
    """Return the outline of an ordinary page (`guard.risk`)."""
    from selectolax.lexbor import LexborHTMLParser

    return _outline(LexborHTMLParser(markup).root)


def parse_pathological(markup: str) -> Outline:
    """Return the outline of a page that would hang the fast parser, if it were not tamed."""
    return parse(guard.tamed(markup))


def _outline(node: LexborNode | None) -> Outline:
    """Return the outline of a tree.

    This walk takes a fifth of the time that cleaning a page does: what each step needs is at hand.
    """
    page = _Page()
    elements, parts, inline = page.elements, page.parts, page.inline
    # The nodes that are open, and `at` before them; of inline ones, whether they are set apart.
    path: list[tuple[int, str, LexborNode, int]] = []
    at = -1  # the element that is open
    in_link = in_bold = in_pre = cells = 0
    while node is not None:
        tag = node.tag or ""
        role = _ROLES.get(tag, HOLDER)
        if role == _TEXT:
            if parts or in_pre or not node.is_empty_text_node:
                text = node.text_content or ""
                if parts or in_pre or not text.isspace():
                    parts.append(text)
                    if in_link:
                        page.linked += len(text.strip())
                    if in_bold:
                        page.bold += len(text.strip())
            following = node.next
        elif role < _LINK or tag[0] in "-!_":
            if role == _BREAK:
                if parts or in_pre:
                    parts.append(BREAK)
            elif role == _STATES:
                page.note(tag, node)
            following = node.next
        else:  # an element starts
            outer = at
            if tag == "p" and path and path[-1][0] == CELL and _fills(node, path[-1][2]):
                role = HOLDER  # and the cells of a row stay in one line
            if role <= INLINE:
                outer = 0
                if parts and (last := parts[-1]) in _ENDS:
                    parts.append(" " if role == _LINK and last == _LINK_END else _SEAM)
                if role == _LINK:
                    in_link += 1
                    page.links += 1
                elif role == _BOLD:
                    in_bold += 1
                    parts.append(_BOLD_START)
                if tag not in BARE and (attributes := node.attributes):
                    inline.append(_names(attributes))
                    if "style" in attributes and not in_pre:
                        outer = _BLOCK_STYLE.search(attributes["style"] or "") is not None
                        if outer and parts:
                            parts.append(" ")
                    if tag == "time":
                        page.add_time(attributes)
            elif role == _TITLE:
                if parts:
                    page.flush(len(elements) - 1, 0)
            else:
                if role == BLOCK:
                    if in_pre and tag != "pre":
                        parts.append("\n")
                    elif parts:
                        page.flush(at, in_pre)
                    if tag in _COUNTED:
                        if tag == "pre":
                            in_pre += 1
                        elif tag == "tr":
                            cells = 0
                        else:
                            page.lists += 1
                elif role == CELL:
                    if cells and parts:
                        parts.append(" | ")
                    cells += 1
                if at >= 0:
                    _, _, depth, _, hidden = elements[at]
                    depth += 1
                else:
                    depth, hidden = 0, False
                    page.head.language = node.attributes.get("lang") or ""
                if depth <= DEEPEST:
                    names = ""
                    if attributes := node.attributes:
                        names = _names(attributes)
                        hidden = hidden or _is_hidden(attributes)
                    at = len(elements)
                    elements.append(_ELEMENT((tag, outer, depth, names, hidden)))
            path.append((role, tag, node, outer))
            following = node.first_child
        while following is None and path:  # elements end
            role, tag, node, outer = path.pop()
            following = node.next
            if role <= INLINE:
                if role == _LINK:
                    in_link -= 1
                    parts.append(_LINK_END)
                elif role == _BOLD:
                    in_bold -= 1
                    parts.append(_BOLD_END)
                elif parts and parts[-1] not in _ENDS:
                    parts.append(_END)
                if outer and parts:
                    parts.append(" ")
            elif role == _TITLE:
                page.take_title()
            else:
                if role == BLOCK:
                    if in_pre and tag != "pre":
                        parts.append("\n")
                    elif parts:
                        page.flush(at, in_pre)
                    if tag in _COUNTED:
                        if tag == "pre":
                            in_pre -= 1
                        elif tag != "tr":
                            page.lists -= 1
                at = outer
        node = following
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

    def note(self, tag: str, node: LexborNode) -> None:
        """Take note of what an element without text says of the page."""
        head, attributes = self.head, node.attributes
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name")
            name = name or attributes.get("itemprop")
            if name and (content := attributes.get("content")):
                head.meta.setdefault(name.strip().lower(), content.strip())
        elif tag == "link":
            if not head.canonical and "canonical" in (attributes.get("rel") or "").lower():
                head.canonical = (attributes.get("href") or "").strip()
        elif "ld+json" in (attributes.get("type") or "").lower():
            if self.parts:
                self.flush(len(self.elements) - 1, 0)
            head.scripts.append(node.text())

    def take_title(self) -> None:
        """Take what has gathered since a title began."""
        captured = "".join(self.parts)
        self.parts.clear()
        if not self.head.title:
            self.head.title = " ".join(captured.split())

    def flush(self, at: int, in_pre: int) -> None:
        """End the block that is open in the element `at`."""
        joined = "".join(self.parts)
        self.parts.clear()
        if self.links:
            joined = joined.replace(_LINK_END, "")
        if _SEAM in joined:
            joined = joined.replace(_SEAM, "") if in_pre else _parted(joined)
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
        inside = " ".join(self.inline) if self.inline else ""
        linked = min(self.linked, len(text)) if self.linked else 0
        bold = min(self.bold, len(text)) if self.bold else 0
        self.blocks.append(_BLOCK((name, level, text, at, inside, linked, self.links, bold)))

    def _kind(self, at: int) -> tuple[PartKind, int]:
        for _ in range(3):  # a block's kind is decided by its nearest ancestors
            if at < 0:
                break
            tag, at, _, _, _ = self.elements[at]
            if kind := _KINDS.get(tag):
                return kind if kind != _ITEM else ("item", max(1, self.lists))
        return _PARAGRAPH


def _fills(node: LexborNode, cell: LexborNode) -> bool:
    """Say whether a node is all that a cell holds."""
    first, last = cell.first_child, cell.last_child
    if first is not None and first.is_empty_text_node:
        first = first.next
    if last is not None and last.is_empty_text_node:
        last = last.prev
    return first == node == last


def _names(attributes: Attributes) -> str:
    names = attributes.get("class") or ""
    if not _NAMING.isdisjoint(attributes):
        names = " ".join(filter(None, (names, *map(attributes.get, _NAMES))))
    return names[:MOST_NAMES]


def _is_hidden(attributes: Attributes) -> bool:
    if _HIDING.isdisjoint(attributes):
        return False
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDDEN_STYLE.search(attributes.get("style") or "") is not None
    )


def _parted(text: str) -> str:
    """Return a block's text with a space at the seams where two names would run into one."""
    pieces: list[str] = []
    left = ""
    for piece in text.split(_SEAM):
        right = piece.strip(_MARKS)
        if left and right[:1].isupper():
            last = left[-1]
            sentence = last == "." and " " in left
            if last.islower() or last.isdigit() or last in _CLOSING or sentence:
                pieces.append(" ")
        pieces.append(piece)
        left = right or left
    return "".join(pieces)


def _line(text: str) -> str:
    if _BOLD_END in text:
        text = text.replace(_BOLD_START, "").replace(_BOLD_END, "")
    return normalize(" ".join(text.split()))
