"""The best documents of "any of these words", without scoring those that cannot be among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.segment import BLOCK_BITS, BLOCK_DOCUMENTS, BLOCK_WORDS, pick
from search.collection import Part
from search.entries import Entry
from search.expansions import PATTERNS, expansions, is_every
from search.matches import Matches
from search.matching import FEW_SHARE, allowed, is_few, mask_of

if TYPE_CHECKING:
    from index.store.segment import Array, Mask

# Sums of the same numbers in another order differ by far less than this, relatively.
ROUNDING = 1e-9

# Looking for the best of so many stretches is much quicker than for the best of all, where the
# stretches have at least so many documents.
BLOCKS = 128
SHORT_BLOCK = 16

# Of so many dense terms all combinations are looked at; of more, all are taken to be there.
COMBINED = 6


class _Clause(NamedTuple):
    """A term of the query in one segment; `bound` is the most that it adds to any score."""

    entry: Entry
    boost: float
    bound: float


def best_of_terms(
    tree: Tree, part: Part, within: Array | None, limit: int
) -> tuple[Matches, int] | None:
    """Return documents among which are the `limit` best, with their scores; and how many match.

    Returns None where the tree is not a term, any of some terms, or a pattern, in fields ranked
    by BM25; or where the documents `within` are so few that it does not pay.
    """
    if within is not None and type(tree) not in PATTERNS and is_few(within, tree, part):
        return None
    found = _clauses(tree, part) if limit else None
    if found is None:
        return None
    first, clauses = found
    if within is not None and type(tree) in PATTERNS:
        total = sum(clause.entry.frequency for clause in clauses) + first.docs.size
        if within.size < FEW_SHARE * min(total, part.documents):
            return None
    mask = None if within is None and part.live is None else allowed(part, within)
    if mask is not None:
        first = first.where(pick(mask, first.docs))
    if not clauses:
        return first, first.docs.size
    listed = [clause for clause in clauses if clause.entry.bitmap is None]
    dense = [clause for clause in clauses if clause.entry.bitmap is not None]
    if first.docs.size or len(listed) + len(dense[:1]) > 1:
        best = _max_score(first, listed, dense, part, mask, limit)
    elif listed:
        docs, scores = _postings(listed[0], mask)
        return Matches(docs, scores), docs.size
    else:
        best = _of_dense(dense, mask, None, 0.0, limit)
    return best, _count(first, listed, dense, part, mask)


def _max_score(
    first: Matches,
    listed: Sequence[_Clause],
    dense: Sequence[_Clause],
    part: Part,
    mask: Mask | None,
    limit: int,
) -> Matches:
    """Return the best documents, and some others, with their scores.

    `first` are documents found by other terms. The documents of listed terms are scored a term at
    a time, as in MaxScore (Turtle and Flood 1995): once the `limit`-th best score so far is above
    what the terms left can add up to, only documents found already can be among the best, or those
    that have enough of the dense terms.
    """
    threshold = limit_best(first.scores, limit)
    left = sum(clause.bound for clause in (*listed, *dense))
    place = 0
    sums = part.sums
    sums[first.docs] = first.scores
    found = [first.docs]
    try:
        while place < len(listed) and left >= _surely(threshold):
            docs, scores = _postings(listed[place], mask)
            known = sums.take(docs)
            found.append(docs[known == 0])
            scores += known
            sums[docs] = scores
            threshold = max(threshold, limit_best(scores, limit))
            left -= listed[place].bound
            place += 1
        # The documents found, if what is left can still bring them to the threshold.
        least = _surely(threshold) - left
        hopeful = [own.take((sums.take(own) >= least).nonzero()[0]) for own in found]
        docs = np.concatenate(hopeful)
        docs.sort()
        best = Matches(docs, sums.take(docs))
        best, threshold = _completed(best, [*listed[place:], *dense], threshold, limit)
        others = _of_dense(dense, mask, sums, threshold, limit)
    finally:
        for own in found:
            sums[own] = 0
    if not others.docs.size:
        return best
    docs = np.concatenate((best.docs, others.docs))
    order = docs.argsort()
    scores = np.concatenate((best.scores, others.scores))
    return Matches(docs.take(order), scores.take(order))


def _of_dense(
    dense: Sequence[_Clause],
    mask: Mask | None,
    known: Array | None,
    threshold: float,
    limit: int,
) -> Matches:
    """Return the best documents of dense terms, and some others, that are not `known` already."""
    if not dense:
        return Matches.none()
    if not threshold:
        threshold = _reached(dense, mask, limit)
    least = _surely(threshold)
    if sum(clause.bound for clause in dense) < least:
        return Matches.none()
    docs = _with_enough(dense, least)
    if mask is not None:
        docs = docs[pick(mask, docs)]
    if known is not None:
        docs = docs[known.take(docs) == 0]
    if len(dense) == 1:
        return Matches(docs, dense[0].entry.scores_in(docs, dense[0].boost))
    return _completed(Matches(docs, np.zeros(docs.size)), dense, threshold, limit)[0]


def _reached(dense: Sequence[_Clause], mask: Mask | None, limit: int) -> float:
    """Return a score that at least `limit` documents reach; 0 where none is known."""
    if len(dense) == 1 and mask is None:
        return dense[0].boost * limit_best(dense[0].entry.block_reached, limit)
    docs = _likely(dense, limit)
    if mask is not None:
        docs = docs[pick(mask, docs)]
    return _completed(Matches(docs, np.zeros(docs.size)), dense, 0.0, limit)[1]


def _completed(
    matches: Matches, clauses: Sequence[_Clause], threshold: float, limit: int
) -> tuple[Matches, float]:
    """Add what clauses are worth to documents, as long as these can reach the threshold.

    Return those that do, and the threshold, which may be higher now.
    """
    docs, scores = matches.docs, matches.scores
    left = sum(clause.bound for clause in clauses)
    for clause in clauses:
        having, postings = clause.entry.find(docs)
        counts = clause.entry.counts.take(postings)
        scores[having] += clause.entry.score(docs.take(having), counts, clause.boost)
        left -= clause.bound
        threshold = max(threshold, limit_best(scores, limit))
        kept = (scores >= _surely(threshold) - left).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
    return Matches(docs, scores), threshold


def _likely(dense: Sequence[_Clause], limit: int) -> Array:
    """Return some documents with the most of the terms that add most."""
    tops = _tops(dense)
    blocks = np.sort(tops.argsort()[-limit:])
    for last in range(len(dense), 0, -1):
        rows = [_rows(clause, blocks) for clause in dense[:last]]
        docs = _members(blocks, np.bitwise_and.reduce(rows))
        if docs.size >= limit:
            break
    return docs


def _with_enough(dense: Sequence[_Clause], least: float) -> Array:
    """Return the documents whose dense terms can add up to a score of `least`."""
    blocks = (_tops(dense) >= least).nonzero()[0]
    chosen, others = dense[:COMBINED], dense[COMBINED:]
    least -= sum(clause.bound for clause in others)
    if least <= 0:
        return _members(blocks, np.bitwise_or.reduce([_rows(clause, blocks) for clause in dense]))
    rows = [_rows(clause, blocks) for clause in chosen]
    return _members(blocks, _enough(rows, [clause.bound for clause in chosen], least))


def _enough(rows: Sequence[Array], bounds: Sequence[float], least: float) -> Array:
    """Return the bits that are set in rows whose bounds add up to `least`."""
    row, bound = rows[0], bounds[0]
    if len(rows) == 1:
        return row
    without = _enough(rows[1:], bounds[1:], least) if sum(bounds[1:]) >= least else None
    if bound < least:
        row = row & _enough(rows[1:], bounds[1:], least - bound)
    return row if without is None else row | without


def _tops(dense: Sequence[_Clause]) -> Array:
    """Return the most that dense terms add up to in any document of each block."""
    tops: Array = dense[0].entry.block_bounds * dense[0].boost
    for clause in dense[1:]:
        tops += clause.entry.block_bounds * clause.boost
    return tops


def _rows(clause: _Clause, blocks: Array) -> Array:
    """Return the bits of some blocks of documents: a row for each."""
    assert clause.entry.bitmap is not None
    return clause.entry.bitmap.reshape(-1, BLOCK_WORDS).take(blocks, axis=0)


def _members(blocks: Array, rows: Array) -> Array:
    """Return the documents whose bits are set in the rows of some blocks."""
    bits = np.unpackbits(rows.view(np.uint8), bitorder="little").view(np.bool_)
    places = np.flatnonzero(bits)
    return (blocks.take(places >> BLOCK_BITS) << BLOCK_BITS) + (places & (BLOCK_DOCUMENTS - 1))


def _clauses(tree: Any, part: Part) -> tuple[Matches, list[_Clause]] | None:
    """Return documents whose scores are known already; and the terms that add to them.

    Those that can add most come first.
    """
    if type(tree) in PATTERNS and not is_every(tree) and tree.boost > 0:
        found, entries = expansions(tree, part)
        clauses = [_Clause(entry, tree.boost, entry.bound * tree.boost) for entry in entries]
        known = found.boosted(tree.boost)
    else:
        is_any = type(tree) is whoosh_query.Or and not tree.scale
        boost = tree.boost if is_any else 1.0
        known, clauses = Matches.none(), []
        for child in tree.subqueries if is_any else [tree]:
            if type(child) is not whoosh_query.Term or child.boost * boost <= 0:
                return None
            entry = part.entry(child.fieldname, child.text)
            if entry is not None:
                weight = child.boost * boost
                clauses.append(_Clause(entry, weight, entry.bound * weight))
    for clause in clauses:
        if not clause.entry.scorable:
            return None
    if len(clauses) > 1:
        clauses.sort(key=lambda clause: -clause.bound)
    return known, clauses


def _postings(clause: _Clause, mask: Mask | None) -> tuple[Array, Array]:
    """Return the documents that have a term, and what it adds to their scores."""
    docs, counts = clause.entry.docs, clause.entry.counts
    if mask is not None:
        kept = pick(mask, docs)
        docs, counts = docs[kept], counts[kept]
    return docs, clause.entry.score(docs, counts, clause.boost)


def _surely(threshold: float) -> float:
    """Return what a score is below only if it is below the threshold, however it was rounded."""
    return threshold * (1 - ROUNDING)


def limit_best(scores: Array, limit: int) -> float:
    """Return a score that at least `limit` documents reach, and few more; 0 if there are fewer.

    Of many scores, it is the `limit`-th best of the best ones of BLOCKS stretches.
    """
    if scores.size < limit or not limit:
        return 0.0 if limit else np.inf
    if scores.size > BLOCKS * SHORT_BLOCK and limit <= BLOCKS // 2:
        length = scores.size // BLOCKS
        scores = scores[: BLOCKS * length].reshape(BLOCKS, length).max(axis=1)
    else:
        scores = scores.copy()
    place = scores.size - limit
    scores.partition(place)
    return float(scores[place])


def _count(
    first: Matches,
    listed: Sequence[_Clause],
    dense: Sequence[_Clause],
    part: Part,
    mask: Mask | None,
) -> int:
    """Return how many documents have any of the terms, or are among the first."""
    if mask is None and not listed and not first.docs.size:
        if len(dense) == 1:
            return dense[0].entry.frequency
        bitmaps = [bits for clause in dense if (bits := clause.entry.bitmap) is not None]
        return int(np.bitwise_count(np.bitwise_or.reduce(bitmaps)).sum())
    seen = mask_of((clause.entry for clause in (*dense, *listed)), part.documents)
    seen[first.docs] = True
    if mask is not None:
        seen &= mask
    return int(np.count_nonzero(seen))
