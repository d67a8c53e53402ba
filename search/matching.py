"""A query tree over one segment: the documents that match, and their scores, as arrays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.postings import BM25_K1, rising
from index.store.segment import Field, decode
from search.collection import Array, Mask, Part
from search.positions import in_a_row

# Where the documents to be added up are fewer than this share of the segment's, they are sorted
# rather than counted in an array of all.
SPARSE_SHARE = 1 / 16

# The documents that a filter leaves are looked up one by one where they are fewer than this
# share of those that the query matches.
FEW_SHARE = 1 / 4


@dataclass(frozen=True, slots=True)
class Matches:
    """Documents in rising order, deleted ones included, and the score of each."""

    docs: Array
    scores: Array

    @staticmethod
    def none() -> Matches:
        """Return no documents."""
        return Matches(np.empty(0, np.int64), np.empty(0))

    @staticmethod
    def alike(docs: Array, score: float) -> Matches:
        """Return documents that all have one score."""
        return Matches(docs, np.full(docs.size, score))

    def boosted(self, boost: float) -> Matches:
        """Return the documents with multiplied scores."""
        return self if boost == 1.0 else Matches(self.docs, self.scores * boost)

    def where(self, kept: Mask) -> Matches:
        """Return those documents that are to be kept."""
        return Matches(self.docs[kept], self.scores[kept])


def match(tree: Tree, part: Part, within: Array | None = None) -> Matches:
    """Return the documents of a segment that match `tree`, with BM25 scores.

    Only documents of `within` (rising) are considered, where it is given.
    """
    return _METHODS.get(type(tree), _by_whoosh)(tree, part, within)


def matching(part: Part, tree: Tree, allowed: Mask | None) -> Matches:
    """Return the documents of a segment that match `tree`, and are `allowed`."""
    if allowed is None:
        return match(tree, part)
    if np.count_nonzero(allowed) < FEW_SHARE * estimate(tree, part):
        return match(tree, part, np.flatnonzero(allowed))
    matches = match(tree, part)
    return matches.where(allowed[matches.docs])


def allowed_in(part: Part, filters: Iterable[Tree]) -> Mask | None:
    """Return the documents of a segment that no filter excludes, nor a deletion; None for all."""
    allowed = part.live
    for tree in filters:
        own = part.remembered.get(tree)
        if own is None:
            own = np.zeros(part.documents, np.bool_)
            own[match(tree, part).docs] = True
            part.remember(tree, own)
        allowed = own if allowed is None else allowed & own
    return allowed


def estimate(tree: Tree, part: Part) -> int:
    """Return about how many documents match; it is exact for a term."""
    if isinstance(tree, whoosh_query.Term):
        found = term_number(tree, part)
        return found[0].frequency(found[1]) if found else 0
    if isinstance(tree, whoosh_query.Phrase):
        terms = [whoosh_query.Term(tree.fieldname, word) for word in tree.words]
        return min((estimate(term, part) for term in terms), default=0)
    if isinstance(tree, whoosh_query.And | whoosh_query.Require):
        return min((estimate(child, part) for child in tree.children()), default=0)
    if isinstance(tree, whoosh_query.Or):
        return min(sum(estimate(child, part) for child in tree.children()), part.documents)
    return part.documents


def term_number(tree: whoosh_query.Term, part: Part) -> tuple[Field, int] | None:
    """Return the postings of the term's field and its number there; None where it has none."""
    field = part.field(tree.fieldname)
    text = term_bytes(tree.fieldname, tree.text, part)
    if field is None or text is None:
        return None
    number = field.terms.find(text)
    return None if number is None else (field, number)


def term_bytes(fieldname: str, text: Any, part: Part) -> bytes | None:
    """Return a term as the index keeps it; None where it cannot be in the field."""
    if fieldname not in part.collection.schema:
        return None
    try:
        return bytes(part.collection.schema[fieldname].to_bytes(text))
    except ValueError:
        return None


def score(part: Part, name: str, docs: Array, counts: Array, idf: Any) -> Array:
    """Return the BM25 scores of postings; in a field without lengths, the number of occurrences.

    `idf` is one number, or one for each posting, and may carry boosts.
    """
    field = part.segment.field(name)
    if not field.scorable:
        return counts.astype(np.float64)
    scores = counts + part.norms(name)[docs]
    np.divide(counts, scores, out=scores)
    scores *= idf * (BM25_K1 + 1)
    return scores


def add_up(found: Sequence[Matches], documents: int) -> Matches:
    """Return the documents that are in any of `found`, with the sum of their scores."""
    found = [matches for matches in found if matches.docs.size]
    if not found:
        return Matches.none()
    if len(found) == 1:
        return found[0]
    docs = np.concatenate([matches.docs for matches in found])
    scores = np.concatenate([matches.scores for matches in found])
    return sum_of(docs, scores, documents)


