"""The engines that the benchmark compares, each behind the same few calls."""

from __future__ import annotations

import datetime
import importlib.util
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

HITS = 10
ALL_KINDS = ("term", "and2", "or3", "or5", "phrase2", "prefix", "+person", "facets")


@dataclass(frozen=True)
class Page:
    """A generated page."""

    number: int
    title: str
    text: str
    people: tuple[str, ...]
    companies: tuple[str, ...]
    day: int


class Engine:
    """Builds an index in a folder, or answers from it."""

    kinds: ClassVar[tuple[str, ...]] = ALL_KINDS

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def begin(self) -> None:
        """Open the index for writing."""
        raise NotImplementedError

    def add(self, pages: Sequence[Page]) -> None:
        """Add pages."""
        raise NotImplementedError

    def commit(self) -> None:
        """Make all that was added searchable."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the index for questions."""
        raise NotImplementedError

    def ask(self, kind: str, query: tuple[str, ...]) -> Any:
        """Answer a query, with the best documents fetched; "facets" with counts of all hits."""
        raise NotImplementedError


class Whodex(Engine):
    """Ours, from a cleaned page to its stored fields."""

    def begin(self) -> None:
        from index.store.writer import Writer

        self._writer = Writer(self.directory)

    def add(self, pages: Sequence[Page]) -> None:
        from index.records import Article, Document, Entity

        for page in pages:
            article = Article(page.title, page.text, published=datetime.date.fromordinal(page.day))
            entities = (
                *(Entity("person", name, (name,)) for name in page.people),
                *(Entity("company", name, (name,)) for name in page.companies),
            )
            path = f"{page.number}.html"
            self._writer.add(Document(path, path, "1", article, entities))

    def commit(self) -> None:
        self._writer.__exit__(None, None, None)

    def open(self) -> None:
        from index.store.directory import open_directory
        from search.evaluator import open_searcher

        self._searcher = open_searcher(open_directory(self.directory))

    def ask(self, kind: str, query: tuple[str, ...]) -> Any:
        from whoosh.query import Term

        from search.evaluator import count, rank

        tree = _tree(kind, query)
        if kind == "facets":
            return count(self._searcher, tree, {}, ["person"], limit=HITS)
        filters = {"person": Term("person", query[2])} if kind == "+person" else {}
        ranking = rank(self._searcher, tree, filters, limit=HITS)
        return [self._searcher.reader().stored_fields(number) for number in ranking.documents]


class StockWhoosh(Engine):
    """Whoosh's own writer, codec and searcher, with our schema."""

    def begin(self) -> None:
        from whoosh.index import create_in

        from index.store.schema import make_schema

        self._writer = create_in(str(self.directory), make_schema()).writer(limitmb=256)

    def add(self, pages: Sequence[Page]) -> None:
        from index.records import Article, Document, Entity
        from index.store.schema import to_fields

        for page in pages:
            article = Article(page.title, page.text)
            entities = (
                *(Entity("person", name, (name,)) for name in page.people),
                *(Entity("company", name, (name,)) for name in page.companies),
            )
            path = f"{page.number}.html"
            self._writer.add_document(**to_fields(Document(path, path, "1", article, entities)))

    def commit(self) -> None:
        self._writer.commit()

    def open(self) -> None:
        from whoosh.index import open_dir

        self._searcher = open_dir(str(self.directory)).searcher()

    def ask(self, kind: str, query: tuple[str, ...]) -> Any:
        from whoosh.query import Term
        from whoosh.sorting import FieldFacet

        tree = _tree(kind, query)
        if kind == "facets":
            facet = FieldFacet("person", allow_overlap=True)
            found = self._searcher.search(tree, limit=HITS, groupedby=facet)
            return {name: len(group) for name, group in found.groups().items()}
        allowed = Term("person", query[2]) if kind == "+person" else None
        return [hit.fields() for hit in self._searcher.search(tree, limit=HITS, filter=allowed)]


def _tree(kind: str, query: tuple[str, ...]) -> Any:
    from whoosh.query import And, Or, Phrase, Prefix, Term

    from index.store.analysis import term_of

    if kind == "prefix":
        return Prefix("text", query[0])
    words = [term_of(word) for word in query[: 2 if kind == "+person" else None]]
    if kind == "phrase2":
        return Phrase("text", words)
    terms = [Term("text", word) for word in words]
    if kind == "and2":
        return And(terms)
    return Or(terms) if len(terms) > 1 else terms[0]


