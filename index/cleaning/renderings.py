"""HTML as plain text, in the ways that scrapers write it: what the line model learns from."""

from __future__ import annotations

from collections.abc import Callable

from index.cleaning.blocks import parse
from index.cleaning.tags import SKIPPED


def by_node(markup: str) -> str:
    """Return a line a text node, title included: as `BeautifulSoup.get_text` is mostly used."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    for node in reversed(tree.css(",".join(("script", *SKIPPED)))):  # the innermost first
        node.decompose()
    nodes = tree.root.traverse(include_text=True) if tree.root else ()
    texts = (node.text_content or "" for node in nodes if node.is_text_node)
    return "\n".join(line for text in texts if (line := " ".join(text.split())))


def by_block(markup: str) -> str:
    """Return a line a block, without gaps."""
    return "\n".join(block.text for block in parse(markup).blocks)


def indented(markup: str) -> str:
    """Return a line a block, lists bulleted and indented, gaps around all else but rows."""
    lines: list[str] = []
    previous = ""
    for block in parse(markup).blocks:
        tight = block.kind == previous and block.kind in ("item", "row")
        if lines and not tight:
            lines.append("")
        if block.kind == "item":
            lines.append(f"{'  ' * block.level}* {block.text}")
        elif block.kind == "row":
            lines.append(block.text.replace(" | ", "  "))
        else:
            lines.append(block.text)
        previous = block.kind
    return "\n".join(lines)


RENDERINGS: dict[str, Callable[[str], str]] = {
    "a line a text node": by_node,
    "a line a block": by_block,
    "indented": indented,
}