def sum_of(docs: Array, scores: Array, documents: int) -> Matches:
    """Return the documents, in any order and repeated, each once with the sum of its scores."""
    if docs.size < documents * SPARSE_SHARE:
        order, docs = rising(docs)
        starts = np.flatnonzero(np.diff(docs, prepend=-1))
        return Matches(docs[starts], np.add.reduceat(scores[order], starts))
    sums = np.bincount(docs, scores, documents)
    seen = np.zeros(documents, np.bool_)
    seen[docs] = True
    docs = np.flatnonzero(seen)
    return Matches(docs, sums[docs])


def _term(tree: whoosh_query.Term, part: Part, within: Array | None) -> Matches:
    found = term_number(tree, part)
    if found is None:
        return Matches.none()
    field, number = found
    if within is None:
        docs, counts = field.docs(number), field.counts(number)
    else:
        has, postings = field.find(number, within)
        docs, counts = within[has], field.counts_at(postings)
    idf = part.collection.idf(tree.fieldname, field.terms[number])
    return Matches(docs, score(part, tree.fieldname, docs, counts, idf)).boosted(tree.boost)


def _and(tree: whoosh_query.And, part: Part, within: Array | None) -> Matches:
    children = sorted(tree.children(), key=lambda child: estimate(child, part))
    if not children:
        return Matches.none()
    matches = match(children[0], part, within)
    for child in children[1:]:
        if not matches.docs.size:
            break
        if isinstance(child, whoosh_query.Not):
            # Whoosh gives a document 1 for each clause of a conjunction that it must not match.
            kept = ~_has(match(child.query, part, matches.docs).docs, matches.docs)
            matches = Matches(matches.docs[kept], matches.scores[kept] + 1.0)
            continue
        other = match(child, part, matches.docs)
        kept = _has(other.docs, matches.docs)
        matches = Matches(other.docs, matches.scores[kept] + other.scores)
    return matches.boosted(tree.boost)


def _or(tree: whoosh_query.Or, part: Part, within: Array | None) -> Matches:
    if tree.scale:
        return _by_whoosh(tree, part, within)
    found = [match(child, part, within) for child in tree.children()]
    return add_up(found, part.documents).boosted(tree.boost)


def _not(tree: whoosh_query.Not, part: Part, within: Array | None) -> Matches:
    docs = _all(part, within)
    return Matches.alike(docs[~_has(match(tree.query, part, within).docs, docs)], 1.0)


def _and_not(tree: whoosh_query.AndNot, part: Part, within: Array | None) -> Matches:
    matches = match(tree.a, part, within)
    return matches.where(~_has(match(tree.b, part, matches.docs).docs, matches.docs))


def _require(tree: whoosh_query.Require, part: Part, within: Array | None) -> Matches:
    matches = match(tree.a, part, within)
    return matches.where(_has(match(tree.b, part, matches.docs).docs, matches.docs))


def _and_maybe(tree: whoosh_query.AndMaybe, part: Part, within: Array | None) -> Matches:
    matches = match(tree.a, part, within)
    return add_up([matches, match(tree.b, part, matches.docs)], part.documents)


def _phrase(tree: whoosh_query.Phrase, part: Part, within: Array | None) -> Matches:
    terms = [whoosh_query.Term(tree.fieldname, word) for word in tree.words]
    found = [term_number(term, part) for term in terms]
    if not terms or None in found:
        return Matches.none()
    numbers = [number for _, number in found if found]  # type: ignore[misc]
    field = part.segment.field(tree.fieldname)
    if not field.has_positions:
        return _by_whoosh(tree, part, within)
    order = sorted(set(numbers), key=field.frequency)
    docs = field.docs(order[0]) if within is None else within[field.find(order[0], within)[0]]
    for number in order[1:]:
        docs = docs[field.find(number, docs)[0]]
    if not docs.size:
        return Matches.none()
    postings = {number: field.find(number, docs)[1] for number in order}
    kept = in_a_row(field, numbers, [postings[number] for number in numbers], tree.slop)
    docs = docs[kept]
    scores = np.zeros(docs.size)
    for number in numbers:
        counts = field.counts_at(postings[number][kept])
        idf = part.collection.idf(tree.fieldname, field.terms[number])
        scores += score(part, tree.fieldname, docs, counts, idf)
    return Matches(docs, scores).boosted(tree.boost)


def _every(tree: whoosh_query.Every, part: Part, within: Array | None) -> Matches:
    docs = _all(part, within)
    if tree.fieldname is not None:
        field = part.field(tree.fieldname)
        if field is None:
            return Matches.none()
        has = np.zeros(part.documents, np.bool_)
        has[field.docs_between(0, len(field))] = True
        docs = docs[has[docs]]
    return Matches.alike(docs, tree.boost)


def _range(tree: whoosh_query.NumericRange, part: Part, within: Array | None) -> Matches:
    if tree.fieldname not in part.segment.columns:
        return _by_whoosh(tree, part, within)
    values = part.segment.column(tree.fieldname)
    if within is not None:
        values = values[within]
    kept = values != 0
    if tree.start is not None:
        kept &= values > tree.start if tree.startexcl else values >= tree.start
    if tree.end is not None:
        kept &= values < tree.end if tree.endexcl else values <= tree.end
    places = np.flatnonzero(kept)
    return Matches.alike(places if within is None else within[places], tree.boost)


