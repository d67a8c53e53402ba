"""Pages that arrive as plain text: to an outline of lines, and what such lines tell of the page."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from index.cleaning.bylines import real_names
from index.cleaning.dates import parse_date
from index.cleaning.metadata import Metadata, site_in_lines
from index.cleaning.outline import Block, Element, Head, Outline
from index.cleaning.publication import date_in_lines
from index.cleaning.statements import same_words
from index.records import PartKind

# A heading is a short line; the longest in WCXB's articles that is one has 20 words or so.
LONGEST_HEADING = 140
# A line of this many characters is prose rather than another heading.
SHORTEST_PROSE = 100
# Lines that are looked at for what stands above an article.
TOP = 25
# Text wrapped by hand has lines of about the same length, and few of another.
WRAPPED_WIDTH = range(50, 101)

_TAG = re.compile(r"<[^>]{0,2000}>")
_UNSEEN = re.compile(r"(?is)<(script|style|noscript|template|svg)\b.*?</\1\s*>|<!--.*?-->")
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,1000}\)")
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]{1,500})\]\([^)\n]{0,1000}\)")
_LINK_LINE = re.compile(r"(?m)^\s*(?:[-*+]|\d+\.)\s+\[([^\]\n]{1,500})\]\([^)\n]{0,1000}\).*$")
_MARKDOWN_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500}?)(?<=\S)\1")
_BULLET = re.compile(r"^(?:[•●▪◦‣*+–-]|o(?=\s{2}))\s+(?=\S)")
_NUMBERED = re.compile(r"^(?:\d{1,3}|[a-zA-Z])[.)]\s+\S")
SENTENCE_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")
_CONTENTS = re.compile(r"^(?:table of contents|skip to .*|in this article|on this page)\W*$", re.I)
# Menus: columns apart, links in Markdown, arrows that open.
_COLUMNS = re.compile(r"\S {3,}\S|\]\(|[▾▼☰]| [|·•] .+ [|·•] ")
SOURCE = re.compile(
    r"^(?:original\s+source|source|originally\s+published\s+(?:at|on|in|by)|via|quelle|fuente)"
    r"\s*:?\s+(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?$",
    re.IGNORECASE,
)
POSTS_BY = re.compile(
    r"^(?:view|see|read|show)?\s*(?:all|more)\s+(?:posts|articles|stories)\s+(?:by|from)\s+(.+)$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:(?:(?:written|posted|published)\s+)?(?:by|von|par|por|door|av|от)[\s:]+"
    r"|(?:posted|published)\s+(?:on\s+)?.{6,20}\s+by\s+"
    r"|(?:author|autor|auteur|writer)\s*:\s*)(\S.*)$",
    re.IGNORECASE,
)
ABOUT = re.compile(r"^about\s+(?:the\s+author\s*:?\s*)?(\S.*)$", re.IGNORECASE)


def outline(text: str) -> Outline:
    """Return the outline of a plain text: a block a line, an element a group of lines.

    A block's `level` is 1-6 for headings and the depth of the indent, from 1, for items.
    """
    elements = [Element("body", -1, 0, "", False)]
    blocks: list[Block] = []
    for group in _groups(text):
        element = len(elements)
        elements.append(Element("p", 0, 1, "", False))
        for kind, level, line in group:
            blocks.append(Block(kind, level, line, element))
    return Outline(_with_headings(blocks), elements, Head())


def from_markup(markup: str) -> str:
    """Return the text of HTML that no parser should see: tags taken out, entities resolved."""
    import html

    return html.unescape(_TAG.sub("\n", _UNSEEN.sub("\n", markup)))


def extract(page: Outline, title: str) -> Metadata:
    """Return the metadata that the lines of a plain text state; `title` is taken as it is."""
    return Metadata(
        title=title,
        author=_author(page.blocks),
        published=date_in_lines(page, title, TOP),
        site=_source(page.blocks) or site_in_lines(page.blocks),
    )


def _source(blocks: list[Block]) -> str | None:
    found = (SOURCE.match(block.text) for block in reversed(blocks))
    return next((match[1].lower() for match in found if match), None)


def _author(blocks: list[Block]) -> str | None:
    for block in blocks[::-1]:
        found = POSTS_BY.match(block.text)
        if found and (names := real_names(found[1].strip(" →»>"))):
            return ", ".join(names)
    top = [block.text for block in blocks[:TOP] if len(block.text) <= LONGEST_HEADING]
    for line in top:
        found = _BYLINE.match(line)
        if found and (names := real_names(found[1])):
            return ", ".join(names)
    for block, following in pairwise(blocks):
        found = ABOUT.match(block.text)
        person = found and " " in found[1] and following.text.startswith(found[1])
        if found and person and (names := real_names(found[1])):
            return ", ".join(names)
    for line, below in pairwise(top):  # a name alone above the date
        if parse_date(below) and len(line.split()) > 1 and [line] == real_names(line):
            return line
    for line in top:  # "2 July 2025 | Ada Example"
        before, bar, behind = line.partition(" | ")
        if bar and parse_date(before) and (names := real_names(behind)):
            return ", ".join(names)
    return None


class _Line(NamedTuple):
    kind: PartKind
    level: int
    text: str


def _without_markdown(text: str) -> str:
    """Return the text of Markdown's links and emphasis; lines that are nothing but a link go.

    What such a line leads to is another part of the page, or another page.
    """
    if "](" not in text and "**" not in text and "__" not in text:
        return text
    text = _MARKDOWN_IMAGE.sub("", text)
    text = _LINK_LINE.sub(r"→ \1", text)
    return _MARKDOWN_STRONG.sub(r"\2", _MARKDOWN_LINK.sub(r"\1", text))


def _groups(text: str) -> list[list[_Line]]:
    groups: list[list[_Line]] = [[]]
    fenced: list[str] | None = None
    lines = _without_markdown(text).split("\n")
    wrapped = _is_wrapped(lines)
    for raw in lines:
        stripped = raw.strip()
        if stripped.startswith("```"):
            if fenced is not None:
                groups[-1].append(_Line("code", 0, "\n".join(fenced).strip("\n")))
            fenced = [] if fenced is None else None
        elif fenced is not None:
            fenced.append(raw.rstrip())
        elif not stripped:
            if groups[-1]:
                groups.append([])
        elif wrapped and groups[-1] and _continues(groups[-1][-1], raw, stripped):
            last = groups[-1].pop()
            groups[-1].append(last._replace(text=f"{last.text} {' '.join(stripped.split())}"))
        else:
            groups[-1].append(_classified(raw, stripped))
    if fenced:
        groups[-1].append(_Line("code", 0, "\n".join(fenced).strip("\n")))
    return [[line for line in group if line.text] for group in groups if group]


def _continues(last: _Line, raw: str, stripped: str) -> bool:
    """Say whether a line of a wrapped text goes on with the one above."""
    if _BULLET.match(stripped) or _NUMBERED.match(stripped):
        return False
    return last.kind == "paragraph" or (last.kind == "item" and raw[:1].isspace())


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether a text was broken into lines of one width, its paragraphs set apart by gaps."""
    followed = [
        line.rstrip() for line, following in pairwise(lines)
        if len(line.strip()) > 25 and following.strip()
    ]  # fmt: skip
    if len(followed) < 5:
        return False
    widths = sorted(map(len, followed))
    usual = widths[len(widths) * 3 // 4]
    near = sum(usual - 20 <= width <= usual + 8 for width in widths)
    ended = sum(bool(SENTENCE_END.search(line)) for line in followed)
    return usual in WRAPPED_WIDTH and near > 0.8 * len(widths) and ended < 0.4 * len(followed)


def _classified(raw: str, stripped: str) -> _Line:
    line = " ".join(stripped.split())
    if found := _MARKDOWN_HEADING.match(line):
        return _Line("heading", len(found[1]), found[2])
    if found := _BULLET.match(line):
        indent = len(raw) - len(raw.lstrip())
        return _Line("item", 1 + indent // 4, line[found.end() :])
    if _NUMBERED.match(line) and len(line) > 3:
        return _Line("item", 1, line)
    if line.startswith("> "):
        return _Line("quote", 0, line[2:])
    if line.count(" | ") >= 2 or (line.startswith("|") and line.endswith("|")):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        return _Line("row", 0, "" if all(set(cell) <= set("-: ") for cell in cells)
                     else " | ".join(cells))  # fmt: skip
    return _Line("paragraph", 0, line)


def _with_headings(blocks: list[Block]) -> list[Block]:
    """Make a heading of each short line without a full stop that stands right above prose."""
    found = list(blocks)
    for at, block in enumerate(blocks[:-1]):
        following = blocks[at + 1]
        if (
            block.kind == "paragraph"
            and looks_like_heading(block.text)
            and (len(following.text) >= SHORTEST_PROSE or following.kind == "item")
        ):
            found[at] = block._replace(kind="heading", level=2)
    return found


def looks_like_heading(line: str) -> bool:
    """Say whether a line could be a heading by its own looks."""
    return (
        2 < len(line) <= LONGEST_HEADING
        and (line[0].isupper() or line[0].isdigit() or line[0] in "“\"'‘¿¡«" or not line.isascii())
        and not re.search(r"[.!…;,。][\"'”’»)\]]*$", line.replace("U.S.", "US"))
        and re.search(r"[^\W\d_]{3}|[^\x00-\u024f]", line) is not None
    )


def title_of(blocks: list[Block]) -> str:
    """Return the title that a plain text shows, or nothing.

    It is the line near the top that stands there twice (a breadcrumb before it may end with it),
    else the last that looks like one above the byline or the date, else the first that does.
    """
    top = [block.text for block in _above_prose(blocks) if block.kind != "item"]
    candidates = [(at, line) for at, line in enumerate(top) if looks_like_title(line)]
    for _, line in candidates:
        copies = sum(same_words(other, line) or other.endswith(f" {line}") for other in top)
        if copies > 1:
            return line
    for at, line in enumerate(top):
        if line.lower() == "by" or _BYLINE.match(line) or parse_date(line):
            above = [title for position, title in candidates if at - 4 <= position < at]
            if above:
                return above[-1]
    return candidates[0][1] if candidates else ""


def _above_prose(blocks: list[Block]) -> list[Block]:
    """Return the lines near the top, up to the first that is plainly prose."""
    prose = (
        at
        for at, block in enumerate(blocks[:TOP])
        if len(block.text) > LONGEST_HEADING and SENTENCE_END.search(block.text)
    )
    return blocks[: next(prose, TOP)]


def looks_like_title(line: str) -> bool:
    """Say whether a line could be the title of a page."""
    return (
        looks_like_heading(line)
        and len(line.split()) >= 3
        and not _CONTENTS.match(line)
        and not _COLUMNS.search(line)
        and parse_date(line) is None
    )
