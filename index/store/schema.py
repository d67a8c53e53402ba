"""The fields of the index, and the way of a document into them and back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from index.records import KINDS, Article, Document, Entity, Mention, Part
from index.store.analysis import BREAK, PageAnalyzer, ValueAnalyzer, fold, terms

# How often the title counts in the text that is ranked: its terms weigh this much within the
# term frequency, against one joint length (BM25F with one length; measured, see ARCHITECTURE.md).
TITLE_WEIGHT = 2

# The field that no two documents of an index share, the one that has a number for each document,
# and those whose values can be counted.
UNIQUE = "id"
DAY = "published"
FACETS = ("person", "company", "author", "site", "language")

# Marks in the key fields: a spelling, a name that is no spelling of its own, a word of a name.
SPELLING, CANONICAL, NAME_WORD = "=", "#", "~"
KEY_SEPARATOR = "\t"

# Names whose key terms are kept while pages are indexed: the same ones come again and again.
REMEMBERED_NAMES = 50_000


def make_schema() -> Schema:
    """Return the schema of a whodex index.

    text        the title, TITLE_WEIGHT times, and the text; what a plain word searches
    title       the title alone
    person, company, author, site, language    values as they are shown: facets and filters
    *_key       `=folded spelling TAB value`, `~folded word TAB value`, ...: from what people
                type to the values above, by one look-up in the term dictionary
    published   days since 0001-01-01
    source      `path TAB fingerprint`: what is indexed already, and in which state
    """
    words = PageAnalyzer()
    return Schema(
        id=ID(unique=True, stored=True),
        source=ID(),
        path=ID(stored=True),
        url=ID(stored=True),
        title=TEXT(analyzer=words, stored=True),
        text=TEXT(analyzer=words, stored=True),
        published=NUMERIC(int, bits=32, signed=True, stored=True, sortable=True, shift_step=0),
        person=_values(),
        person_key=_values(),
        company=_values(),
        company_key=_values(),
        author=_values(),
        author_key=_values(),
        site=_values(stored=True),
        site_key=_values(),
        language=_values(stored=True),
        line=STORED(),
        fingerprint=STORED(),
        byline=STORED(),
        parts=STORED(),
        entities=STORED(),
    )


def _values(*, stored: bool = False) -> KEYWORD:
    return KEYWORD(stored=stored, analyzer=ValueAnalyzer())


def searchable_text(title: str, text: str) -> str:
    """Return what the field `text` is indexed from; no phrase spans its stretches."""
    return BREAK.join([title] * TITLE_WEIGHT + [text])


@lru_cache(maxsize=REMEMBERED_NAMES)
def name_keys(name: str, spellings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the key terms by which `name` can be found."""
    return tuple(_name_keys(name, spellings))


def _name_keys(name: str, spellings: Iterable[str]) -> Iterator[str]:
    folded = {fold(spelling) for spelling in spellings}
    for spelling in folded:
        yield f"{SPELLING}{spelling}{KEY_SEPARATOR}{name}"
    if fold(name) not in folded:
        yield f"{CANONICAL}{fold(name)}{KEY_SEPARATOR}{name}"
    for word in {term.text for term in terms(name)}:
        yield f"{NAME_WORD}{word}{KEY_SEPARATOR}{name}"


def source_key(path: str, fingerprint: str) -> str:
    """Return the term that stands for a file in the state that `fingerprint` names."""
    return f"{path}{KEY_SEPARATOR}{fingerprint}"


def authors_of(byline: str | None) -> tuple[str, ...]:
    """Return the single names of an article's author line."""
    return tuple(name for name in (byline or "").split(", ") if name)


def to_terms(document: Document) -> dict[str, Sequence[str]]:
    """Return the terms of a document in the fields that are not analysed."""
    article = document.article
    people_of: list[tuple[str, Sequence[tuple[str, tuple[str, ...]]]]] = [
        ("author", [(author, ()) for author in authors_of(article.author)]),
        ("site", [(article.site, ())] if article.site else ()),
    ]
    people_of += [
        (kind, [(one.name, one.spellings) for one in document.entities if one.kind == kind])
        for kind in KINDS
    ]
    found: dict[str, Sequence[str]] = {
        "id": (document.id,),
        "source": (source_key(document.path, document.fingerprint),),
        "path": (document.path,),
    }
    if article.url:
        found["url"] = (article.url,)
    if article.language:
        found["language"] = (article.language,)
    for field, names in people_of:
        if names:
            found[field] = [name for name, _ in names]
            found[f"{field}_key"] = [key for one in names for key in name_keys(*one)]
    return found


def to_stored(document: Document) -> dict[str, Any]:
    """Return what is kept of a document to show it; as JSON can tell it."""
    article = document.article
    stored: dict[str, Any] = {
        "id": document.id,
        "path": document.path,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "published": article.published and article.published.toordinal(),
        "site": article.site,
        "language": article.language,
        "line": document.line,
        "fingerprint": document.fingerprint,
        "byline": article.author,
        "parts": [(part.kind, part.start, part.end, part.level) for part in article.parts],
        "entities": [
            (
                entity.kind,
                entity.name,
                entity.spellings,
                [(mention.field, mention.start, mention.end) for mention in entity.mentions],
            )
            for entity in document.entities
        ],
    }
    return {name: value for name, value in stored.items() if value not in (None, "")}


def to_fields(document: Document) -> dict[str, Any]:
    """Return the keyword arguments with which Whoosh's own writer would index the same."""
    article = document.article
    values = {
        name: ValueAnalyzer.SEPARATOR.join(terms) for name, terms in to_terms(document).items()
    }
    stored = to_stored(document)
    shown = {f"_stored_{name}": stored.get(name) for name in ("title", "text")}
    texts = {
        "title": article.title,
        "text": searchable_text(article.title, article.text),
    }
    return {**stored, **values, **texts, **shown}


def from_fields(stored: Mapping[str, Any]) -> Document:
    """Return the document whose stored fields these are; `Article.dropped` is not kept."""
    published = stored.get("published")
    return Document(
        id=stored["id"],
        path=stored["path"],
        fingerprint=stored["fingerprint"],
        line=stored.get("line"),
        article=Article(
            title=stored.get("title", ""),
            text=stored.get("text", ""),
            author=stored.get("byline"),
            published=datetime.date.fromordinal(published) if published else None,
            site=stored.get("site"),
            url=stored.get("url"),
            language=stored.get("language"),
            parts=tuple(Part(*part) for part in stored.get("parts", ())),
        ),
        entities=tuple(
            Entity(kind, name, tuple(spellings), tuple(Mention(*mention) for mention in mentions))
            for kind, name, spellings, mentions in stored.get("entities", ())
        ),
    )
