"""People: which mentions name the same person, and what the person is called."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from index.entities.lexicon import Lexicon, fold
from index.entities.spans import Span

# What stands before a name and is no part of it.
_TITLES = frozenset(
    """mr mrs ms miss mx dr prof professor sir dame lord lady madam president vice-president
    chancellor premier minister senator sen congressman congresswoman representative rep
    governor gov mayor judge justice secretary ambassador king queen prince princess pope
    father rev reverend rabbi imam saint st captain capt colonel col general gen major maj
    sergeant sgt lieutenant lt admiral officer detective sheriff coach chairman chairwoman
    ceo cto cfo coo cmo cio founder co-founder cofounder director producer author writer
    actor actress singer rapper chef analyst investor executive principal partner attorney
    uncle aunt aunty auntie grandma grandpa monsieur madame mme mlle herr frau señor señora
    don doña signor bundeskanzler kanzler ministerpräsident finanzminister präsident président
    présidente presidente ministre ministro directeur directrice chancelier former ex by as with
    and when if but the a an dear hi hello hey thanks photo photos image credit
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december""".split()
)
_NATIONALITIES = frozenset(
    """american british english scottish welsh irish french german italian spanish portuguese dutch
    belgian swiss austrian swedish norwegian danish finnish icelandic polish czech slovak
    hungarian romanian bulgarian greek turkish russian ukrainian israeli saudi iranian iraqi
    egyptian moroccan nigerian kenyan ethiopian ghanaian indian pakistani bangladeshi
    chinese japanese korean taiwanese vietnamese thai indonesian malaysian filipino
    singaporean australian canadian mexican brazilian argentine colombian chilean peruvian
    cuban european african asian democratic republican democrat""".split()
)
_GENERATIONS = {
    "jr": "jr",
    "jr.": "jr",
    "junior": "jr",
    "sr": "sr",
    "sr.": "sr",
    "ii": "ii",
    "iii": "iii",
    "iv": "iv",
}
_REGNAL_NUMBERS = frozenset(("ii", "iii", "iv"))
# The number of a pope or king, which keeps its capitals.
_NUMERAL = re.compile(r"X{0,2}(?:IX|IV|V?I{0,3})")
_PARTICLES = frozenset(
    "van von der den de la le di da du dos del bin ibn al el ben ter ten st st.".split()
)
_DEGREES = frozenset("phd ph.d. md m.d. mba esq esq. rd jd cpa rn dds do".split())
INSTITUTIONS = frozenset(
    """School University College Academy Institute Foundation Hospital Stadium Arena Museum Library
    Prize Award Awards""".split()
)
"""What is no company's and no product, though it may be called after one or after a person."""
_MENTIONS_OF_LONE_NAME = 3
"""A single name that belongs to no full name is kept from so many mentions on (notes: 87 -> 92)."""


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person named by the words `[start, end)`, and how sure the tagger is."""

    start: int
    end: int
    words: tuple[str, ...]
    probability: float

    @property
    def name(self) -> str:
        """Return the words as they are written out."""
        return " ".join(self.words)


@dataclass(slots=True)
class Person:
    """One person of a document: the folded parts of the fullest name, and the mentions."""

    given: str
    surname: str
    generation: str
    mentions: list[PersonMention] = field(default_factory=list)


def complete(words: Sequence[str], spans: Sequence[Span], lexicon: Lexicon) -> list[Span]:
    """Return the spans with people's names joined over particles and taken from the given name on.

    "Pieter van" and "Laan" with "der" between them are one name; a given name that stands right
    before a span of a person is part of it.
    """
    joined: list[Span] = []
    for span in spans:
        if span.kind != "person":
            joined.append(span)
            continue
        last = joined[-1] if joined else None
        start = span.start
        if last is not None and last.kind == "person" and _one_name(words, last, span):
            joined[-1] = Span(last.start, span.end, max(last.person, span.person), last.company)
            continue
        free = last.end if last is not None else 0
        while start > free and _is_given(words[start - 1], lexicon):
            start -= 1
        joined.append(Span(start, span.end, span.person, span.company))
    return joined


def _one_name(words: Sequence[str], one: Span, other: Span) -> bool:
    between = words[one.end : other.start]
    edges = (words[one.end - 1], words[other.start])
    return all(word in _PARTICLES for word in between) and (
        bool(between) or any(word in _PARTICLES for word in edges)
    )


def _is_given(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.given_names and word.lower() not in lexicon.common_words


def trim(words: Sequence[str], start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """Return `[start, end)` without titles and other words before a name, and marks around it."""
    while end - start > 1 and _precedes_a_name(words[start], lexicon):
        start += 1
    while end > start and _follows_a_name(words[end - 1]):
        end -= 1
    if end - start == 1 and not words[start][0].isalnum():
        return end, end
    return start, end


def _precedes_a_name(written: str, lexicon: Lexicon) -> bool:
    word = written.rstrip(".").lower()
    if word in _PARTICLES:
        return False
    ordinary = (
        word in lexicon.common_words
        and written not in lexicon.given_names
        and written not in lexicon.surnames
    )
    return (
        ordinary
        or word in _TITLES
        or word in _NATIONALITIES
        or word.endswith(("-born", "-based", "-native"))
        or not written[0].isalnum()
        or written.islower()
    )


def _follows_a_name(written: str) -> bool:
    return (
        written in ("'s", "’s")
        or written.lower() in _DEGREES
        or (written.islower() and written not in _GENERATIONS)
        or not any(char.isalnum() for char in written)
    )


def is_plausible(words: Sequence[str], lexicon: Lexicon, *, strict: bool = False) -> bool:
    """Tell whether words can be a person's name: letters, a capital, and not only common words.

    With `strict` the first must be a known given name, or the only one a known surname.
    """
    known = words[0] in lexicon.given_names or (len(words) == 1 and words[0] in lexicon.surnames)
    if strict and not known:
        return False
    if not 1 <= len(words) <= 6 or words[-1] in INSTITUTIONS:
        return False
    if any(char.isdigit() or char in "@/&+_=" for word in words for char in word):
        return False
    letters = [word for word in words if word[0].isalpha()]
    if not letters or not any(word[0].isupper() for word in letters):
        return False
    if not any(len(word) > 2 for word in letters):
        return False
    if len(letters) > 1 and len(letters[-1].rstrip(".")) == 1:  # Rachel M. signs a review
        return False
    if len(letters) > 1 and all(word.isupper() and len(word) > 3 for word in letters):
        return any(word.title() in lexicon.given_names for word in letters)
    return not all(
        word.lower() in lexicon.common_words
        and word not in lexicon.given_names
        and word not in lexicon.surnames
        for word in letters
    )


def resolve(mentions: Sequence[PersonMention], lexicon: Lexicon) -> list[Person]:
    """Group the mentions by person, in order of the first one; lone names that link to no one go.

    Full names are one person when the first and the last part agree and no generation (Jr., Sr.)
    speaks against it; an initial stands for a first name. A lone surname or first name belongs to
    the person with that name who was last mentioned in full before it, or else the first after.
    """
    people: list[Person] = []
    lone: list[PersonMention] = []
    by_surname: dict[str, list[Person]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda mention: mention.start):
        given, surname, generation = name_parts(mention.words)
        if not given or not surname:
            lone.append(mention)
            continue
        person = _same_person(by_surname[surname], given, generation)
        if person is None:
            person = Person(given, surname, generation)
            by_surname[surname].append(person)
            people.append(person)
        person.given = max(person.given, given, key=len)
        person.generation = person.generation or generation
        person.mentions.append(mention)
    people += _link(lone, people, lexicon)
    for person in people:
        person.mentions.sort(key=lambda mention: mention.start)
    people.sort(key=lambda person: person.mentions[0].start)
    return people


def display_name(person: Person) -> str:
    """Return the commonest of the fullest spellings (the first among equals)."""
    full = [mention for mention in person.mentions if all(name_parts(mention.words)[:2])]
    spelled = Counter(mention.name for mention in full or person.mentions)
    name = max(spelled, key=lambda name: (spelled[name], "." not in name))
    return " ".join(
        word.title() if word.isupper() and len(word) > 3 and not _NUMERAL.fullmatch(word) else word
        for word in name.split()
    )


def _is_name(word: str, lexicon: Lexicon) -> bool:
    return (
        word in lexicon.given_names
        or word in lexicon.surnames
        or (word.lower() not in lexicon.common_words)
    )


def _simple(word: str) -> str:
    return fold(word).removesuffix("'s").strip(".'")


def name_parts(words: Sequence[str]) -> tuple[str, str, str]:
    """Return the folded first name, surname and generation; either name may be empty."""
    simple = [_simple(word) for word in words]
    generation = ""
    is_ruler = len(simple) == 2 and simple[-1] in _REGNAL_NUMBERS  # Charles II has no other name
    if len(simple) > 1 and simple[-1] in _GENERATIONS and not is_ruler:
        generation = _GENERATIONS[simple.pop()]
    simple = [word for word in simple if any(char.isalnum() for char in word)]
    if not simple:
        return "", "", generation
    if len(simple) == 1:
        return "", simple[0], generation
    if simple[0] in _PARTICLES:  # "van Rossum", "de Gaulle": a surname alone
        return "", simple[-1], generation
    return simple[0], simple[-1], generation


def _same_given(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    initials = short.replace(".", "")
    if len(initials) <= 2 and long.startswith(initials[:1]):
        return len(initials) == 1 or "." in short
    return False


def _same_person(namesakes: Sequence[Person], given: str, generation: str) -> Person | None:
    for person in namesakes:
        differs = person.generation and generation and person.generation != generation
        if not differs and _same_given(person.given, given):
            return person
    return None


def _link(
    lone: Sequence[PersonMention], people: Sequence[Person], lexicon: Lexicon
) -> list[Person]:
    """Add the lone names to the people they mean; return who is left and comes back."""
    owners = [_index(people, parts) for parts in (_surnames, _given_names, _all_parts)]
    starts = {id(person): [mention.start for mention in person.mentions] for person in people}
    leftovers: dict[str, Person] = {}
    for mention in lone:
        key = _simple(mention.name)
        matches = next((index[key] for index in owners if key in index), None)
        if matches is None:
            leftovers.setdefault(key, Person("", key, "")).mentions.append(mention)
            continue
        before = [bisect_left(starts[id(person)], mention.start) for person in matches]
        last = [
            starts[id(person)][count - 1] if count else -1
            for person, count in zip(matches, before, strict=True)
        ]
        matches[last.index(max(last))].mentions.append(mention)
    return [
        person
        for person in leftovers.values()
        if person.mentions[0].name in lexicon.famous
        or (
            len(person.mentions) >= _MENTIONS_OF_LONE_NAME
            and _is_name(person.mentions[0].words[0], lexicon)
        )
    ]


def _index(
    people: Sequence[Person], parts: Callable[[Person], Iterable[str]]
) -> dict[str, list[Person]]:
    index: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        for part in dict.fromkeys(parts(person)):
            index[part].append(person)
    return index


def _surnames(person: Person) -> Iterable[str]:
    return person.surname, person.surname.rpartition("-")[2]


def _given_names(person: Person) -> Iterable[str]:
    return (person.given,)


def _all_parts(person: Person) -> Iterable[str]:
    return map(_simple, person.mentions[0].words)
