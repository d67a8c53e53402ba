"""From spans that may be names to one entity a person and a company, with all its mentions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.entities import people
from index.entities.candidates import Candidate, collect
from index.entities.casing import DIGITS, LETTER, case_class, in_title_case
from index.entities.companies import GENERIC_WORDS, Listed
from index.entities.lexicon import Lexicon, Trie, company_key, strip_legal_form
from index.entities.spans import Span
from index.entities.tokens import Words
from index.records import Entity, Kind, Mention

ACCEPTED = 0.4
"""A company is kept from this probability on."""
_LIKELY = 0.5
"""The mean probability of a name in full of which the short form is a company."""
_SURE_OF_A_NAMESAKE = 0.8
"""A company named like a person of the document (Ford) needs such a mean probability."""
_SURE_OF_A_HEADING = 0.7
"""A single unknown word that only headings in title case name needs such a mean probability."""
# The plural of an acronym (CPAs), a number with its unit (40Wh), a class of a program (TypeError).
_NO_COMPANY = re.compile(
    r"^[A-Z]{2,}s$|^\d+[A-Za-z]{1,3}$"
    r"|[a-z](?:Error|Exception|Handler|Middleware|Factory|Controller|Listener|Intent|Set|Level)$"
)
_MOST_LONG_FORMS = 20
"""So many companies that begin alike are compared with a short form."""
_NO_INITIAL = frozenset("and of the & for de la".split())


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a title and a text in one row, a line end between them, and their source.

    A person or company of which the tagger is less sure than `doubt` needs a known name.
    """

    words: Sequence[str]
    title: Words
    text: Words
    source: tuple[str, str]
    doubt: float = 0.0

    def mention(self, start: int, end: int) -> Mention:
        """Return where the words `[start, end)` stand."""
        if start < len(self.title):
            return Mention("title", self.title.start(start), self.title.end(end - 1))
        first = len(self.title) + 1
        return Mention("text", self.text.start(start - first), self.text.end(end - 1 - first))

    def ends_sentence(self, index: int) -> bool:
        """Tell whether a word is a full stop with white space behind it."""
        if self.words[index] != ".":
            return False
        mention = self.mention(index, index + 1)
        source = self.source[mention.field == "text"]
        return source[mention.end : mention.end + 1].isspace()


@dataclass(slots=True)
class _Name:
    """An entity in the making: its places `[start, end)` and what to look for besides."""

    kind: Kind
    name: str
    places: list[tuple[int, int]]
    forms: set[tuple[str, ...]] = field(default_factory=set)


def resolve(
    page: Page, spans: Sequence[Span], listed: Sequence[Listed], lexicon: Lexicon
) -> list[Entity]:
    """Return the people and then the companies of a page, each by mentions and first position."""
    words = page.words
    spans = [part for span in spans for part in _within_sentences(page, span)]
    persons, candidates = collect(words, spans, listed, lexicon, doubt=page.doubt)
    small = frozenset(words)
    surnames = frozenset(m.words[-1] for m in persons if len(m.words) > 1)
    candidates = [c for c in candidates if not _is_a_surname(c, surnames)]
    companies = _companies(page, candidates, small, lexicon)
    taken = {i for company in companies for start, end in company.places for i in range(start, end)}
    persons = [m for m in persons if taken.isdisjoint(range(m.start, m.end))]
    names = [_person(person, lexicon) for person in people.resolve(persons, lexicon)] + companies
    _find_missed(words, names, lexicon)
    entities = [_entity(name, page) for name in names if name.places]
    return sorted(
        entities, key=lambda e: (e.kind != "person", -len(e.mentions), _position(e.mentions[0]))
    )


def _within_sentences(page: Page, span: Span) -> Iterator[Span]:
    """Yield the parts of a span that full stops leave: no name runs on in the next sentence."""
    start = span.start
    for index in range(span.start, span.end):
        if page.ends_sentence(index):
            if start < index:
                yield replace(span, start=start, end=index)
            start = index + 1
    if start < span.end:
        yield span if start == span.start else replace(span, start=start)


def _is_a_surname(candidate: Candidate, surnames: frozenset[str]) -> bool:
    """Tell whether a single word is rather the surname of somebody in the document."""
    unsure = candidate.mean < _SURE_OF_A_NAMESAKE
    return unsure and not candidate.legal_form and candidate.spellings[0] in surnames


