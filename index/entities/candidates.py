"""What a document says about a name that may be a company's, and how likely it makes it one."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from index.entities.companies import Listed, ends_as_companies_do, has_context, has_legal_form
from index.entities.lexicon import Lexicon, company_key, strip_legal_form
from index.entities.people import INSTITUTIONS, PersonMention, complete, is_plausible, trim
from index.entities.spans import Span
from index.entities.weights import COMPANY_WEIGHTS

_SHORT_ACRONYM = 4
_WORTH_A_LOOK = 0.1
"""A span is a candidate from this probability of a company on."""
_LISTED_EVIDENCE, _USUAL_EVIDENCE = 0.5, 0.3
"""What a place in the list adds, and what a document without other names is taken to say."""
_PERSON = 0.5
"""A span is taken for a person's name from this probability on."""


@dataclass(slots=True)
class Candidate:
    """One name of a document under its key, with everything that speaks for a company.

    `spans` are the places `[start, end)`, and `scores` the tagger's probabilities there.
    `company_word` tells whether the last word of several is one of companies' names (Labs), and
    `company_around` is how much speaks for companies in the names beside it: they come together.
    """

    key: str
    spellings: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    person_scores: list[float] = field(default_factory=list)
    listed: bool = False
    doubtful: bool = False
    contexts: int = 0
    legal_form: bool = False
    company_word: bool = False
    company_around: float = 0.0

    @property
    def mean(self) -> float:
        """Return the mean of the tagger's probabilities."""
        return sum(self.scores) / len(self.scores)

    @property
    def evidence(self) -> float:
        """Return what the name itself says of a company, by tagger and list."""
        return self.mean + _LISTED_EVIDENCE * self.listed

    def features(self, lexicon: Lexicon, small: frozenset[str]) -> list[float]:
        """Return the numbers that the weights are for; `small` are the words written small."""
        count = len(self.scores)
        words = self.spellings[0].split()
        common = [word.lower() in lexicon.common_words for word in words]
        return [
            1.0,
            max(self.scores),
            self.mean,
            min(sum(self.scores), 4.0) / 4,
            max(self.person_scores),
            float(self.listed),
            float(self.listed and len(words) > 1),
            float(self.doubtful and not self.listed),
            self.contexts / count,
            float(self.contexts > 0),
            float(self.legal_form),
            float(all(common)),
            float(len(words) == 1),
            float(len(words) == 1 and words[0].isupper() and len(words[0]) <= _SHORT_ACRONYM),
            float(len(words) == 1 and words[0].lower() in small),
            min(math.log2(count), 4.0) / 4,
            self.company_around,
            float(self.company_word),
        ]

    def probability(self, lexicon: Lexicon, small: frozenset[str]) -> float:
        """Return how likely the name is a company's (0-1), by logistic regression."""
        total = sum(
            weight * feature
            for weight, feature in zip(COMPANY_WEIGHTS, self.features(lexicon, small), strict=True)
        )
        return 1 / (1 + math.exp(-total))


def collect(
    words: Sequence[str],
    spans: Sequence[Span],
    listed: Sequence[Listed],
    lexicon: Lexicon,
    *,
    doubt: float = 0.0,
) -> tuple[list[PersonMention], list[Candidate]]:
    """Sort what the tagger and the list propose into mentions of people and candidates.

    A listed name wins over a span within it; a longer span wins over a listed name in its middle
    (Henry Ford), but a product's name still mentions the company that it begins with. People
    of whom the tagger is less sure than `doubt` need a known name.
    """
    candidates: dict[str, Candidate] = {}
    spans = complete(words, spans, lexicon)
    at = {index: span for span in spans for index in range(span.start, span.end)}
    used: set[int] = set()
    for match in listed:
        span = next((at[i] for i in range(match.start, match.end) if i in at), None)
        if span is not None and _yields(words, match, span, lexicon):
            continue
        if span is not None:
            used.add(span.start)
        company = 0.0 if span is None else span.company
        person = 0.0 if span is None else span.person
        candidate = _add(candidates, words, (match.start, match.end), (company, person), lexicon)
        candidate.listed |= not match.doubtful
        candidate.doubtful |= match.doubtful
    persons: list[PersonMention] = []
    for span in spans:
        if span.start in used:
            continue
        if span.kind == "person" and span.person >= _PERSON:
            start, end = trim(words, span.start, span.end, lexicon)
            if start < end and is_plausible(words[start:end], lexicon, strict=span.person < doubt):
                persons.append(PersonMention(start, end, tuple(words[start:end]), span.person))
        elif span.company >= _WORTH_A_LOOK:
            start, end = _trim(words, span.start, span.end)
            if _can_be_a_company(words, start, end, lexicon):
                _add(candidates, words, (start, end), (span.company, span.person), lexicon)
    _tell_of_each_other(candidates.values())
    return persons, list(candidates.values())


