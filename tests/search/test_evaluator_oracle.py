"""What our evaluator answers is what stock Whoosh answers, on indexes made by chance."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import whoosh
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.query import Query as Tree

from index.records import Document
from index.store import merging
from index.store.directory import open_directory
from index.store.writer import Writer
from search import plain
from search.collection import collection_of
from search.evaluator import count, open_searcher, rank
from tests.oracle import build, document, stock_counts, stock_ranking, stock_searcher

WORDS = ("alpha", "alps", "beta", "bet", "gamma", "delta", "epsilon", "zeta", "alphas")
NAMES = ("Ann Lee", "Bo Ek", "Cy Moe")
FIRM = ("Acme", "Zenith")
DAYS = (738_000, 738_030, 738_400)

texts = st.lists(st.sampled_from((*WORDS, "the", "\f", "beta-gamma,")), max_size=30).map(" ".join)


@st.composite
def collections(draw: st.DrawFn) -> list[Document]:
    size = draw(st.integers(1, 14))
    return [
        document(
            number,
            draw(texts),
            title=draw(st.sampled_from(("", "Alpha", "Delta beta", "Of the zeta"))),
            people=draw(st.lists(st.sampled_from(NAMES), unique=True)),
            companies=draw(st.lists(st.sampled_from(FIRM), unique=True)),
            day=draw(st.sampled_from((None, *DAYS))),
        )
        for number in range(size)
    ]


words = st.sampled_from((*WORDS, "missing"))
fields = st.sampled_from(("text", "text", "title"))
boosts = st.sampled_from((1.0, 1.0, 2.0, 0.5))
unboosted = st.just(1.0)  # Whoosh before whoosh3 applies the boost of a pattern twice, or never
prefix_boosts = boosts if whoosh.__version__ >= (3,) else unboosted
term_trees = st.builds(query.Term, fields, words, boosts)
phrases = st.builds(
    query.Phrase, fields, st.lists(words, min_size=2, max_size=3), st.integers(1, 3), boosts
)
leaves = st.one_of(
    term_trees,
    term_trees,
    phrases,
    st.builds(
        query.Prefix, fields, st.sampled_from(("al", "be", "z", "q")), prefix_boosts, st.just(False)
    ),
    st.builds(
        query.Wildcard,
        fields,
        st.sampled_from(("*a", "b?t*", "al*s", "?e*")),
        unboosted,
        st.just(False),
    ),
    st.builds(query.FuzzyTerm, fields, words, unboosted, st.just(1), st.just(1), st.just(False)),
    st.builds(query.Term, st.just("person"), st.sampled_from(NAMES)),
    st.builds(query.NumericRange, st.just("published"), st.sampled_from(DAYS), st.none()),
    st.builds(query.NumericRange, st.just("published"), st.none(), st.sampled_from(DAYS)),
    st.builds(query.Every, st.sampled_from((None, "title", "company"))),
    st.just(query.NullQuery),
)


def compounds(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(parts, min_size=2, max_size=4)
    return st.one_of(
        st.builds(query.Or, several, boosts),
        st.builds(query.And, several, boosts),
        st.builds(lambda some, one: query.And([*some, query.Not(one)]), several, parts),
        st.builds(query.AndMaybe, parts, parts),
        st.builds(query.DisjunctionMax, several),
        st.builds(query.ConstantScoreQuery, parts, st.sampled_from((1.0, 3.0))),
    )


trees = st.recursive(leaves, compounds, max_leaves=6)
filter_trees = st.dictionaries(
    st.sampled_from(("person", "published")),
    st.one_of(
        st.builds(query.Term, st.just("person"), st.sampled_from(NAMES)),
        st.builds(query.NumericRange, st.just("published"), st.sampled_from(DAYS), st.none()),
    ),
)

examples = settings(
    max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def our_searcher(documents: list[Document], directory: str) -> Any:
    build(Path(directory), documents)
    return open_searcher(open_directory(Path(directory)))


def our_ranking(searcher: Any, tree: Tree, filters: dict[str, Tree]) -> dict[str, float]:
    ranking = rank(searcher, tree, filters, limit=100)
    assert ranking.total == len(ranking.documents)
    ids = [searcher.reader().stored_fields(number)["id"] for number in ranking.documents]
    return dict(zip(ids, ranking.scores, strict=True))


def some_queries(rng: random.Random, words: Sequence[str]) -> Iterator[Tree]:
    for number in range(48):
        some = rng.choices(words, weights=[1 / (n + 1) for n in range(len(words))], k=5)
        terms = [query.Term("text", word) for word in some]
        yield (
            terms[0],
            query.And(terms[:2]),
            query.Or(terms[:3]),
            query.Or(terms),
            query.Phrase("text", some[:2], slop=number % 3 + 1),
            query.Phrase("text", some[:3]),
            query.And([terms[0], query.Not(terms[1])]),
            query.Prefix("text", some[0][:2], constantscore=False),
        )[number % 8]


def test_a_larger_index_answers_as_stock_whoosh_does(tmp_path: Path) -> None:
    rng = random.Random(5)
    words = sorted({"".join(rng.choices("abcde", k=rng.randint(2, 4))) for _ in range(300)})
    rng.shuffle(words)
    weights = [1 / (n + 1) for n in range(len(words))]
    documents = [
        document(
            number,
            " ".join(rng.choices(words, weights, k=rng.randint(3, 40))),
            people=rng.sample(NAMES, rng.randint(0, 3)),
            day=rng.choice((None, *DAYS)),
        )
        for number in range(3000)
    ]
    stock = stock_searcher(documents)
    build(tmp_path / "one", documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "choose", lambda segments: [])
        for first in range(0, len(documents), 1000):
            build(tmp_path / "many", documents[first : first + 1000])
    for directory, segments in ((tmp_path / "one", 1), (tmp_path / "many", 3)):
        searcher = open_searcher(open_directory(directory))
        assert len(searcher.leaf_searchers()) == segments
        for number, tree in enumerate(some_queries(rng, words)):
            filters: dict[str, Tree] = {}
            if number % 2:
                filters["person"] = query.Term("person", NAMES[0])
            expected = stock_ranking(stock, tree, list(filters.values()))
            ranking = rank(searcher, tree, filters, limit=10)
            assert ranking.total == len(expected)
            best = sorted(expected.values(), reverse=True)[:10]
            assert ranking.scores == pytest.approx(best, abs=1e-6)
            for found, score in zip(ranking.documents, ranking.scores, strict=True):
                id_ = searcher.reader().stored_fields(found)["id"]
                assert score == pytest.approx(expected[id_], abs=1e-6)
            if number % 3:
                continue
            counts = stock_counts(stock, [tree, *filters.values()], "person")
            others = {"published": filters["person"]} if filters else {}
            assert dict(count(searcher, tree, others, ["person"])["person"]) == counts
        for number, tree in enumerate(some_queries(rng, words)):
            filters = {"person": query.Term("person", NAMES[0])} if number % 2 else {}
            ranking = rank(searcher, tree, filters, limit=10)
            parts = collection_of(searcher).parts
            few = plain.rank(parts, tree, filters, 10, "relevance")
            assert few.total == ranking.total
            assert few.scores == pytest.approx(ranking.scores, abs=1e-9)


def test_documents_that_are_passed_over_are_not_among_the_best(tmp_path: Path) -> None:
    rng = random.Random(11)
    words = [f"word{number}" for number in range(40)]
    weights = [1 / (n + 1) for n in range(len(words))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "choose", lambda segments: [])
        for longest in (60, 8, 200):  # so that the mean length is none of the segments'
            documents = [
                document(
                    number,
                    " ".join(rng.choices(words, weights, k=rng.randint(1, longest))),
                    people=rng.sample(NAMES, rng.randint(0, 3)),
                )
                for number in range(longest * 10_000, longest * 10_000 + 1500)
            ]
            build(tmp_path, documents)
        some = [f"page-{number}.html" for number in range(600_000, 600_400)]
        for deleted in ([], some):
            with Writer(tmp_path) as writer:
                for path in deleted:
                    writer.remove(path)
            searcher = open_searcher(open_directory(tmp_path))
            for number in range(200):
                terms = [
                    query.Term("text", word, boost=rng.choice((1.0, 1.0, 0.3, 4.0)))
                    for word in rng.choices(words, weights, k=rng.randint(1, 9))
                ]
                tree = query.Or(terms) if number % 5 else query.Prefix("text", "word2")
                filters: dict[str, Tree] = {}
                if number % 4 == 0:
                    filters["person"] = query.Not(query.Term("person", NAMES[0]))
                every = rank(searcher, tree, filters, limit=10_000)
                best = rank(searcher, tree, filters, limit=10)
                assert best.total == every.total
                assert best.scores == pytest.approx(every.scores[:10], abs=1e-9)
                assert best.documents == every.documents[:10]


@examples
@given(collections(), trees, filter_trees)
def test_hits_scores_and_counts_are_those_of_stock_whoosh(
    documents: list[Document], tree: Tree, filters: dict[str, Tree]
) -> None:
    stock = stock_searcher(documents)
    expected = stock_ranking(stock, tree, list(filters.values()))
    with tempfile.TemporaryDirectory() as directory:
        searcher = our_searcher(documents, directory)
        found = our_ranking(searcher, tree, filters)
        assert found == pytest.approx(expected, abs=1e-6)
        for limit in (1, 2, 3):
            few = rank(searcher, tree, filters, limit=limit)
            assert few.total == len(expected)
            assert few.scores == pytest.approx(list(found.values())[:limit], abs=1e-9)
        for kind in ("person", "company"):
            others = [restriction for name, restriction in filters.items() if name != kind]
            counts = stock_counts(stock, [tree, *others], kind)
            assert dict(count(searcher, tree, filters, [kind])[kind]) == counts
        answered_value_by_value(searcher, tree, filters, expected)


def answered_value_by_value(
    searcher: Any, tree: Tree, filters: dict[str, Tree], expected: dict[str, float]
) -> None:
    """Compare what is answered without numpy, where it is."""
    parts = collection_of(searcher).parts
    try:
        ranking = plain.rank(parts, tree, filters, 100, "relevance")
    except plain.Unsuitable:
        return
    ids = [searcher.reader().stored_fields(number)["id"] for number in ranking.documents]
    assert dict(zip(ids, ranking.scores, strict=True)) == pytest.approx(expected, abs=1e-6)
    assert ranking.scores == sorted(ranking.scores, reverse=True)
    newest = rank(searcher, tree, filters, limit=100, sort="newest")
    assert plain.rank(parts, tree, filters, 100, "newest") == newest
    fields = ["person", "company", "month", "year"]
    assert plain.count(parts, tree, filters, fields, 2) == count(
        searcher, tree, filters, fields, limit=2
    )
