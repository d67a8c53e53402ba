"""The scan before parsing: which markup would make a fast parser hang or lose text."""

from __future__ import annotations

import re
from typing import Literal

Risk = Literal["ordinary", "pathological", "oversized"]

# Characters beyond which a page is no longer a page: it is read as text, without its structure.
OVERSIZED = 20_000_000
# The same for markup that only BeautifulSoup survives, at about 0.5 s per million characters.
OVERSIZED_PATHOLOGICAL = 4_000_000
# Lexbor takes time quadratic in both: 2,000 of either take 7 ms, 20,000 one second.
DEEPEST = 4_000
MOST_ATTRIBUTES = 2_000

_OPENED = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# A tag with so many attributes has twice as many characters outside quotes; possessive, and so
# linear in the markup whatever it holds.
_INSIDE = r"""(?:[^>"']{1,16}+|"[^"]*+"|'[^']*+')"""
_LONG_TAG = re.compile(rf"<[a-zA-Z]{_INSIDE}{{{2 * MOST_ATTRIBUTES // 16}}}{_INSIDE}*+")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")


def risk(markup: str) -> Risk:
    """Say how to read `markup`, in time linear in its length."""
    if len(markup) > OVERSIZED:
        return "oversized"
    if not (_too_deep(markup) or _too_many_attributes(markup)):
        return "ordinary"
    return "oversized" if len(markup) > OVERSIZED_PATHOLOGICAL else "pathological"


def _too_deep(markup: str) -> bool:
    """Say whether tags nest too deeply, if no parser closes any that the markup leaves open."""
    if markup.count("<") - markup.count("</") <= DEEPEST:
        return False
    depth = 0
    for tag in _OPENED.finditer(markup):
        if tag[1]:
            depth = max(0, depth - 1)
        elif tag[2].lower() not in _VOID:
            depth += 1
            if depth > DEEPEST:
                return True
    return False


def _too_many_attributes(markup: str) -> bool:
    return any(
        len(_QUOTED.sub("", tag[0]).replace("/", " ").split()) > MOST_ATTRIBUTES
        for tag in _LONG_TAG.finditer(markup)
    )