def _tell_of_each_other(candidates: Collection[Candidate]) -> None:
    total = sum(candidate.evidence for candidate in candidates)
    for candidate in candidates:
        candidate.company_around = (total - candidate.evidence + _USUAL_EVIDENCE) / len(candidates)


def _trim(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return `[start, end)` without an article before a company's name and marks around it."""
    while start < end and (words[start].lower() == "the" or not words[start][0].isalnum()):
        start += 1
    while end > start and (words[end - 1] in ("'s", "’s") or not words[end - 1][0].isalnum()):
        end -= 1
    return start, end


def _can_be_a_company(words: Sequence[str], start: int, end: int, lexicon: Lexicon) -> bool:
    """Tell whether an unlisted span may be a company: no known other thing, no torn-off word."""
    name = words[start:end]
    if not any(word[0].isupper() or word[0].isdigit() for word in name):
        return False
    if name[-1] in ("Jr", "Jr.", "Sr", "Sr.") or join(name) in lexicon.not_companies:
        return False
    if len(name) > 1:
        return True
    head, hyphen, tail = name[0].rpartition("-")
    if hyphen and head and tail.islower():  # AI-driven, Vienna-based
        return False
    neighbours = (words[start - 1] if start else "", words[end] if end < len(words) else "")
    torn = any(word[:1].isupper() for word in neighbours)
    return not (torn and name[0].lower() in lexicon.common_words)


def _yields(words: Sequence[str], match: Listed, span: Span, lexicon: Lexicon) -> bool:
    """Tell whether the tagger's span is to be taken rather than the listed name."""
    longer = span.start < match.start or span.end > match.end
    if span.kind == "person":
        return span.person > _PERSON and (longer or match.doubtful)
    if any(word in INSTITUTIONS for word in words[match.end : span.end]):
        return True  # Liberty University, Kellogg School of Management
    if span.kind == "company":  # IBM Security is IBM, but Bank of Apple is not Apple
        ordinary = match.doubtful and match.spelling.lower() in lexicon.common_words
        begins = span.start == match.start and not ordinary
        return longer and not begins and span.start <= match.start and span.end >= match.end
    return longer and (match.doubtful or span.start < match.start)


def _add(
    candidates: dict[str, Candidate],
    words: Sequence[str],
    place: tuple[int, int],
    scores: tuple[float, float],
    lexicon: Lexicon,
) -> Candidate:
    start, end = place
    name = join(words[start:end])
    key = company_key(name) or name
    key = company_key(lexicon.canonical.get(key, "")) or key
    candidate = candidates.setdefault(key, Candidate(key))
    candidate.doubtful |= key in lexicon.canonical
    candidate.spellings.append(strip_legal_form(name))
    candidate.spans.append(place)
    candidate.scores.append(scores[0])
    candidate.person_scores.append(scores[1])
    candidate.contexts += has_context(words, start, end, lexicon)
    candidate.company_word |= end - start > 1 and ends_as_companies_do(words, end)
    candidate.legal_form |= has_legal_form(words, end) or strip_legal_form(name) != name
    return candidate


def join(words: Iterable[str]) -> str:
    """Return words as they are written: a space between them, but none before a comma."""
    return " ".join(words).replace(" ,", ",").replace(" 's", "'s").replace(" ’s", "’s")
