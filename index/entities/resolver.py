"""From spans that may be names to one entity a person and a company, with all its mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.entities import people
from index.entities.companies import Listed, find_listed, has_context, has_legal_form
from index.entities.lexicon import Lexicon, company_key, strip_legal_form
from index.entities.people import PersonMention
from index.entities.spans import Span
from index.entities.tokens import Words
from index.records import Entity, Kind, Mention

# A company that is on no list must be this sure once, or so sure in sum over its mentions.
_SURE, _SURE_IN_SUM, _SURE_ON_AVERAGE = 0.75, 1.3, 0.5
_DOUBTFUL_WITH_CONTEXT, _DOUBTFUL_ALONE = 0.25, 0.6
_PERSON = 0.5
# The first words of a company that may stand for it, when what follows says little.
_GENERIC = frozenset(
    """ai labs lab technologies technology systems software capital management ventures partners
    group holdings health therapeutics pharmaceuticals pharma bank energy motors motor foods
    studios studio media interactive robotics analytics security logistics airlines
    insurance financial networks solutions consulting digital entertainment records
    publishing electric electronics industries chemicals semiconductor mobile games gaming
    international global corporation company brands stores airways resources materials
    research intelligence advisors associates investments securities enterprises productions
    pictures films communications""".split()
)


@dataclass(slots=True)
class _Company:
    key: str
    listed: bool = False
    doubtful: bool = False
    contexts: int = 0
    legal_form: bool = False
    scores: list[float] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a title and a text in one row; those before `text_from` are the title's."""

    words: Sequence[str]
    title: Words
    text: Words
    text_from: int

    def mention(self, start: int, end: int) -> Mention:
        """Return where the words `[start, end)` stand."""
        if start < len(self.title):
            return Mention("title", self.title.starts[start], self.title.end(end - 1))
        start, end = start - self.text_from, end - self.text_from
        return Mention("text", self.text.starts[start], self.text.end(end - 1))


def resolve(
    page: Page, spans: Iterable[Span], lexicon: Lexicon, source: Sequence[str]
) -> list[Entity]:
    """Return the people and then the companies of a page, each by mentions and first position.

    `source` is the title and the text, from which spellings are read.
    """
    words = page.words
    listed = find_listed(words, lexicon)
    persons, companies = _candidates(words, list(spans), listed, lexicon)
    accepted = _accept(companies, lexicon)
    taken = {
        index for company in accepted for start, end in company.spans for index in range(start, end)
    }
    persons = [
        mention
        for mention in persons
        if not any(i in taken for i in range(mention.start, mention.end))
    ]
    resolved = people.resolve(persons, lexicon)
    entities = [
        _entity(
            "person",
            people.display_name(person),
            [(m.start, m.end) for m in mentions],
            page,
            source,
        )
        for person in resolved
        if (mentions := _with_missed(person, words, taken, lexicon))
    ]
    entities += [
        _entity("company", _display_name(company, words, lexicon), company.spans, page, source)
        for company in accepted
    ]
    return sorted(
        entities, key=lambda e: (e.kind != "person", -len(e.mentions), _position(e.mentions[0]))
    )


def _position(mention: Mention) -> tuple[bool, int]:
    return mention.field != "title", mention.start


def _candidates(
    words: Sequence[str], spans: list[Span], listed: Sequence[Listed], lexicon: Lexicon
) -> tuple[list[PersonMention], list[_Company]]:
    """Sort the spans of the tagger and of the list into mentions of people and of companies."""
    companies: dict[str, _Company] = {}
    persons: list[PersonMention] = []
    at = {index: span for span in spans for index in range(span.start, span.end)}
    used: set[int] = set()

    def add(start: int, end: int, score: float, known: Listed | None) -> None:
        name = " ".join(words[start:end])
        key = company_key(known.spelling if known else name)
        key = company_key(lexicon.canonical.get(key, key))
        if not key:
            return
        company = companies.setdefault(key, _Company(key))
        if known:
            company.listed = company.listed or not known.doubtful
            company.doubtful = company.doubtful or known.doubtful
        elif key in lexicon.canonical:
            company.doubtful = True
        company.contexts += has_context(words, start, end, lexicon)
        company.legal_form = company.legal_form or has_legal_form(words, end)
        company.scores.append(score)
        company.spans.append((start, end))

    for known in listed:
        span = next((at[i] for i in range(known.start, known.end) if i in at), None)
        if span is not None:
            longer = span.start < known.start or span.end > known.end
            if span.kind == "person" and (longer or known.doubtful) and span.person > _PERSON:
                continue
            if (
                span.kind == "company"
                and longer
                and span.start <= known.start
                and span.end >= known.end
            ):
                continue
            if longer and span.kind == "other" and (known.doubtful or span.start < known.start):
                continue
            used.add(span.start)
        score = 0.0 if span is None else span.company
        add(known.start, known.end, score, known)
    for span in spans:
        if span.start in used and span.kind != "person":
            continue
        start, end = people.trim(words, span.start, span.end)
        if span.kind == "person" and span.person >= _PERSON:
            if start < end and people.is_plausible(words[start:end], lexicon):
                persons.append(PersonMention(start, end, tuple(words[start:end]), span.person))
        elif span.kind == "company" and start < end and words[start][0].isalnum():
            start = span.start + (words[span.start].lower() == "the" and span.end - span.start > 1)
            add(start, end, span.company, None)
    return persons, list(companies.values())


def _accept(companies: Iterable[_Company], lexicon: Lexicon) -> list[_Company]:
    accepted = []
    for company in companies:
        best, total = max(company.scores), sum(company.scores)
        mean = total / len(company.scores)
        if (
            company.listed
            or company.legal_form
            or (company.doubtful and company.contexts and mean >= _DOUBTFUL_WITH_CONTEXT)
            or (company.doubtful and best >= _DOUBTFUL_ALONE)
            or best >= _SURE
            or (total >= _SURE_IN_SUM and mean >= _SURE_ON_AVERAGE)
        ):
            accepted.append(company)
    return accepted


def _with_missed(
    person: people.Person, words: Sequence[str], taken: set[int], lexicon: Lexicon
) -> list[PersonMention]:
    return person.mentions


def _display_name(company: _Company, words: Sequence[str], lexicon: Lexicon) -> str:
    if company.key in {company_key(name) for name in (lexicon.canonical.get(company.key, ""),)}:
        return lexicon.canonical[company.key]
    spelled = Counter(strip_legal_form(_join(words[start:end])) for start, end in company.spans)
    return max(spelled, key=lambda name: (spelled[name], not name.isupper()))


def _join(words: Sequence[str]) -> str:
    return " ".join(words).replace(" ,", ",").replace(" 's", "'s").replace(" ’s", "’s")


def _entity(
    kind: Kind, name: str, spans: Iterable[tuple[int, int]], page: Page, source: Sequence[str]
) -> Entity:
    mentions = sorted({page.mention(*span) for span in spans}, key=_position)
    title, text = source
    spellings = Counter((title if m.field == "title" else text)[m.start : m.end] for m in mentions)
    return Entity(kind, name, tuple(form for form, _ in spellings.most_common()), tuple(mentions))
