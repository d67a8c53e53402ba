"""A query tree over one segment: the documents that match, and their scores, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.segment import as_mask, pick
from search.collection import Part
from search.entries import Entry, joint_scores, meet
from search.expansions import PATTERNS, expansions, is_every
from search.matches import Matches, add_up, has
from search.near import Near
from search.positions import in_a_row

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# The documents that a filter leaves are looked up one by one where they are fewer than this
# share of those that the query matches.
FEW_SHARE = 1 / 4

# The trees that match no more documents than any of their parts.
CONJUNCTIONS = (whoosh_query.And, whoosh_query.Require)


def match(tree: Tree, part: Part, within: Array | None = None) -> Matches:
    """Return the documents of a segment that match `tree`, with BM25 scores.

    Only documents of `within` (rising) are considered, where it is given.
    """
    return _METHODS.get(type(tree), _by_whoosh)(tree, part, within)


def matching(part: Part, tree: Tree, within: Array | None) -> Matches:
    """Return the documents of a segment that match `tree`, are not deleted, and are `within`."""
    if within is None or is_few(within, tree, part):
        matches = match(tree, part, within)
        return matches if part.live is None else matches.where(pick(part.live, matches.docs))
    matches = match(tree, part)
    return matches.where(pick(allowed(part, within), matches.docs))


def matching_docs(part: Part, tree: Tree, within: Array | None) -> Array:
    """Return what `matching` does, without scores."""
    if within is None or is_few(within, tree, part):
        docs = docs_of(tree, part, within)
        return docs if part.live is None else docs[pick(part.live, docs)]
    docs = docs_of(tree, part)
    return docs[pick(allowed(part, within), docs)]


def docs_of(tree: Tree, part: Part, within: Array | None = None) -> Array:
    """Return the documents that `match` does, without scores."""
    if isinstance(tree, whoosh_query.ConstantScoreQuery):
        return docs_of(tree.child, part, within)
    if type(tree) is whoosh_query.Term:
        entry = part.entry(tree.fieldname, tree.text)
        if entry is None:
            return np.empty(0, np.int64)
        return entry.docs if within is None else within.take(entry.find(within)[0])
    if type(tree) is whoosh_query.Or and within is None:
        terms = [child for child in tree.children() if type(child) is whoosh_query.Term]
        mask = mask_of(known(terms, part), part.documents)
        for child in tree.children():
            if type(child) is not whoosh_query.Term:
                mask[docs_of(child, part)] = True
        return np.flatnonzero(mask)
    return match(tree, part, within).docs


def known(terms: Iterable[whoosh_query.Term], part: Part) -> list[Entry]:
    """Return those of the terms that the segment has."""
    entries = [part.entry(term.fieldname, term.text) for term in terms]
    return [entry for entry in entries if entry is not None]


def mask_of(entries: Iterable[Entry], documents: int) -> Mask:
    """Return for each document whether it has any of the terms."""
    bits = None
    listed = []
    for entry in entries:
        if entry.bitmap is None:
            listed.append(entry.docs)
        else:
            bits = entry.bitmap if bits is None else bits | entry.bitmap
    mask = np.zeros(documents, np.bool_) if bits is None else as_mask(bits, documents)
    for docs in listed:
        mask[docs] = True
    return mask


def restriction(part: Part, filters: Collection[Tree]) -> Array | None:
    """Return the documents that match all filters, in rising order; None where there are none."""
    within = None
    if len(filters) > 1:
        filters = sorted(filters, key=lambda tree: estimate(tree, part))
    for tree in filters:
        within = docs_of(tree, part, within)
    return within


def is_few(within: Array, tree: Tree, part: Part) -> bool:
    """Say whether it is quicker to look up each of some documents than all that match."""
    return within.size < FEW_SHARE * estimate(tree, part)


def allowed(part: Part, within: Array | None) -> Mask:
    """Return for each document whether it is among some, and not deleted."""
    mask = np.zeros(part.documents, np.bool_)
    mask[slice(None) if within is None else within] = True
    return mask if part.live is None else mask & part.live


def estimate(tree: Tree, part: Part) -> int:
    """Return about how many documents match; it is exact for a term."""
    if isinstance(tree, whoosh_query.Term):
        entry = part.entry(tree.fieldname, tree.text)
        return 0 if entry is None else entry.frequency
    if isinstance(tree, whoosh_query.Phrase):
        terms = [whoosh_query.Term(tree.fieldname, word) for word in tree.words]
        return min((estimate(term, part) for term in terms), default=0)
    if isinstance(tree, CONJUNCTIONS):
        return min((estimate(child, part) for child in tree.children()), default=0)
    if isinstance(tree, Near):
        return estimate(tree.child, part)
    if isinstance(tree, whoosh_query.Or):
        return min(sum(estimate(child, part) for child in tree.children()), part.documents)
    return part.documents


def _term(tree: whoosh_query.Term, part: Part, within: Array | None) -> Matches:
    entry = part.entry(tree.fieldname, tree.text)
    if entry is None:
        return Matches.none()
    if within is None:
        docs = entry.docs
        return Matches(docs, entry.score(docs, entry.counts, tree.boost))
    kept, postings = entry.find(within)
    docs = within.take(kept)
    return Matches(docs, entry.score(docs, entry.counts.take(postings), tree.boost))


def _and(tree: whoosh_query.And, part: Part, within: Array | None) -> Matches:
    """Narrow down from the rarest clause on; terms are looked up together."""
    terms = [child for child in tree.subqueries if type(child) is whoosh_query.Term]
    if terms and len(terms) == len(tree.subqueries):
        return _all_terms(terms, part, within).boosted(tree.boost)
    children = sorted(tree.children(), key=lambda child: estimate(child, part))
    terms = [child for child in children if type(child) is whoosh_query.Term]
    excluded = [child.query for child in children if type(child) is whoosh_query.Not]
    others = [
        child for child in children if type(child) not in (whoosh_query.Term, whoosh_query.Not)
    ]
    clauses = [partial(match, child, part) for child in others]
    if terms:
        first = not others or estimate(terms[0], part) <= estimate(others[0], part)
        clauses.insert(0 if first else 1, partial(_all_terms, terms, part))
    if not clauses:
        clauses.append(partial(match, whoosh_query.Every(boost=0.0), part))
    matches = clauses[0](within)
    for clause in clauses[1:]:
        other = clause(matches.docs)
        kept = has(other.docs, matches.docs)
        matches = Matches(other.docs, matches.scores[kept] + other.scores)
    for child in excluded:
        # Whoosh gives a document 1 for each clause of a conjunction that it must not match.
        kept = ~has(docs_of(child, part, matches.docs), matches.docs)
        matches = Matches(matches.docs[kept], matches.scores[kept] + 1.0)
    return matches.boosted(tree.boost) if children else Matches.none()


def _all_terms(terms: Sequence[whoosh_query.Term], part: Part, within: Array | None) -> Matches:
    """Return the documents that have all terms, and the sum of their scores."""
    entries = known(terms, part)
    if len(entries) < len(terms):
        return Matches.none()
    docs, postings = meet(entries, within)
    counts = _counts_at(entries, postings)
    return Matches(docs, joint_scores(entries, [term.boost for term in terms], docs, counts))


def _counts_at(entries: Iterable[Entry], postings: Iterable[Array]) -> list[Array]:
    """Return how often each term is in some documents that have all."""
    return [entry.counts.take(own) for entry, own in zip(entries, postings, strict=True)]


def _or(tree: whoosh_query.Or, part: Part, within: Array | None) -> Matches:
    if tree.scale:
        return _by_whoosh(tree, part, within)
    terms = [child for child in tree.subqueries if type(child) is whoosh_query.Term]
    if within is not None and len(terms) == len(tree.subqueries):
        return _any_term(terms, part, within).boosted(tree.boost)
    found = [match(child, part, within) for child in tree.subqueries]
    return add_up(found, part.documents).boosted(tree.boost)


def _any_term(terms: Sequence[whoosh_query.Term], part: Part, within: Array) -> Matches:
    """Return the documents that have any of some terms, and the sum of their scores."""
    present = [(part.entry(term.fieldname, term.text), term.boost) for term in terms]
    known = [(entry, boost) for entry, boost in present if entry is not None]
    if not known:
        return Matches.none()
    entries, boosts = zip(*known, strict=True)
    counts = np.zeros((len(entries), within.size))
    for entry, row in zip(entries, counts, strict=True):
        kept, postings = entry.find(within)
        row[kept] = entry.counts.take(postings)
    found = np.flatnonzero(counts.any(axis=0))
    docs = within.take(found)
    return Matches(docs, joint_scores(entries, boosts, docs, counts.take(found, axis=1)))


def _not(tree: whoosh_query.Not, part: Part, within: Array | None) -> Matches:
    docs = _all(part, within)
    return Matches.alike(docs[~has(docs_of(tree.query, part, within), docs)], 1.0)


def _and_not(tree: whoosh_query.AndNot, part: Part, within: Array | None) -> Matches:
    matches = match(tree.a, part, within)
    return matches.where(~has(docs_of(tree.b, part, matches.docs), matches.docs))


def _require(tree: whoosh_query.Require, part: Part, within: Array | None) -> Matches:
    matches = match(tree.a, part, within)
    return matches.where(has(docs_of(tree.b, part, matches.docs), matches.docs))


def _and_maybe(tree: whoosh_query.AndMaybe, part: Part, within: Array | None) -> Matches:
    matches = match(tree.a, part, within)
    return add_up([matches, match(tree.b, part, matches.docs)], part.documents)


def _phrase(tree: whoosh_query.Phrase, part: Part, within: Array | None) -> Matches:
    entries = [part.entry(tree.fieldname, word) for word in tree.words]
    present = [entry for entry in entries if entry is not None]
    if not present or len(present) < len(entries):
        return Matches.none()
    field = present[0].field
    if not field.has_positions:
        return _by_whoosh(tree, part, within)
    docs, postings = meet(present, within)
    if not docs.size:
        return Matches.none()
    counts = _counts_at(present, postings)
    kept = in_a_row(present, postings, counts, tree.slop)
    docs, counts = docs.take(kept), [own.take(kept) for own in counts]
    return Matches(docs, joint_scores(present, [tree.boost] * len(present), docs, counts))


def _every(tree: whoosh_query.Every, part: Part, within: Array | None) -> Matches:
    docs = _all(part, within)
    if tree.fieldname is not None:
        field = part.field(tree.fieldname)
        if field is None:
            return Matches.none()
        has = np.zeros(part.documents, np.bool_)
        has[field.docs_between(0, len(field))] = True
        docs = docs[pick(has, docs)]
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


def _pattern(tree: Any, part: Part, within: Array | None) -> Matches:
    if is_every(tree):
        return _every(whoosh_query.Every(tree.fieldname, tree.boost), part, within)
    listed, frequent = expansions(tree, part)
    found = [listed]
    for entry in frequent:
        docs = entry.docs
        found.append(Matches(docs, entry.score(docs, entry.counts)))
    matches = add_up(found, part.documents).boosted(tree.boost)
    return matches if within is None else matches.where(has(within, matches.docs))


def _constant(tree: whoosh_query.ConstantScoreQuery, part: Part, within: Array | None) -> Matches:
    return Matches.alike(docs_of(tree.child, part, within), tree.score)


def _near(tree: Near, part: Part, within: Array | None) -> Matches:
    matches = match(tree.child, part, within)
    passes = [
        tree.passes((part.offset, doc), partial(part.segment.stored, doc))
        for doc in matches.docs.tolist()
    ]
    return matches.where(np.array(passes, np.bool_))


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
    return matches if within is None else matches.where(has(within, matches.docs))


def _all(part: Part, within: Array | None) -> Array:
    return np.arange(part.documents) if within is None else within


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
    **dict.fromkeys(PATTERNS, _pattern),
    whoosh_query.ConstantScoreQuery: _constant,
    type(whoosh_query.NullQuery): _null,
    Near: _near,
}