def _prefix(tree: whoosh_query.Prefix, part: Part, within: Array | None) -> Matches:
    if not tree.text:
        return _every(whoosh_query.Every(tree.fieldname, tree.boost), part, within)
    field = part.field(tree.fieldname)
    text = term_bytes(tree.fieldname, tree.text, part)
    if field is None or text is None:
        return Matches.none()
    return _expansions(tree, part, within, field.terms.with_prefix(text))


def _wildcard(tree: whoosh_query.Wildcard, part: Part, within: Array | None) -> Matches:
    if tree.text == "*":
        return _every(whoosh_query.Every(tree.fieldname, tree.boost), part, within)
    field = part.field(tree.fieldname)
    literal = re.split(r"[*?\[]", tree.text, maxsplit=1)[0]
    text = term_bytes(tree.fieldname, literal, part)
    if field is None or text is None:
        return Matches.none()
    fits = re.compile(translate(tree.text)).match
    numbers = [n for n in field.terms.with_prefix(text) if fits(decode(field.terms[n]))]
    return _expansions(tree, part, within, numbers)


def _multi_term(tree: Any, part: Part, within: Array | None) -> Matches:
    field = part.field(tree.fieldname)
    if field is None:
        return Matches.none()
    texts = [
        term_bytes(tree.fieldname, text, part) or b""
        for text in tree._btexts(part.searcher.reader())
    ]
    found = {field.terms.find(text) for text in texts} - {None}
    return _expansions(tree, part, within, sorted(n for n in found if n is not None))


def _expansions(tree: Any, part: Part, within: Array | None, numbers: Sequence[int]) -> Matches:
    """Add up the scores of many terms of one field; those of no letter are not looked for."""
    name = tree.fieldname
    field = part.segment.field(name)
    if numbers and not field.terms[numbers[0]]:
        numbers = numbers[1:]
    if not numbers:
        return Matches.none()
    if isinstance(numbers, range):
        docs = field.docs_between(numbers.start, numbers.stop)
        counts = field.counts_between(numbers.start, numbers.stop)
    else:
        docs = np.concatenate([field.docs(number) for number in numbers])
        counts = np.concatenate([field.counts(number) for number in numbers])
    idfs = np.array([part.collection.idf(name, field.terms[number]) for number in numbers])
    repeated = np.repeat(idfs, [field.frequency(number) for number in numbers])
    scores = score(part, name, docs, counts, repeated)
    if within is not None:
        kept = _has(within, docs)
        docs, scores = docs[kept], scores[kept]
    return sum_of(docs, scores, part.documents).boosted(tree.boost)


def _constant(tree: whoosh_query.ConstantScoreQuery, part: Part, within: Array | None) -> Matches:
    return Matches.alike(match(tree.child, part, within).docs, tree.score)


def _null(tree: Tree, part: Part, within: Array | None) -> Matches:
    return Matches.none()


def _by_whoosh(tree: Tree, part: Part, within: Array | None) -> Matches:
    """Let Whoosh's own matchers answer, document by document."""
    matcher = tree.matcher(part.searcher, part.searcher.context())
    docs, scores = [], []
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    matches = Matches(np.array(docs, np.int64), np.array(scores, np.float64))
    return matches if within is None else matches.where(_has(within, matches.docs))


def _all(part: Part, within: Array | None) -> Array:
    return np.arange(part.documents) if within is None else within


def _has(docs: Array, sought: Array) -> Mask:
    """Say which of `sought` are among `docs` (rising)."""
    if not docs.size:
        return np.zeros(sought.size, np.bool_)
    places = np.searchsorted(docs, sought)
    places[places == docs.size] = 0
    return docs[places] == sought  # type: ignore[no-any-return]


_METHODS: dict[type, Callable[[Any, Part, Array | None], Matches]] = {
    whoosh_query.Term: _term,
    whoosh_query.And: _and,
    whoosh_query.Or: _or,
    whoosh_query.Not: _not,
    whoosh_query.AndNot: _and_not,
    whoosh_query.AndMaybe: _and_maybe,
    whoosh_query.Require: _require,
    whoosh_query.Phrase: _phrase,
    whoosh_query.Every: _every,
    whoosh_query.NumericRange: _range,
    whoosh_query.DateRange: _range,
    whoosh_query.Prefix: _prefix,
    whoosh_query.Wildcard: _wildcard,
    whoosh_query.Regex: _multi_term,
    whoosh_query.TermRange: _multi_term,
    whoosh_query.FuzzyTerm: _multi_term,
    whoosh_query.Variations: _multi_term,
    whoosh_query.ConstantScoreQuery: _constant,
    type(whoosh_query.NullQuery): _null,
}
