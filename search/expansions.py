"""Patterns: the terms of a field that one clause of a query stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query import Query as Tree

from index.store.bm25 import BM25_K1, saturation
from index.store.segment import Field, pick
from index.store.terms import decode
from search.collection import Part
from search.entries import Entry
from search.matches import Matches, sum_of

if TYPE_CHECKING:
    from index.store.segment import Array

# The trees that stand for several terms.
PATTERNS = (
    *(whoosh_query.Prefix, whoosh_query.Wildcard, whoosh_query.Regex, whoosh_query.TermRange),
    *(whoosh_query.FuzzyTerm, whoosh_query.Variations),
)


def is_every(tree: Tree) -> bool:
    """Say whether a pattern is one that every term is of."""
    return (type(tree) is whoosh_query.Prefix and not tree.text) or (
        type(tree) is whoosh_query.Wildcard and tree.text == "*"
    )


def expansions(tree: Any, part: Part) -> tuple[Matches, list[Entry]]:
    """Return the documents that have any listed term of a pattern; and its other terms.

    A score is the sum of those of the terms that a document has.
    """
    field = part.field(tree.fieldname)
    numbers = _numbers(tree, part, field) if field is not None else ()
    if field is not None and numbers and not field.terms[numbers[0]]:
        numbers = numbers[1:]  # Whoosh does not look for the term of no letter
    if field is None or not numbers:
        return Matches.none(), []
    if isinstance(numbers, range):
        dense = [field.dense_term(rank) for rank in field.dense_within(numbers[0], numbers[-1] + 1)]
        edges = [numbers.start - 1, *dense, numbers.stop]
        stretches = [(last + 1, first) for last, first in pairwise(edges) if last + 1 < first]
    else:
        dense = [number for number in numbers if field.dense_rank(number) is not None]
        stretches = [(number, number + 1) for number in numbers if number not in dense]
    frequent = [part.entry_of(tree.fieldname, number) for number in dense]
    if not stretches:
        return Matches.none(), frequent
    found = [_postings(part, tree.fieldname, field, *stretch) for stretch in stretches]
    docs, scores = (np.concatenate(column) for column in zip(*found, strict=True))
    return sum_of(docs, scores, part.documents), frequent


def _postings(part: Part, name: str, field: Field, first: int, last: int) -> tuple[Array, Array]:
    """Return the documents of the terms [first, last), term after term, and what each adds."""
    docs, counts = field.docs_between(first, last), field.counts_between(first, last)
    norms = part.norms(name)
    if norms is None:
        return docs, counts.astype(np.float64)
    weights = part.collection.idfs(name, field, first, last) * (BM25_K1 + 1)
    scores = saturation(counts, pick(norms, docs))
    scores *= weights.repeat(field.frequencies(first, last))
    return docs, scores


def _numbers(tree: Any, part: Part, field: Field) -> Sequence[int]:
    """Return the numbers of a pattern's terms in rising order."""
    if type(tree) is whoosh_query.Prefix:
        prefix = part.collection.term(tree.fieldname, tree.text)
        return () if prefix is None else field.terms.with_prefix(prefix)
    if type(tree) is whoosh_query.Wildcard:
        literal = re.split(r"[*?\[]", tree.text, maxsplit=1)[0]
        prefix = part.collection.term(tree.fieldname, literal)
        fits = re.compile(translate(tree.text)).match
        numbers = () if prefix is None else field.terms.with_prefix(prefix)
        return [number for number in numbers if fits(decode(field.terms[number]))]
    texts = [
        part.collection.term(tree.fieldname, text) or b""
        for text in tree._btexts(part.searcher.reader())
    ]
    found = {field.terms.find(text) for text in texts} - {None}
    return sorted(number for number in found if number is not None)
