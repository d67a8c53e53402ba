"""The scan before parsing: markup that would make a fast parser hang or lose text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from index.cleaning.tags import INLINE, ROLES

Risk = Literal["ordinary", "pathological", "oversized"]

# Characters beyond which a page is no longer a page: it is read as text, without its structure.
OVERSIZED = 20_000_000
# The same for markup that only BeautifulSoup survives, at about 0.5 s per million characters.
OVERSIZED_PATHOLOGICAL = 4_000_000
# Lexbor takes time quadratic in the depth and in the attributes of a tag: 5,000 of either take
# 40 ms, 20,000 one second. A page of fewer opening tags cannot be too deep (8,164 are the most that
# one of WCXB's has), and a page has more than one tag, each as long as it has attributes.
MOST_OPENING = 10_000
MOST_ATTRIBUTES = 5_000
# Levels that a page keeps; the deepest of WCXB's has 78, tags left open included.
DEEPEST = 500

# Elements without content, and those that the next of their kind ends: they add no depth.
_SHALLOW = frozenset(
    "area base basefont bgsound br caption col colgroup dd dt embed frame hr img input keygen li "
    "link meta optgroup option p param rb rp rt rtc source tbody td tfoot th thead tr track "
    "wbr".split()
)
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# An end tag does not reach beyond these.
_SCOPES = frozenset("applet marquee object table template select button svg math".split())
# Elements whose content is text up to their end tag, whatever it looks like.
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())

# Attributes that a tag keeps which has too many.
_READ = frozenset("aria-hidden class datetime hidden href id itemprop lang rel role style".split())

# A comment or a tag; possessive, and so linear in the markup whatever it holds.
_TAG = re.compile(
    r"<(?:!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    r"""|(/?)([a-zA-Z][^\s/>]*+)(?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?)*+>?)"""
)
# A tag with so many attributes has twice as many characters outside quotes.
_INSIDE = r"""(?:[^>"']{1,16}+|"[^"]*+"|'[^']*+')"""
_LONG_TAG = re.compile(rf"<[a-zA-Z]{_INSIDE}{{{2 * MOST_ATTRIBUTES // 16}}}+{_INSIDE}*+")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")


def risk(markup: str) -> Risk:
    """Say how to read `markup`, in time linear in its length."""
    if len(markup) > OVERSIZED:
        return "oversized"
    if not _too_many_attributes(markup):
        return "ordinary"
    return "oversized" if len(markup) > OVERSIZED_PATHOLOGICAL else "pathological"


def flattened(markup: str) -> str:
    """Return `markup` without the tags that nest too deeply; all of its text stays.

    Where the tag of a block goes, a rule parts the text. Takes time linear in the length.
    """
    brackets = markup.count("<")
    if brackets <= MOST_OPENING or brackets - markup.count("</") <= MOST_OPENING:
        return markup
    kept: list[str] = []
    copied = 0
    opened: list[str] = []
    gone: Counter[str] = Counter()
    for tag in _tags(markup):
        name = tag[2].lower()
        if name in _SHALLOW or name in _RAW:
            continue
        if tag[1]:
            if not gone[name]:
                _close(opened, name)
                continue
            gone[name] -= 1
        elif len(opened) < DEEPEST:
            opened.append(name)
            continue
        else:
            gone[name] += 1
        if tag.start() > copied:
            kept.append(markup[copied : tag.start()])
            if ROLES.get(name) != INLINE:
                kept.append("<hr>")
        copied = tag.end()
    kept.append(markup[copied:])
    return "".join(kept)


def tamed(markup: str) -> str:
    """Return pathological markup as BeautifulSoup reads it, without most of its attributes."""
    import warnings

    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(_ended(markup), "html.parser")
    for tag in soup.find_all(lambda tag: len(tag.attrs) > MOST_ATTRIBUTES):
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in _READ}
    return str(soup)


def _ended(markup: str) -> str:
    """Return `markup` with its last comment or tag ended.

    Where one is open, html.parser looks for its end from each that stands before it.
    """
    if markup.rfind("<!--") > markup.rfind("-->"):
        markup += "-->"
    return markup if markup.rfind("<") <= markup.rfind(">") else f"{markup}>"


def _tags(markup: str) -> Iterator[re.Match[str]]:
    """Yield the tags: whether each ends an element, and which one."""
    position = drawings = 0
    while found := _TAG.search(markup, position):
        position = found.end()
        if found[2] is None:  # a comment
            continue
        yield found
        name = found[2].lower()
        if name == "svg" or name == "math":
            drawings += -1 if found[1] else 1
        elif name in _RAW and not found[1] and drawings <= 0:
            end = re.compile(f"</{name}", re.IGNORECASE).search(markup, position)
            position = end.start() if end else len(markup)


def _close(opened: list[str], name: str) -> None:
    """Take from the open elements what an end tag surely closes."""
    if name not in opened:
        return
    at = len(opened) - 1
    while opened[at] != name:
        if opened[at] in _SCOPES:
            return
        at -= 1
    if name in _FORMATTING and any(ROLES.get(other) != INLINE for other in opened[at:]):
        del opened[at]  # blocks that were opened inside stay open
    else:
        del opened[at:]


def _too_many_attributes(markup: str) -> bool:
    if not _LONG_TAG.search(markup):  # which scripts have, too
        return False
    return any(
        len(_QUOTED.sub(" ", tag[0]).replace("/", " ").split()) > MOST_ATTRIBUTES
        for tag in _tags(markup)
        if tag.end() - tag.start() > 2 * MOST_ATTRIBUTES
    )
