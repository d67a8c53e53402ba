"""Answers as JSON and JSON Lines: a contract that only grows (README, "The JSON contract")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from index.records import Article, Document, Entity, Page
from search.answer import Answer, Facet, Hit
from search.printers.safe import to_json

if TYPE_CHECKING:
    from search.aliases import Rule
    from search.profile import Companion, Profile

VERSION = 1


def print_json(value: Mapping[str, Any], stream: TextIO) -> None:
    """Print one object, readably indented, with the version of the contract in front."""
    print(to_json({"version": VERSION, **value}, indent=2), file=stream)


def print_line(value: Mapping[str, Any], stream: TextIO) -> None:
    """Print one object on a line of its own."""
    print(to_json({"version": VERSION, **value}), file=stream)


def answer_record(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer."""
    return {
        "query": answer.query,
        "total": answer.total,
        "took_ms": round(answer.took_ms, 2),
        "hits": [hit_record(hit) for hit in answer.hits],
        "facets": facet_records(answer.facets),
    }


def facet_records(facets: Mapping[str, Iterable[Facet]]) -> dict[str, list[dict[str, Any]]]:
    """Return the JSON object of facet counts, by field."""
    return {
        field: [{"value": facet.value, "count": facet.count} for facet in counts]
        for field, counts in facets.items()
    }


def hit_record(hit: Hit) -> dict[str, Any]:
    """Return the JSON object of a hit."""
    return {
        "rank": hit.rank,
        "id": hit.id,
        "score": round(hit.score, 6),
        "title": hit.title or None,
        "path": hit.path,
        "url": hit.url,
        "site": hit.site,
        "author": hit.author,
        "published": hit.published.isoformat() if hit.published else None,
        "people": list(hit.people),
        "companies": list(hit.companies),
        "snippets": [
            {"text": snippet.text, "highlights": [list(span) for span in snippet.highlights]}
            for snippet in hit.snippets
        ],
        "partial": hit.partial,
    }


def document_record(document: Document) -> dict[str, Any]:
    """Return the JSON object of a document in the index."""
    return {
        "id": document.id,
        "path": document.path,
        "line": document.line,
        **_article_record(document.article, document.entities),
    }


def profile_record(profile: Profile) -> dict[str, Any]:
    """Return the JSON object of a person or company."""
    return {
        "kind": profile.kind,
        "name": profile.name,
        "documents": profile.documents,
        "mentions": profile.mentions,
        "spellings": [{"spelling": f.value, "count": f.count} for f in profile.spellings],
        "timeline": [{"period": f.value, "count": f.count} for f in profile.timeline],
        "people": [_companion_record(companion) for companion in profile.people],
        "companies": [_companion_record(companion) for companion in profile.companies],
        "quotes": [
            {
                "text": quote.text,
                "highlights": [list(span) for span in quote.highlights],
                "id": quote.id,
                "title": quote.title or None,
                "path": quote.path,
                "published": quote.published.isoformat() if quote.published else None,
            }
            for quote in profile.quotes
        ],
    }


def _companion_record(companion: Companion) -> dict[str, Any]:
    return {
        "name": companion.name,
        "count": companion.count,
        "lift": round(companion.lift, 3),
    }


def rule_record(rule: Rule) -> dict[str, Any]:
    """Return the JSON object of an alias rule."""
    return {"rule": type(rule).__name__.lower(), **vars(rule)}


def extract_record(
    page: Page, article: Article, entities: Iterable[Entity], *, dropped: bool
) -> dict[str, Any]:
    """Return the JSON object of a page that was cleaned without an index."""
    record = {
        "path": page.path,
        "line": page.line,
        "id": page.given.id,
        **_article_record(article, tuple(entities)),
    }
    if dropped:
        record["dropped"] = [
            {"text": block.text, "reason": block.reason, "probability": block.probability}
            for block in article.dropped
        ]
    return record


def _article_record(article: Article, entities: tuple[Entity, ...]) -> dict[str, Any]:
    return {
        "title": article.title or None,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "site": article.site,
        "url": article.url,
        "language": article.language,
        "text": article.text,
        "people": [entity.name for entity in entities if entity.kind == "person"],
        "companies": [entity.name for entity in entities if entity.kind == "company"],
        "entities": [
            {
                "kind": entity.kind,
                "name": entity.name,
                "count": len(entity.mentions),
                "spellings": list(entity.spellings),
            }
            for entity in entities
        ],
    }
