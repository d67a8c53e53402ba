"""The shape that every page is brought to: elements, the blocks of text in them, and its head."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from index.records import PartKind


class Element(NamedTuple):
    """An element that holds blocks; parents come before their children.

    `names` joins what its author called it: class, id, role, itemprop, rel.
    """

    tag: str
    parent: int
    depth: int
    names: str
    hidden: bool


class Block(NamedTuple):
    """A stretch of text that is laid out as one: a paragraph, heading, item, table row, ...

    `element` is the index of the innermost element around it; `inline` joins the names of the
    inline elements inside; `linked`, `bold` count characters in links and in emphasis; `links`
    counts links.
    """

    kind: PartKind
    level: int
    text: str
    element: int
    inline: str = ""
    linked: int = 0
    links: int = 0
    bold: int = 0


@dataclass(slots=True)
class Head:
    """What a page says about itself outside its text.

    `meta` maps a lower-case name to its first content; `times` holds the `datetime` of each
    time element, the index of the block it stands in, and its names.
    """

    title: str = ""
    language: str = ""
    canonical: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    times: list[tuple[str, int, str]] = field(default_factory=list)


@dataclass
class Outline:
    """A page, flattened in reading order."""

    blocks: list[Block]
    elements: list[Element]
    head: Head

    @cached_property
    def names(self) -> str:
        """The distinct names around and inside its blocks, a line each, in lower case."""
        around = {self.elements[block.element].names for block in self.blocks}
        return "\n".join(around.union(block.inline for block in self.blocks)).lower()
