"""HTML to an outline: one walk over the tree of either parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.cleaning.decode import normalize
from index.cleaning.outline import Block, Element, Head, Outline
from index.records import PartKind

if TYPE_CHECKING:
    from bs4.element import Tag
    from selectolax.lexbor import LexborNode

Attributes = dict[str, str | None]

# Elements that start and end a block (the HTML standard's rendering section: display block, list
# item or table), and controls, which are laid out apart from the text around them.
_BLOCK = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "label legend li listing main menu nav ol optgroup option p plaintext pre search section "
    "select summary table tbody tfoot thead tr ul xmp".split()
)
_CELL = frozenset(("td", "th"))
# Elements that mark a stretch of running text (the standard's phrasing content).
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark nobr q rp "
    "rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
# Elements whose content is no text of the page.
_SKIPPED = frozenset(
    "applet area audio base canvas datalist embed head iframe input link map math meta meter "
    "noembed noframes noscript object param picture progress script source style svg template "
    "textarea title track video".split()
)
_BOLD = frozenset("b strong em i mark".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BREAK = "\x1e"
_BREAKS = re.compile(r"\x1e[\s\x1e]*\x1e")


class OutlineBuilder:
    """Collects the events of a walk: `open`, `text` and `close`, in document order."""

    def __init__(self) -> None:
        self.head = Head()
        self._blocks: list[Block] = []
        self._elements: list[Element] = []
        self._path: list[int] = []
        self._parts: list[str] = []
        self._inline: list[str] = []
        self._linked = self._links = self._bold = 0
        self._in_link = self._in_bold = self._in_pre = self._lists = 0
        self._capture: list[str] | None = None
        self._container = -1
        self._item = False
        self._cells = 0

    def open(self, tag: str, attributes: Attributes) -> bool:
        """Enter an element; say whether the walk goes into it (then `close` must follow)."""
        if tag in _INLINE:
            return self._open_inline(tag, attributes)
        if tag in _SKIPPED:
            return self._open_head(tag, attributes)
        if tag in _BLOCK:
            if self._in_pre and tag != "pre":
                self._parts.append("\n")
            else:
                self._flush()
            if tag == "ul" or tag == "ol":
                self._lists += 1
            elif tag == "pre" or tag == "listing":
                self._in_pre += 1
            elif tag == "li" or tag == "tr":
                self._item = True
                self._cells = 0
            elif tag == "html":
                self.head.language = attributes.get("lang") or attributes.get("xml:lang") or ""
        elif tag in _CELL:
            if self._cells and self._parts:
                self._parts.append(" | ")
            self._cells += 1
        names = _names(attributes)
        hidden = (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or bool((style := attributes.get("style")) and _HIDDEN_STYLE.search(style))
        )
        parent = self._container
        above = self._elements[parent] if parent >= 0 else None
        self._container = len(self._elements)
        self._elements.append(
            Element(
                tag,
                parent,
                above.depth + 1 if above else 0,
                names,
                hidden or bool(above and above.hidden),
            )
        )
        return True

    def close(self, tag: str) -> None:
        """Leave an element."""
        if tag in _INLINE:
            if tag == "a":
                self._in_link -= 1
                self._parts.append("\x1f")
            elif tag in _BOLD:
                self._in_bold -= 1
            return
        if tag in _SKIPPED:
            self._close_head(tag)
            return
        if tag in _BLOCK:
            if self._in_pre and tag != "pre" and tag != "listing":
                self._parts.append("\n")
            else:
                self._flush()
            if tag == "ul" or tag == "ol":
                self._lists -= 1
            elif tag == "pre" or tag == "listing":
                self._in_pre -= 1
            elif tag == "tr":
                self._cells = 0
        self._container = self._elements[self._container].parent

    def text(self, text: str) -> None:
        """Add a stretch of text."""
        if self._capture is not None:
            self._capture.append(text)
            return
        self._parts.append(text)
        if self._in_link:
            self._linked += len(text.strip())
        if self._in_bold:
            self._bold += len(text.strip())

    def outline(self) -> Outline:
        """Return what was collected."""
        self._flush()
        if not self._elements:
            self._elements.append(Element("body", -1, 0, "", False))
        return Outline(self._blocks, self._elements, self.head)

    def _open_inline(self, tag: str, attributes: Attributes) -> bool:
        if tag == "br":
            self._parts.append(_BREAK)
            return False
        if tag == "img" or tag == "wbr":
            return False
        if tag == "a":
            self._in_link += 1
            self._links += 1
            if self._parts and self._parts[-1] == "\x1f":
                self._parts.append(" ")
        elif tag in _BOLD:
            self._in_bold += 1
        elif tag == "time":
            self.head.times.append((attributes.get("datetime") or "", len(self._blocks)))
        if attributes and (names := _names(attributes)):
            self._inline.append(names)
        return True

    def _open_head(self, tag: str, attributes: Attributes) -> bool:
        head = self.head
        if tag == "head":
            return True
        if tag == "meta":
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            if key and (content := attributes.get("content")):
                head.meta.setdefault(key.strip().lower(), content.strip())
        elif tag == "link":
            if not head.canonical and "canonical" in (attributes.get("rel") or "").lower():
                head.canonical = (attributes.get("href") or "").strip()
        elif (tag == "title" and not head.title) or (
            tag == "script" and "ld+json" in (attributes.get("type") or "").lower()
        ):
            self._capture = []
            return True
        return False

    def _close_head(self, tag: str) -> None:
        if self._capture is None:
            return
        captured = "".join(self._capture)
        self._capture = None
        if tag == "title":
            self.head.title = " ".join(captured.split())
        else:
            self.head.scripts.append(captured)

    def _flush(self) -> None:
        if not self._parts:
            return
        joined = "".join(self._parts)
        self._parts.clear()
        if joined and not joined.isspace():
            joined = joined.replace("\x1f", "")
            if self._in_pre:
                joined = joined.replace(_BREAK, "\n").expandtabs(4)
                lines = [line.rstrip() for line in normalize(joined).split("\n")]
                self._add("\n".join(lines).strip("\n"))
            elif _BREAK in joined:
                for stretch in _BREAKS.split(joined):
                    self._add(
                        "\n".join(filter(None, map(_line, stretch.split(_BREAK)))),
                    )
            else:
                self._add(_line(joined))
        self._inline.clear()
        self._linked = self._links = self._bold = 0

    def _add(self, text: str) -> None:
        if not text.strip(" \n|"):
            return
        kind, level = self._kind()
        self._blocks.append(
            Block(
                kind,
                level,
                text,
                self._container,
                " ".join(self._inline),
                min(self._linked, len(text)),
                self._links,
                min(self._bold, len(text)),
            )
        )

    def _kind(self) -> tuple[PartKind, int]:
        if self._in_pre:
            return "code", 0
        position = self._container
        for _ in range(4):  # a block's kind is decided by its nearest ancestors
            if position < 0:
                break
            tag, position = self._elements[position][:2]
            if tag in _HEADINGS:
                return "heading", _HEADINGS[tag]
            if tag in ("li", "dd", "dt"):
                return "item", max(1, self._lists)
            if tag in ("tr", "td", "th"):
                return "row", 0
            if tag == "blockquote":
                return "quote", 0
        return "paragraph", 0


def parse(markup: str) -> Outline:
    """Return the outline of an ordinary page (`guard.risk`)."""
    from selectolax.lexbor import LexborHTMLParser

    builder = OutlineBuilder()
    root = LexborHTMLParser(markup).root
    if root is not None:
        _walk_lexbor(root, builder)
    return builder.outline()


def parse_pathological(markup: str) -> Outline:
    """Return the outline of a page that would hang the fast parser."""
    import warnings

    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    builder = OutlineBuilder()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        _walk_soup(BeautifulSoup(markup, "html.parser"), builder)
    return builder.outline()


def _walk_lexbor(root: LexborNode, builder: OutlineBuilder) -> None:
    path: list[tuple[str, LexborNode]] = []
    node = root
    while True:
        tag = node.tag
        if tag == "-text":
            builder.text(node.text_content or "")
        elif tag is not None and tag[0] not in "-!_" and builder.open(tag, node.attributes):
            if (child := node.first_child) is not None:
                path.append((tag, node))
                node = child
                continue
            builder.close(tag)
        following = node.next
        while following is None:
            if not path:
                return
            tag, node = path.pop()
            builder.close(tag)
            following = node.next if path else None
        node = following


def _walk_soup(root: Tag, builder: OutlineBuilder) -> None:
    from bs4.element import NavigableString, PreformattedString, Tag

    pending: list[Tag | NavigableString | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Tag):
            attributes = {
                name: " ".join(value) if isinstance(value, list) else str(value)
                for name, value in node.attrs.items()
            }
            name = node.name.lower()
            if node is root or builder.open(name, dict(attributes)):
                if node is not root:
                    pending.append(name)
                pending.extend(reversed(node.contents))  # type: ignore[arg-type]
        elif isinstance(node, PreformattedString):
            continue
        elif isinstance(node, NavigableString):
            builder.text(str(node))
        else:
            builder.close(node)


def _names(attributes: Attributes) -> str:
    if not attributes:
        return ""
    found = [
        value
        for name in ("class", "id", "role", "itemprop", "rel")
        if (value := attributes.get(name))
    ]
    return " ".join(found)[:200] if found else ""


def _line(text: str) -> str:
    return normalize(" ".join(text.split()))
