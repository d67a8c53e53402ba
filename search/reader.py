"""An index that is open for questions."""

from __future__ import annotations

import datetime
import heapq
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from whoosh.query import Every, Not

from index import naming
from index.errors import WhodexError
from index.records import KINDS, Document, Kind
from index.store import directory as store
from index.store.paths import canonical, located_path, stored_path
from index.store.schema import from_fields
from index.store.terms import encode
from search import aliases, evaluator, snippets, suggest
from search.answer import Answer, Facet, Hit, Snippet
from search.dates import first_day
from search.names import Names
from search.query import (
    DEFAULT_LIMIT,
    FACET_FIELDS,
    MATCHES,
    SORTS,
    FacetField,
    Match,
    Plan,
    Query,
    Sort,
    date_filter,
    plan,
)

if TYPE_CHECKING:
    from whoosh.query import Query as Tree

Choice = TypeVar("Choice", bound=str)

# The filter that keeps documents out of the partial hits that are among the full ones.
NOT_FULL = "not full"
# The filter that counts the documents of a name that several indexed names are shown as.
BEARING = "bearing"


class Index:
    """Answers questions from the last commit of an index; `refresh` moves on to a newer one."""

    def __init__(self, path: str | Path) -> None:
        """Open the index in the folder `path`. Raises WhodexError where there is none."""
        self.path = canonical(Path(path))
        self._open()

    def search(
        self,
        text: str = "",
        *,
        people: Iterable[str] = (),
        companies: Iterable[str] = (),
        sites: Iterable[str] = (),
        authors: Iterable[str] = (),
        after: str | datetime.date | None = None,
        before: str | datetime.date | None = None,
        match: Match = "auto",
        sort: Sort = "relevance",
        limit: int = DEFAULT_LIMIT,
        offset: int = 0,
        facets: Iterable[FacetField] = (),
        facet_limit: int | None = 10,
        snippets: bool = True,
    ) -> Answer:
        """Answer a question; the arguments are those of `whodex search`.

        Raises WhodexError (QueryError) where the query or a date cannot be read.
        """
        return self.ask(
            Query(
                text=text,
                people=tuple(people),
                companies=tuple(companies),
                sites=tuple(sites),
                authors=tuple(authors),
                after=None if after is None else first_day(after),
                before=None if before is None else first_day(before),
                match=_one_of("match", match, MATCHES),
                sort=_one_of("sort", sort, SORTS),
                limit=_not_negative("limit", limit),
                offset=_not_negative("offset", offset),
                facets=tuple(_one_of("facet", facet, FACET_FIELDS) for facet in facets),
                facet_limit=facet_limit,
                snippets=snippets,
            )
        )

    def ask(self, query: Query) -> Answer:
        """Answer a question that is resolved already."""
        started = time.perf_counter()
        planned = plan(query, self.names, self.path)
        filters, notes = self._filters(query)
        wanted = query.offset + query.limit
        sort: Sort = "newest" if query.sort == "relevance" and not planned.clause else query.sort
        full = evaluator.rank(self._searcher, planned.tree, filters, limit=wanted, sort=sort)
        found = [(n, score, False) for n, score in zip(full.documents, full.scores, strict=True)]
        if planned.partial is not None and full.total < wanted:
            found += self._partial(planned, filters, wanted - full.total, sort)
        if not full.total:
            notes += suggest.missing_words(self._searcher.reader(), planned.clause)
        facets = self._count(planned.tree, filters, query.facets, query.facet_limit)
        hits = self._hits(query, planned, found[query.offset : wanted])
        return Answer(
            query=query.text,
            total=full.total,
            took_ms=(time.perf_counter() - started) * 1000,
            hits=hits,
            facets={
                field: tuple(Facet(value, number) for value, number in counts)
                for field, counts in facets.items()
            },
            notes=tuple(notes),
        )

    def document(self, wanted: str) -> Document:
        """Return the document with this id, or the only one from this path.

        Raises WhodexError where there is none, or several from the path.
        """
        reader = self._searcher.reader()
        place = stored_path(canonical(Path(wanted)), self.path)
        for field, value in (("id", wanted), ("path", place)):
            term = encode(value)
            found = list(reader.postings(field, term).all_ids()) if (field, term) in reader else []
            if len(found) > 1:
                ids = ", ".join(reader.stored_fields(number)["id"] for number in found[:5])
                raise WhodexError(
                    f"{len(found)} documents come from {wanted}.", hint=f"Name one by id: {ids} ..."
                )
            if found:
                return self._document(found[0])
        raise WhodexError(
            f"No document has the id or the path {wanted!r}.",
            hint="The ids are in the hits of: whodex search ... --format json",
        )

    @property
    def size(self) -> int:
        """The number of documents."""
        return int(self._searcher.reader().doc_count())

    def documents(self, kind: Kind, name: str) -> Iterator[Document]:
        """Yield the documents that mention somebody, by the name that is shown, newest first."""
        filters: dict[str, Tree] = {kind: self.names.tree(kind, (name,))}
        ranking = evaluator.rank(
            self._searcher, Every(), filters, limit=max(1, self.size), sort="newest"
        )
        return map(self._document, ranking.documents)

    def counts(
        self, fields: Sequence[FacetField], kind: Kind | None = None, name: str = ""
    ) -> dict[str, dict[str, int]]:
        """Return the counts of all values: in the whole index, or beside somebody."""
        filters: dict[str, Tree] = {kind: self.names.tree(kind, (name,))} if kind else {}
        return {
            field: dict(counts)
            for field, counts in self._count(Every(), filters, fields, None).items()
        }

    def rarity(self, term: str) -> float:
        """Return what it says of a passage that it has a term: the fewer pages do, the more."""
        reader = self._searcher.reader()
        return math.log1p(reader.doc_count_all() / (1 + reader.doc_frequency("text", term)))

    def stats(self) -> dict[str, int | str | None]:
        """Return the numbers of documents, names and days in the index, and its size in bytes."""
        reader = self._searcher.reader()
        counts = evaluator.count(self._searcher, Every(), {}, (*KINDS, "site", "author"))
        indexed = {(kind, name): count for kind in KINDS for name, count in counts[kind]}
        return {
            "documents": reader.doc_count(),
            "people": len(self.names.groups("person", indexed)),
            "companies": len(self.names.groups("company", indexed)),
            "sites": len(counts["site"]),
            "authors": len(counts["author"]),
            "words": sum(1 for _ in reader.lexicon("text")),
            "first_published": self._published("oldest"),
            "last_published": self._published("newest"),
            "bytes": store.size(self.path),
        }

    def refresh(self) -> None:
        """Move on to the last commit."""
        stale = self._searcher
        self._open()
        stale.close()

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        opened = store.open_directory(self.path)
        self._searcher = evaluator.open_searcher(opened)
        unified, rules = naming.load(opened), aliases.load(self.path)
        self.names = Names(self._searcher.reader(), unified, rules)

    def _published(self, sort: Sort) -> str | None:
        """Return the first day in an order, as ISO 8601; None where no document has a date."""
        ranking = evaluator.rank(self._searcher, Every(), {}, limit=1, sort=sort)
        days = [self._document(number).article.published for number in ranking.documents]
        return days[0].isoformat() if days and days[0] else None

    def _document(self, number: int) -> Document:
        """Return a document with the place where its page lies now."""
        try:
            document = from_fields(self._searcher.reader().stored_fields(number))
        except WhodexError:
            raise
        except Exception as error:
            raise WhodexError(
                f"The index in {self.path} is damaged: a document cannot be read "
                f"({type(error).__name__}).",
                hint="See what else is, and what to do: whodex verify.",
            ) from error
        place = str(located_path(document.path, self.path))
        return replace(document, path=place, entities=self.names.shown(document))

    def _filters(self, query: Query) -> tuple[dict[str, Tree], list[str]]:
        """Return the trees that restrict the answer, and what is to be said of unknown names."""
        filters: dict[str, Tree] = {}
        notes: list[str] = []
        for field, asked in query.names.items():
            known: dict[str, None] = {}
            for typed in asked:
                meant = self.names.resolve(field, typed)
                if not meant:
                    notes.append(suggest.unknown_name(self.names, field, typed))
                elif len(meant) > 1:
                    notes.append(f"{typed!r} can be {', '.join(meant)}.")
                known.update(dict.fromkeys(meant))
            filters[field] = self.names.tree(field, tuple(known))
        dated = date_filter(query.after, query.before)
        if dated is not None:
            filters["published"] = dated
        return filters, notes

    def _count(
        self,
        tree: Tree,
        filters: Mapping[str, Tree],
        fields: Sequence[FacetField],
        limit: int | None,
    ) -> dict[str, list[tuple[str, int]]]:
        """Count the values of facets, at most `limit` of each; names as they are shown."""
        counted: dict[str, list[tuple[str, int]]] = {}
        for field in dict.fromkeys(fields):
            others = {name: other for name, other in filters.items() if name != field}
            if field in KINDS:
                counted[field] = self._count_names(tree, others, field, limit)
            else:
                counts = evaluator.count(self._searcher, tree, others, [field], limit=limit)
                counted[field] = counts[field]
        return counted

    def _count_names(
        self, tree: Tree, filters: Mapping[str, Tree], kind: Kind, limit: int | None
    ) -> list[tuple[str, int]]:
        """Count shown names: exactly only those that can be among the `limit` commonest."""
        if not self.names.unified and not self.names.aliases.rules:
            return evaluator.count(self._searcher, tree, filters, [kind], limit=limit)[kind]
        counts = evaluator.count(self._searcher, tree, filters, KINDS)
        indexed = {(of, name): count for of in KINDS for name, count in counts[of]}
        bounds = self.names.groups(kind, indexed)
        found: list[tuple[str, int]] = []
        best: list[int] = []  # a heap of the `limit` highest counts
        for name, (bound, exact) in sorted(bounds.items(), key=lambda item: (-item[1][0], item[0])):
            full = limit is not None and len(best) >= limit
            if full and (not best or bound < best[0]):
                break
            if not exact:
                having = {**filters, BEARING: self.names.tree(kind, (name,))}
                bound = evaluator.rank(self._searcher, tree, having, limit=0).total
            if bound:
                found.append((name, bound))
                (heapq.heappushpop if full else heapq.heappush)(best, bound)
        return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def _partial(
        self, planned: Plan, filters: dict[str, Tree], limit: int, sort: Sort
    ) -> list[tuple[int, float, bool]]:
        assert planned.partial is not None
        ranking = evaluator.rank(
            self._searcher,
            planned.partial,
            {**filters, NOT_FULL: Not(planned.tree)},
            limit=limit,
            sort=sort,
        )
        return [(n, s, True) for n, s in zip(ranking.documents, ranking.scores, strict=True)]

    def _hits(
        self, query: Query, planned: Plan, found: Sequence[tuple[int, float, bool]]
    ) -> tuple[Hit, ...]:
        sought = snippets.wanted(planned.clause)
        weights = {term: self.rarity(term) for term in sought.terms}
        asked = planned.named | {
            name
            for kind, field in (("person", query.people), ("company", query.companies))
            for typed in field
            for name in self.names.resolve(kind, typed)
        }
        hits = []
        for rank, (number, score, partial) in enumerate(found, start=query.offset + 1):
            document = self._document(number)
            article = document.article
            hits.append(
                Hit(
                    rank=rank,
                    id=document.id,
                    score=score,
                    title=article.title,
                    path=document.path,
                    url=article.url,
                    site=article.site,
                    author=article.author,
                    published=article.published,
                    people=document.names("person"),
                    companies=document.names("company"),
                    snippets=_snippets(document, sought, asked, weights) if query.snippets else (),
                    partial=partial,
                )
            )
        return tuple(hits)


def open_index(path: str | Path = ".whodex") -> Index:
    """Open the index in the folder `path`. Raises WhodexError where there is none."""
    return Index(path)


def _snippets(
    document: Document, sought: snippets.Wanted, asked: Set[str], weights: Mapping[str, float]
) -> tuple[Snippet, ...]:
    """Cut snippets that show the words, and the people and companies that were asked for."""
    text = document.article.text
    mentions = [
        snippets.Span(mention.start, mention.end, entity.name)
        for entity in document.entities
        if entity.name in asked
        for mention in entity.mentions
        if mention.field == "text"
    ]
    spans = snippets.merged(mentions, snippets.find(text, sought))
    return snippets.cut_snippets(text, spans, weights)


def _one_of(what: str, value: Choice, choices: tuple[Choice, ...]) -> Choice:
    if value not in choices:
        raise WhodexError(f"{value!r} is no {what}.", hint=f"It can be {', '.join(choices)}.")
    return value


def _not_negative(what: str, value: int) -> int:
    if value < 0:
        raise WhodexError(f"The {what} cannot be {value}.", hint="It counts from 0.")
    return value
