"""Small answers, value by value: loading numpy takes as long as many thousands of postings do."""

from __future__ import annotations

import datetime
import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.bm25 import BM25_B, BM25_K1
from index.store.terms import decode
from index.store.values import FieldValues
from search.ranking import PERIODS, Ranking, Sort, under_other_filters

if TYPE_CHECKING:
    from search.collection import Part

# So many postings are gone through in about half the time that loading numpy takes.
POSTINGS = 40_000
# Looking up a document in the postings of a term takes as long as going through so many.
LOOK_UP_COST = 8


class Unsuitable(Exception):  # noqa: N818 - it is no error
    """A question that numpy answers sooner, or that is not known here."""


def rank(
    parts: Iterable[Part], tree: Tree, filters: Mapping[str, Tree], limit: int, sort: Sort
) -> Ranking:
    """Return what `evaluator.rank` does; raise Unsuitable where that takes long."""
    budget = _Budget()
    found: list[tuple[float, int]] = []
    for part in parts:
        segment = _Segment(part, budget)
        matches = segment.filtered(tree, filters.values())
        if sort == "relevance":
            found += [(-score, part.offset + doc) for doc, score in matches.items()]
        else:
            days = part.segment.file.view("published.column")
            sign = -1 if sort == "newest" else 1
            found += [
                (sign * days[doc] if days[doc] else float("inf"), part.offset + doc)
                for doc in matches
            ]
    best = heapq.nsmallest(limit, found)
    scores = [-score if sort == "relevance" else 0.0 for score, _ in best]
    return Ranking([doc for _, doc in best], scores, len(found))


def count(
    parts: Sequence[Part],
    tree: Tree,
    filters: Mapping[str, Tree],
    fields: Sequence[str],
    limit: int | None,
) -> dict[str, list[tuple[str, int]]]:
    """Return what `evaluator.count` does; raise Unsuitable where that takes long."""
    budget = _Budget()

    def matching(trees: Sequence[Tree]) -> list[Collection[int]]:
        return [_Segment(part, budget).filtered(tree, trees) for part in parts]

    counted = {}
    for field, found in under_other_filters(fields, filters, matching):
        counts: Counter[str] = Counter()
        for part, docs in zip(parts, found, strict=True):
            counts.update((_periods if field in PERIODS else _values)(part, field, docs, budget))
        best = heapq.nsmallest(
            len(counts) if limit is None else limit, counts.items(), key=lambda c: (-c[1], c[0])
        )
        counted[field] = best
    return counted


def _periods(part: Part, field: str, docs: Collection[int], budget: _Budget) -> Counter[str]:
    budget.spend(len(docs))
    days = part.segment.file.view("published.column")
    letters = len("2026-01" if field == "month" else "2026")
    numbers = Counter(days[doc] for doc in docs if days[doc])
    counts: Counter[str] = Counter()
    for day, times in numbers.items():
        counts[datetime.date.fromordinal(day).isoformat()[:letters]] += times
    return counts


def _values(part: Part, field: str, docs: Collection[int], budget: _Budget) -> dict[str, int]:
    if part.field(field) is None:
        return {}
    budget.spend(2 * len(docs))
    values = part.segment.file.view(f"{field}.values")
    starts = part.segment.file.view(f"{field}.value_starts")
    numbers: Counter[int] = Counter()
    for doc in docs:
        numbers.update(values[starts[doc] : starts[doc + 1]])
    terms = part.segment.field(field).terms
    return {decode(terms[number]): times for number, times in numbers.items()}


class _Budget:
    """The postings that may still be gone through."""

    def __init__(self) -> None:
        self.left = POSTINGS

    def spend(self, postings: int) -> None:
        """Take some away; raise Unsuitable where there are no more."""
        self.left -= postings
        if self.left < 0:
            raise Unsuitable