class Tantivy(Engine):
    """tantivy-py, one writing thread."""

    def _schema(self) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
        builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
        builder.add_text_field("person", stored=True, tokenizer_name="raw", fast=True)
        builder.add_text_field("company", stored=True, tokenizer_name="raw", fast=True)
        builder.add_integer_field("day", stored=True, indexed=True, fast=True)
        return builder.build()

    def begin(self) -> None:
        import tantivy

        self._index = tantivy.Index(self._schema(), path=str(self.directory))
        self._writer = self._index.writer(heap_size=256_000_000, num_threads=1)

    def add(self, pages: Sequence[Page]) -> None:
        import tantivy

        for page in pages:
            self._writer.add_document(
                tantivy.Document(
                    title=page.title,
                    text=page.text,
                    person=list(page.people),
                    company=list(page.companies),
                    day=page.day,
                )
            )

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

    def open(self) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(self.directory))
        self._searcher = self._index.searcher()

    def ask(self, kind: str, query: tuple[str, ...]) -> Any:
        import tantivy

        words = query[: 2 if kind == "+person" else None]
        if kind == "prefix":
            tree = tantivy.Query.regex_query(self._index.schema, "text", query[0] + ".*")
        else:
            joint = {"and2": " AND ", "phrase2": " "}.get(kind, " OR ")
            text = joint.join(words)
            quoted = f'"{text}"' if kind == "phrase2" else text
            tree = self._index.parse_query(quoted, ["text"])
        if kind == "facets":
            people = {"people": {"terms": {"field": "person", "size": HITS}}}
            return self._searcher.aggregate(tree, people)
        if kind == "+person":
            person = tantivy.Query.term_query(self._index.schema, "person", query[2])
            must = tantivy.Occur.Must
            filtered = tantivy.Query.const_score_query(person, 0.0)
            tree = tantivy.Query.boolean_query([(must, tree), (must, filtered)])
        found = self._searcher.search(tree, HITS, count=True)
        return [self._searcher.doc(address).to_dict() for _, address in found.hits]


class Fts5(Engine):
    """SQLite's full-text index, with a table of the people."""

    def begin(self) -> None:
        self._base = sqlite3.connect(self.directory / "fts.db")
        self._base.executescript(
            """
            create virtual table page using fts5(title, text, tokenize='porter unicode61');
            create table named(page integer, person text);
            """
        )

    def add(self, pages: Sequence[Page]) -> None:
        self._base.executemany(
            "insert into page(rowid, title, text) values (?, ?, ?)",
            [(page.number, page.title, page.text) for page in pages],
        )
        self._base.executemany(
            "insert into named values (?, ?)",
            [(page.number, person) for page in pages for person in page.people],
        )

    def commit(self) -> None:
        self._base.execute("create index named_page on named(page)")
        self._base.execute("create index named_person on named(person, page)")
        self._base.commit()

    def open(self) -> None:
        self._base = sqlite3.connect(self.directory / "fts.db")

    def ask(self, kind: str, query: tuple[str, ...]) -> Any:
        words = query[: 2 if kind == "+person" else None]
        joint = {"and2": " AND ", "phrase2": " "}.get(kind, " OR ")
        match = joint.join(words)
        match = {"phrase2": f'"{match}"', "prefix": f"{query[0]}*"}.get(kind, match)
        match = f"text: ({match})" if kind != "phrase2" else f"text: {match}"
        if kind == "facets":
            return self._base.execute(
                "select person, count(*) c from named where page in "
                "(select rowid from page where page match ?) group by 1 order by c desc limit ?",
                (match, HITS),
            ).fetchall()
        person = "and rowid in (select page from named where person = ?)"
        return self._base.execute(
            "select rowid, title, text from page where page match ? "
            f"{person if kind == '+person' else ''} order by bm25(page) limit ?",
            (match, *query[2:] * (kind == "+person"), HITS),
        ).fetchall()


class Bm25s(Engine):
    """bm25s with its numpy backend; it has no documents but in memory, and no phrases."""

    kinds = ("term", "or3", "or5")

    def begin(self) -> None:
        self._texts: list[str] = []

    def add(self, pages: Sequence[Page]) -> None:
        self._texts += [page.text for page in pages]

    def _tokens(self, texts: list[str], *, ids: bool) -> Any:
        import bm25s
        import Stemmer

        stemmer = Stemmer.Stemmer("english")
        return bm25s.tokenize(
            texts, stemmer=stemmer, stopwords=None, show_progress=False, return_ids=ids
        )

    def commit(self) -> None:
        import bm25s

        retriever = bm25s.BM25(k1=1.2, b=0.75)
        retriever.index(self._tokens(self._texts, ids=True), show_progress=False)
        retriever.save(str(self.directory))
        (self.directory / "texts.json").write_text(json.dumps(self._texts))

    def open(self) -> None:
        import bm25s

        self._retriever = bm25s.BM25.load(str(self.directory), mmap=True)
        self._texts = json.loads((self.directory / "texts.json").read_text())

    def ask(self, kind: str, query: tuple[str, ...]) -> Any:
        tokens = self._tokens([" ".join(query)], ids=False)
        found, _ = self._retriever.retrieve(tokens, k=HITS, show_progress=False, n_threads=0)
        return [self._texts[number] for number in found[0].tolist()]


ENGINES: dict[str, type[Engine]] = {
    "whodex": Whodex,
    "tantivy": Tantivy,
    "fts5": Fts5,
    "bm25s": Bm25s,
    "whoosh": StockWhoosh,
}

MODULES = {"tantivy": "tantivy", "bm25s": "bm25s"}

# The largest corpora that are not too much for some: hours for stock Whoosh, memory for bm25s.
LARGEST = {"whoosh": 10_000, "bm25s": 100_000, "fts5": 100_000}


def installed() -> list[str]:
    """Return the names of the engines that can be run here."""
    return [
        name for name in ENGINES if name not in MODULES or importlib.util.find_spec(MODULES[name])
    ]
