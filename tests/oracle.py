"""The same documents in a stock Whoosh index, to compare ours with."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import RamStorage
from whoosh.query import Query as Tree
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from index.records import Article, Document, Entity
from index.store.analysis import terms
from index.store.schema import make_schema, searchable_text, to_fields
from index.store.writer import Writer


def document(
    number: int,
    text: str,
    *,
    title: str = "",
    people: Sequence[str] = (),
    companies: Sequence[str] = (),
    day: int | None = None,
    path: str | None = None,
    site: str | None = None,
) -> Document:
    """Return a document with what a test cares about."""
    return Document(
        id=f"d{number}",
        path=path or f"page-{number}.html",
        fingerprint="1",
        article=Article(
            title=title,
            text=text,
            published=datetime.date.fromordinal(day) if day else None,
            site=site,
        ),
        entities=(
            *(Entity("person", name, (name,)) for name in people),
            *(Entity("company", name, (name,)) for name in companies),
        ),
    )


def build(directory: Path, documents: Iterable[Document], **options: Any) -> None:
    """Make one of our indexes, or add to it, in one commit."""
    with Writer(directory, **options) as writer:
        for one in documents:
            writer.add(one)


def stock_searcher(documents: Iterable[Document]) -> Searcher:
    """Return a stock searcher over the documents.

    Whoosh keeps the lengths of documents in one byte each, rounded. Ours are exact, so its
    readers are given the exact ones here; all else is as Whoosh does it.
    """
    index = RamStorage().create_index(make_schema())
    writer = index.writer()
    kept = {one.id: one for one in documents}
    for one in kept.values():
        writer.add_document(**to_fields(one))
    writer.commit()
    reader = index.reader()
    lengths = {
        "text": [sum(1 for _ in terms(_searched(one))) for one in kept.values()],
        "title": [sum(1 for _ in terms(one.article.title)) for one in kept.values()],
    }
    reader.doc_field_length = lambda number, field, default=0: lengths[field][number]
    return Searcher(reader, weighting=BM25F(B=0.75, K1=1.2))


def _searched(one: Document) -> str:
    return searchable_text(one.article.title, one.article.text)


def stock_ranking(searcher: Searcher, tree: Tree, filters: Sequence[Tree] = ()) -> dict[str, float]:
    """Return the score of every document that matches, by id, the best first."""
    from whoosh.query import And

    restriction = And(list(filters)) if filters else None
    found = searcher.search(tree, limit=None, filter=restriction, optimize=False)
    return {hit["id"]: float(hit.score) for hit in found}


def stock_counts(searcher: Searcher, trees: Sequence[Tree], kind: str) -> Counter[str]:
    """Return how many of the documents that match all trees name each person or company."""
    from whoosh.query import And

    counts: Counter[str] = Counter()
    for number in searcher.docs_for_query(And(list(trees))):
        stored = searcher.reader().stored_fields(number)
        counts.update({name for own, name, *_ in stored["entities"] if own == kind})
    return counts