def _is_no_name(candidate: Candidate, words: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether a single word is a number, a general word, or large in headings alone."""
    name = candidate.spellings[0]
    if candidate.listed or candidate.doubtful or " " in name:
        return False
    if (
        name.lower().strip(".") in GENERIC_WORDS
        or name.removesuffix("s") in lexicon.not_companies
        or case_class(name) in (DIGITS, LETTER)
        or _NO_COMPANY.search(name)
    ):
        return True
    return (
        candidate.mean < _SURE_OF_A_HEADING
        and not candidate.legal_form
        and all(in_title_case(words, start) for start, _ in candidate.spans)
    )


def _companies(
    page: Page, candidates: Sequence[Candidate], small: frozenset[str], lexicon: Lexicon
) -> list[_Name]:
    """Return the candidates that are companies; short forms and acronyms join their long form."""
    accepted = {
        candidate.key: candidate
        for candidate in candidates
        if (page.doubt and candidate.listed)
        or (
            candidate.probability(lexicon, small) >= max(ACCEPTED, page.doubt)
            and not _is_no_name(candidate, page.words, lexicon)
        )
    }
    for candidate in candidates:  # whose short form is a company is one: Brightwater & Okafor
        short = accepted.get(company_key(candidate.spellings[0].split()[0]))
        if short is not None and not short.listed and candidate.mean >= _LIKELY:
            accepted.setdefault(candidate.key, candidate)
    long_forms = _LongForms(accepted.values(), page.words, lexicon)
    groups: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: -len(c.spellings[0].split())):
        owner = long_forms.of(candidate)
        if owner is not None and owner.key in groups:
            groups[candidate.key] = groups[owner.key]
            groups[owner.key].append(candidate)
        elif candidate.key in accepted:
            groups[candidate.key] = [candidate]
    companies = []
    for key, group in groups.items():
        if group[0].key != key:  # it has joined its long form
            continue
        places = sorted(place for candidate in group for place in candidate.spans)
        forms = {tuple(page.words[start:end]) for start, end in places}
        companies.append(_Name("company", _company_name(group[0], lexicon), places, forms))
    return companies


class _LongForms:
    """Companies by their first word and by their initials."""

    def __init__(
        self, companies: Iterable[Candidate], words: Sequence[str], lexicon: Lexicon
    ) -> None:
        self._lexicon = lexicon
        self._by_word: dict[str, list[Candidate]] = defaultdict(list)
        self._by_initials: dict[str, Candidate] = {}
        for company in companies:
            self._by_word[company.spellings[0].split()[0]].append(company)
            for start, end in company.spans:
                if end < len(words) and words[end] in ("Company", "Corporation"):
                    self._add_initials(words[start : end + 1], company)
                self._add_initials(words[start:end], company)

    def _add_initials(self, words: Sequence[str], company: Candidate) -> None:
        initials = "".join(word[0] for word in words if word.lower() not in _NO_INITIAL)
        if len(initials) > 1:
            self._by_initials.setdefault(initials, company)

    def of(self, short: Candidate) -> Candidate | None:
        """Return the company of which a candidate is a short form or the acronym, if any is."""
        words = short.spellings[0].split()
        if (
            len(words) == 1
            and short.mean < _LIKELY
            and words[0].lower() in self._lexicon.common_words
        ):
            return None
        for company in self._by_word.get(words[0], ())[:_MOST_LONG_FORMS]:
            full = company.spellings[0].split()
            if len(full) <= len(words) or full[: len(words)] != words:
                continue
            generic = all(word.lower() in GENERIC_WORDS for word in full[len(words) :])
            if short.key in self._lexicon.canonical and company.key in self._lexicon.canonical:
                if generic and not short.listed:  # Delta is Delta Air Lines, Sony no Sony Pictures
                    return company
                continue
            if generic or (company.spans[0] < short.spans[0] and not short.listed):
                return company
        return self._by_initials.get(words[0]) if len(words) == 1 else None


def _company_name(company: Candidate, lexicon: Lexicon) -> str:
    """Return the listed name, unless it only may be meant, or else the commonest spelling."""
    listed = lexicon.canonical.get(company.key)
    certain = company.listed or listed not in lexicon.doubtful
    if listed is not None and company_key(listed) == company.key and certain:
        return strip_legal_form(listed)
    spelled = Counter(company.spellings)
    return max(spelled, key=lambda name: (spelled[name], not name.isupper()))


def _person(person: people.Person, lexicon: Lexicon) -> _Name:
    places = [(mention.start, mention.end) for mention in person.mentions]
    forms = {mention.words for mention in person.mentions}
    if person.given and person.surname:
        forms |= {
            (form[-1],)
            for form in forms
            if len(form) > 1
            and len(form[-1]) > 2
            and form[-1][0].isupper()
            and form[-1].lower() not in lexicon.common_words
            and form[-1] not in lexicon.given_names
        }
    return _Name("person", people.display_name(person), places, forms)


def _find_missed(words: Sequence[str], names: Sequence[_Name], lexicon: Lexicon) -> None:
    """Add the places where a name stands that is known by now, but was not seen there."""
    taken = {i for name in names for start, end in name.places for i in range(start, end)}
    trie, owners = Trie(), dict[str, list[_Name]]()
    for name in names:
        for form in name.forms:
            key = "\n".join(form)
            trie.add(form, key)
            owners.setdefault(key, []).append(name)
    for start in [start for start, word in enumerate(words) if word in trie.next]:
        match = None if start in taken else trie.longest(words, start)
        if match is None or not taken.isdisjoint(range(start, match[0])):
            continue
        end, key = match
        if end - start == 1 and _within_a_name(words, start, taken, lexicon):
            continue
        owner = owners[key][0]
        owner.places.append((start, end))
        taken.update(range(start, end))


def _within_a_name(words: Sequence[str], place: int, taken: set[int], lexicon: Lexicon) -> bool:
    """Tell whether a single word seems to be part of a longer name that nobody found."""
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    return (
        before[:1].isupper()
        and place - 1 not in taken
        and before.lower() not in lexicon.common_words
    ) or (after[:1].isupper() and after.lower() not in lexicon.common_words)


def _entity(name: _Name, page: Page) -> Entity:
    mentions = sorted({page.mention(*place) for place in name.places}, key=_position)
    title, text = page.source
    spelled = Counter((title if m.field == "title" else text)[m.start : m.end] for m in mentions)
    spellings = tuple(form for form, _ in spelled.most_common())
    return Entity(name.kind, name.name, spellings, tuple(mentions))


def _position(mention: Mention) -> tuple[bool, int]:
    return mention.field != "title", mention.start