class _Segment:
    """Matches trees in one segment: documents, with their scores."""

    def __init__(self, part: Part, budget: _Budget) -> None:
        self.part = part
        self.budget = budget
        self._fields: dict[str, FieldValues | None] = {}

    def filtered(self, tree: Tree, filters: Iterable[Tree]) -> dict[int, float]:
        """Return the documents that match a tree and all filters, and are not deleted."""
        within: Collection[int] | None = None
        excluded = [other.query for other in filters if type(other) is whoosh_query.Not]
        for other in filters:
            if type(other) is not whoosh_query.Not:
                within = self.match(other, within)
        matches = self.match(tree, within)
        for other in excluded:
            gone = self.match(other, matches)
            matches = {doc: score for doc, score in matches.items() if doc not in gone}
        segment = self.part.segment
        if segment.deleted is None:
            return matches
        return {doc: score for doc, score in matches.items() if not segment.is_deleted(doc)}

    def match(self, tree: Tree, within: Collection[int] | None = None) -> dict[int, float]:
        """Return the documents that match, of those `within`."""
        method = _METHODS.get(type(tree))
        if method is None:
            raise Unsuitable
        return method(self, tree, within)

    def estimate(self, tree: Tree) -> int:
        """Return about how many documents match."""
        if type(tree) is whoosh_query.Term:
            found = self._find(tree.fieldname, tree.text)
            return found[0].field.frequency(found[1]) if found else 0
        if type(tree) is whoosh_query.Phrase:
            words = [whoosh_query.Term(tree.fieldname, word) for word in tree.words]
            return min(map(self.estimate, words), default=0)
        return self.part.documents

    def term(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match one term."""
        found = self._find(tree.fieldname, tree.text)
        return self._postings(*found, tree.boost, within) if found else {}

    def _postings(
        self, values: FieldValues, number: int, boost: float, within: Collection[int] | None
    ) -> dict[int, float]:
        frequency = values.field.frequency(number)
        if within is not None and len(within) * LOOK_UP_COST < frequency:
            self.budget.spend(len(within) * LOOK_UP_COST)
            found = [(doc, values.posting(number, doc)) for doc in within]
            counts = {doc: values.count(own) for doc, own in found if own is not None}
        else:
            self.budget.spend(frequency)
            pairs = zip(values.documents(number), values.counts(number), strict=True)
            counts = {d: n for d, n in pairs if within is None or d in within}
        weight, lengths, base, slope = self._scoring(values, number, boost)
        if lengths is None:
            return {doc: own * boost for doc, own in counts.items()}
        return {
            doc: own / (own + base + slope * lengths[doc]) * weight for doc, own in counts.items()
        }

    def _scoring(
        self, values: FieldValues, number: int, boost: float
    ) -> tuple[float, memoryview[int] | None, float, float]:
        """Return a term's weight, and of its field: lengths, and what BM25 makes of them."""
        collection = self.part.collection
        idf = collection.idf(values.name, values.field.terms[number])
        mean = collection.mean_length(values.name) if values.lengths else 1.0
        base, slope = BM25_K1 * (1 - BM25_B), BM25_K1 * BM25_B / mean
        return idf * (BM25_K1 + 1) * boost, values.lengths, base, slope

    def all_of(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match all clauses, beginning with the rarest."""
        unwanted = [child.query for child in tree.subqueries if type(child) is whoosh_query.Not]
        wanted = [child for child in tree.subqueries if type(child) is not whoosh_query.Not]
        if not tree.subqueries:
            return {}
        first, *others = sorted(wanted, key=self.estimate) or [whoosh_query.Every(boost=0.0)]
        matches = self.match(first, within)
        for child in others:
            more = self.match(child, matches)
            matches = {doc: matches[doc] + score for doc, score in more.items()}
        for child in unwanted:
            # Whoosh gives a document 1 for each clause of a conjunction that it must not match.
            gone = self.match(child, matches)
            matches = {d: score + 1.0 for d, score in matches.items() if d not in gone}
        return _boosted(matches, tree.boost)

    def any_of(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match any clause, and add up the scores."""
        if tree.scale:
            raise Unsuitable
        matches: dict[int, float] = {}
        for child in tree.subqueries:
            _add(matches, self.match(child, within))
        return _boosted(matches, tree.boost)

    def negated(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match what a tree does not."""
        docs = self._all(within)
        gone = self.match(tree.query, within)
        return dict.fromkeys((doc for doc in docs if doc not in gone), 1.0)

    def phrase(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match words in a row, each 1 to `slop` after the last."""
        terms = [whoosh_query.Term(tree.fieldname, word, boost=tree.boost) for word in tree.words]
        found = [self._find(term.fieldname, term.text) for term in terms]
        known = [one for one in found if one is not None]
        if not known or len(known) < len(terms):
            return {}
        if not known[0][0].field.has_positions:
            raise Unsuitable
        matches = self.all_of(whoosh_query.And(terms), within)
        self.budget.spend(len(matches) * LOOK_UP_COST * len(known))
        return {
            doc: score for doc, score in matches.items() if self._in_a_row(known, doc, tree.slop)
        }

    @staticmethod
    def _in_a_row(terms: Sequence[tuple[FieldValues, int]], doc: int, slop: int) -> bool:
        ends: list[int] | None = None
        for values, number in terms:
            posting = values.posting(number, doc)
            assert posting is not None
            places = values.positions(posting)
            if ends is not None:
                places = [p for p in places if any(0 < p - end <= slop for end in ends)]
            ends = places
        return bool(ends)

    def every(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match all documents."""
        if tree.fieldname is not None:
            raise Unsuitable
        return dict.fromkeys(self._all(within), tree.boost)

    def number_range(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match the documents whose number is in a range."""
        if tree.fieldname not in self.part.segment.columns or tree.startexcl or tree.endexcl:
            raise Unsuitable
        column = self.part.segment.file.view(f"{tree.fieldname}.column")
        first = -(2**31) if tree.start is None else tree.start
        last = 2**31 if tree.end is None else tree.end
        docs = (doc for doc in self._all(within) if column[doc] and first <= column[doc] <= last)
        return dict.fromkeys(docs, tree.boost)

    def prefix(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match the terms that begin with a prefix, and add up their scores."""
        values = self._values_of(tree.fieldname)
        prefix = self.part.collection.term(tree.fieldname, tree.text)
        if not tree.text:
            raise Unsuitable
        matches: dict[int, float] = {}
        if values is not None and prefix is not None:
            for number in values.field.terms.with_prefix(prefix):
                _add(matches, self._postings(values, number, tree.boost, within))
        return matches

    def constant(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match a tree whose documents all have one score."""
        return dict.fromkeys(self.match(tree.child, within), tree.score)

    def nothing(self, tree: Any, within: Collection[int] | None) -> dict[int, float]:
        """Match no document."""
        return {}

    def _all(self, within: Collection[int] | None) -> Collection[int]:
        docs = range(self.part.documents) if within is None else within
        self.budget.spend(len(docs))
        return docs

    def _values_of(self, name: str) -> FieldValues | None:
        if name not in self._fields:
            known = self.part.field(name) is not None
            self._fields[name] = FieldValues(self.part.segment, name) if known else None
        return self._fields[name]

    def _find(self, name: str, text: Any) -> tuple[FieldValues, int] | None:
        """Return the postings of a term's field, and its number there."""
        values, term = self._values_of(name), self.part.collection.term(name, text)
        number = None if values is None or term is None else values.field.terms.find(term)
        return None if values is None or number is None else (values, number)


def _add(matches: dict[int, float], more: Mapping[int, float]) -> None:
    for doc, score in more.items():
        matches[doc] = matches.get(doc, 0.0) + score


def _boosted(matches: dict[int, float], boost: float) -> dict[int, float]:
    return matches if boost == 1.0 else {doc: score * boost for doc, score in matches.items()}


_METHODS: dict[type, Callable[[_Segment, Any, Collection[int] | None], dict[int, float]]] = {
    whoosh_query.Term: _Segment.term,
    whoosh_query.And: _Segment.all_of,
    whoosh_query.Or: _Segment.any_of,
    whoosh_query.Not: _Segment.negated,
    whoosh_query.Phrase: _Segment.phrase,
    whoosh_query.Every: _Segment.every,
    whoosh_query.NumericRange: _Segment.number_range,
    whoosh_query.Prefix: _Segment.prefix,
    whoosh_query.ConstantScoreQuery: _Segment.constant,
    type(whoosh_query.NullQuery): _Segment.nothing,
}
