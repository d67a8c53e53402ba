"""The sentences that say most about somebody."""

from __future__ import annotations

import datetime
import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.records import Document, Entity
from index.store.analysis import terms
from search.snippets import SENTENCE_END

# A quotation shorter than this says too little, one longer says it too slowly (characters);
# such are taken only where there are no others.
QUOTE_WIDTHS = (50, 400)
# How much a quotation loses for what better ones have said already (maximal marginal relevance,
# Carbonell and Goldstein 1998).
REPETITION_WEIGHT = 0.7
# Sentences with the name that are weighed against one another; the first of the newest pages.
SENTENCES_WEIGHED = 2000


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence about the one who is asked for, and where it stands."""

    text: str
    highlights: tuple[tuple[int, int], ...]
    id: str
    title: str
    path: str
    published: datetime.date | None


@dataclass(frozen=True, slots=True)
class _Sentence:
    quote: Quote
    terms: frozenset[str]


def choose_quotes(
    named: Sequence[tuple[Document, Entity]], rarity: Callable[[str], float], count: int
) -> tuple[Quote, ...]:
    """Return the `count` sentences that say most about entities of documents, without repetition.

    A sentence is worth the mean weight of its terms, where a term weighs the share of all
    sentences that have it times its rarity in the index (the centroid of Radev et al. 2004).
    """
    found = [s for document, entity in named for s in _sentences(document, entity)]
    low, high = QUOTE_WIDTHS
    fitting = [sentence for sentence in found if low <= len(sentence.quote.text) <= high]
    sentences = (fitting or found)[:SENTENCES_WEIGHED]
    frequency = Counter(term for sentence in sentences for term in sentence.terms)
    weights = {term: math.log1p(number) * rarity(term) for term, number in frequency.items()}
    chosen: list[_Sentence] = []
    told: set[str] = set()
    rest = set(range(len(sentences)))
    while rest and len(chosen) < count:
        best = max(rest, key=lambda number: (_worth(sentences[number], weights, told), -number))
        rest.remove(best)
        chosen.append(sentences[best])
        told |= sentences[best].terms
    return tuple(sentence.quote for sentence in chosen)


def _worth(sentence: _Sentence, weights: Mapping[str, float], told: set[str]) -> float:
    if not sentence.terms:
        return 0.0
    total = sum(
        weights[term] * (1 - REPETITION_WEIGHT if term in told else 1.0) for term in sentence.terms
    )
    return total / math.sqrt(len(sentence.terms))


def _sentences(document: Document, entity: Entity) -> Iterator[_Sentence]:
    """Yield the sentences of a document that mention an entity."""
    text = document.article.text
    bounds = _bounds(text)
    by_sentence: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for mention in entity.mentions:
        if mention.field == "text":
            start, end = bounds[bisect_right(bounds, (mention.start, len(text))) - 1]
            by_sentence[start, end].append((mention.start - start, mention.end - start))
    for (start, end), highlights in by_sentence.items():
        said = text[start:end].rstrip()
        quote = Quote(
            text=said,
            highlights=tuple(highlights),
            id=document.id,
            title=document.article.title,
            path=document.path,
            published=document.article.published,
        )
        yield _Sentence(quote, frozenset(term.text for term in terms(said)))


def _bounds(text: str) -> list[tuple[int, int]]:
    """Return the `[start, end)` characters of the sentences of a text."""
    gaps = [match.span() for match in SENTENCE_END.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    return list(zip(starts, [*(start for start, _ in gaps), len(text)], strict=True))
