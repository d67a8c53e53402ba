"""The records that flow from a file on disk to a document in the index."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

Markup = Literal["html", "text"]
Kind = Literal["person", "company"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PartKind = Literal["heading", "paragraph", "item", "quote", "code", "row"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the source itself states about a page; each value wins over the extracted one.

    A given `text` is taken as it stands: it is not cleaned.
    """

    id: str | None = None
    title: str | None = None
    text: str | None = None
    url: str | None = None
    author: str | None = None
    published: datetime.date | None = None
    site: str | None = None
    language: str | None = None
    people: tuple[str, ...] | None = None
    companies: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was found: its bytes, undecoded, and where they came from.

    `path` is the file; `line` is the 1-based line in it when the file holds many pages.
    """

    path: str
    content: bytes
    markup: Markup
    line: int | None = None
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch `[start, end)` of `Article.text` that is one heading, paragraph, list item, ...

    `level` is 1-6 for headings, the nesting depth (from 1) for items, otherwise 0.
    """

    kind: PartKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of the page that is not part of the article, and the reason in words.

    `probability` (0-1) is the model's, that the stretch is content; None when a rule decided.
    """

    text: str
    reason: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What remains of a page after cleaning.

    `text` holds no title; its paragraphs are separated by blank lines, the items of a list and
    the rows of a table by single newlines. `author` names several people joined by ", ".
    `published` is the day that the page shows its readers, or in UTC that of a stated time.
    `site` is the publication's name, or the host where the page states none. `language` is an
    ISO 639-1 code. `parts` tile `text` in order (only the newlines between them belong to none).
    """

    title: str
    text: str
    author: str | None = None
    published: datetime.date | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    parts: tuple[Part, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def spelling(self, mention: Mention) -> str:
        """Return the characters of a mention."""
        text = self.title if mention.field == "title" else self.text
        return text[mention.start : mention.end]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an entity is named: the characters `[start, end)` of the article's title or text."""

    field: Literal["title", "text"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entity:
    """A person or company of one article under its canonical name.

    `spellings` are the distinct surface forms, the commonest first; `mentions` are in reading
    order, the title's first.
    """

    kind: Kind
    name: str
    spellings: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()

    def joined(self, other: Entity) -> Entity:
        """Return this entity with the spellings and mentions of another, which is the same."""
        mentions = (*self.mentions, *other.mentions)
        return replace(
            self,
            spellings=tuple(dict.fromkeys((*self.spellings, *other.spellings))),
            mentions=tuple(sorted(mentions, key=lambda m: (m.field != "title", m.start))),
        )


@dataclass(frozen=True, slots=True)
class Document:
    """One page as the index keeps it.

    `id` is unique in an index; `path` and `line` say where the page came from; `fingerprint`
    changes when the file at `path` does.
    """

    id: str
    path: str
    fingerprint: str
    article: Article
    entities: tuple[Entity, ...] = ()
    line: int | None = None

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Return the canonical names of the entities of one kind, in the entities' order."""
        return tuple(entity.name for entity in self.entities if entity.kind == kind)
