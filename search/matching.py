"""A query tree over one segment: the documents that match, and their scores, as arrays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from functools import partial
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.segment import WORD_BITS, Field, as_mask, pick
from index.store.terms import decode
from search.collection import Array, Mask, Part
from search.matches import Matches, add_up, has, score, sum_of
from search.near import Near
from search.positions import in_a_row

# Terms of a segment whose numbers are kept from one look-up to the next.
REMEMBERED_TERMS = 4096

# The documents that a filter leaves are looked up one by one where they are fewer than this
# share of those that the query matches.
FEW_SHARE = 1 / 4


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
        found = term_number(tree, part)
        if found is None:
            return np.empty(0, np.int64)
        field, number = found
        return field.docs(number) if within is None else within[field.find(number, within)[0]]
    if type(tree) is whoosh_query.Or and within is None:
        terms = [child for child in tree.children() if type(child) is whoosh_query.Term]
        found_terms = [found for term in terms if (found := term_number(term, part))]
        mask = mask_of(found_terms, part.documents)
        for child in tree.children():
            if type(child) is not whoosh_query.Term:
                mask[docs_of(child, part)] = True
        return np.flatnonzero(mask)
    return match(tree, part, within).docs


def mask_of(terms: Iterable[tuple[Field, int]], documents: int) -> Mask:
    """Return for each document whether it has any of the terms."""
    bits = np.zeros(-(-documents // WORD_BITS), np.uint64)
    listed = []
    for field, number in terms:
        rank = field.dense_rank(number)
        if rank is None:
            listed.append(field.docs(number))
        else:
            bits |= field.bitmap(rank)
    mask = as_mask(bits, documents)
    for docs in listed:
        mask[docs] = True
    return mask


def restriction(part: Part, filters: Iterable[Tree]) -> Array | None:
    """Return the documents that match all filters, in rising order; None where there are none."""
    within = None
    for tree in sorted(filters, key=lambda tree: estimate(tree, part)):
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
        found = term_number(tree, part)
        return found[0].frequency(found[1]) if found else 0
    if isinstance(tree, whoosh_query.Phrase):
        terms = [whoosh_query.Term(tree.fieldname, word) for word in tree.words]
        return min((estimate(term, part) for term in terms), default=0)
    if isinstance(tree, whoosh_query.And | whoosh_query.Require):
        return min((estimate(child, part) for child in tree.children()), default=0)
    if isinstance(tree, Near):
        return estimate(tree.child, part)
    if isinstance(tree, whoosh_query.Or):
        return min(sum(estimate(child, part) for child in tree.children()), part.documents)
    return part.documents


def term_number(tree: whoosh_query.Term, part: Part) -> tuple[Field, int] | None:
    """Return the postings of the term's field and its number there; None where it has none."""
    key = (tree.fieldname, tree.text)
    try:
        return part.terms[key]
    except KeyError:
        pass
    field = part.field(tree.fieldname)
    text = term_bytes(tree.fieldname, tree.text, part)
    number = None if field is None or text is None else field.terms.find(text)
    found = None if field is None or number is None else (field, number)
    if len(part.terms) >= REMEMBERED_TERMS:
        part.terms.clear()
    part.terms[key] = found
    return found


def term_bytes(fieldname: str, text: Any, part: Part) -> bytes | None:
    """Return a term as the index keeps it; None where it cannot be in the field."""
    if fieldname not in part.collection.schema:
        return None
    try:
        return bytes(part.collection.schema[fieldname].to_bytes(text))
    except ValueError:
        return None


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
    """Narrow down from the rarest clause on; terms are looked up together."""
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
    found = [term_number(term, part) for term in terms]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return Matches.none()
    docs, postings = _together(known, within)
    scores = np.zeros(docs.size)
    for term, (field, number), own in zip(terms, known, postings, strict=True):
        idf = part.collection.idf(term.fieldname, field.terms[number])
        scores += score(part, term.fieldname, docs, field.counts_at(own), idf) * term.boost
    return Matches(docs, scores)


def _together(
    terms: Sequence[tuple[Field, int]], within: Array | None
) -> tuple[Array, list[Array]]:
    """Return the documents that have all terms, and the posting numbers of each term in them."""
    postings: dict[int, Array] = {}
    docs = within
    for place in sorted(
        range(len(terms)), key=lambda place: terms[place][0].frequency(terms[place][1])
    ):
        field, number = terms[place]
        if docs is None:
            docs = field.docs(number)
            postings[place] = field.start(number) + np.arange(docs.size)
            continue
        has, own = field.find(number, docs)
        docs = docs[has]
        postings = {other: numbers[has] for other, numbers in postings.items()}
        postings[place] = own
    assert docs is not None
    return docs, [postings[place] for place in range(len(terms))]


def _or(tree: whoosh_query.Or, part: Part, within: Array | None) -> Matches:
    if tree.scale:
        return _by_whoosh(tree, part, within)
    found = [match(child, part, within) for child in tree.children()]
    return add_up(found, part.documents).boosted(tree.boost)


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
    terms = [whoosh_query.Term(tree.fieldname, word) for word in tree.words]
    found = [term_number(term, part) for term in terms]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return Matches.none()
    field = known[0][0]
    if not field.has_positions:
        return _by_whoosh(tree, part, within)
    docs, postings = _together(known, within)
    if not docs.size:
        return Matches.none()
    numbers = [number for _, number in known]
    kept = in_a_row(field, numbers, postings, tree.slop)
    docs = docs[kept]
    scores = np.zeros(docs.size)
    for number, own in zip(numbers, postings, strict=True):
        idf = part.collection.idf(tree.fieldname, field.terms[number])
        scores += score(part, tree.fieldname, docs, field.counts_at(own[kept]), idf)
    return Matches(docs, scores).boosted(tree.boost)


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
        kept = has(within, docs)
        docs, scores = docs[kept], scores[kept]
    return sum_of(docs, scores, part.documents).boosted(tree.boost)


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
    whoosh_query.Prefix: _prefix,
    whoosh_query.Wildcard: _wildcard,
    whoosh_query.Regex: _multi_term,
    whoosh_query.TermRange: _multi_term,
    whoosh_query.FuzzyTerm: _multi_term,
    whoosh_query.Variations: _multi_term,
    whoosh_query.ConstantScoreQuery: _constant,
    type(whoosh_query.NullQuery): _null,
    Near: _near,
}
