"""HTML as the events of one walk over the tree of either parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.cleaning.tags import BARE, SKIPPED

if TYPE_CHECKING:
    from bs4.element import NavigableString, Tag

Attributes = dict[str, str | None]
# A stretch of text, the start of an element with its attributes, or its end with none.
Event = str | tuple[str, Attributes | None]

# A line break, as an event of text.
BREAK = "\x1e"
_NO_ATTRIBUTES: Attributes = {}


def events(markup: str) -> list[Event]:
    """Return the events of an ordinary page (`guard.risk`), in document order."""
    from selectolax.lexbor import LexborHTMLParser

    node = LexborHTMLParser(markup).root
    found: list[Event] = []
    add = found.append
    path = []
    while node is not None:
        tag = node.tag
        if tag == "-text":
            add(node.text_content or "")
        elif tag == "br":
            add(BREAK)
        elif (
            tag is not None
            and tag not in SKIPPED
            and tag[0] not in "-!_"
            and (tag != "script" or _states_data(node.attributes))
        ):
            add((tag, _NO_ATTRIBUTES if tag in BARE else node.attributes))
            child = node.first_child
            if child is not None:
                path.append((tag, node))
                node = child
                continue
            add((tag, None))
        following = node.next
        while following is None and path:
            tag, node = path.pop()
            add((tag, None))
            following = node.next
        node = following
    return found


def events_of_pathological(markup: str) -> list[Event]:
    """Return the events of a page that would hang the fast parser."""
    import warnings

    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
    from bs4.element import PreformattedString, Tag

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(_ended(markup), "html.parser")
    found: list[Event] = []
    pending: list[Tag | NavigableString | Event] = list(reversed(soup.contents))  # type: ignore[arg-type]
    while pending:
        node = pending.pop()
        if isinstance(node, Tag):
            tag = node.name.lower()
            attributes = _flat(node)
            if tag == "br":
                found.append(BREAK)
            elif tag not in SKIPPED and (tag != "script" or _states_data(attributes)):
                found.append((tag, attributes))
                pending.append((tag, None))
            if tag == "br" or found[-1] == (tag, attributes):
                pending.extend(reversed(node.contents))  # type: ignore[arg-type]
        elif isinstance(node, tuple):
            found.append(node)
        elif not isinstance(node, PreformattedString):
            found.append(str(node))
    return found


def _ended(markup: str) -> str:
    """Return `markup` with its last comment or tag ended.

    Where one is open, html.parser looks for its end from each that stands before it.
    """
    if markup.rfind("<!--") > markup.rfind("-->"):
        markup += "-->"
    return markup if markup.rfind("<") <= markup.rfind(">") else f"{markup}>"


def _states_data(attributes: Attributes) -> bool:
    return "ld+json" in (attributes.get("type") or "").lower()


def _flat(node: Tag) -> Attributes:
    return {
        name: " ".join(value) if isinstance(value, list) else str(value)
        for name, value in node.attrs.items()
    }
