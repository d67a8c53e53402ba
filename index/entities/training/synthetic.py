"""Generated sentences: contexts that the corpora lack, filled with listed and invented names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from index.entities.labels import BEGIN, INSIDE, OUTSIDE
from index.entities.lexicon import Lexicon
from index.entities.tokens import tokenize
from index.entities.training.corpora import Allowed, Sentence


def _lines(name: str) -> list[str]:
    text = (files("index.entities.training") / name).read_text(encoding="utf-8")
    return text.strip().splitlines()


def _patterns(text: str) -> list[str]:
    return [pattern.strip() for pattern in text.replace("\n", "|").split("|") if pattern.strip()]


# {P} a full name, {S} a surname, {C} a company, {X} a name that is neither.
TEMPLATES = _lines("templates.txt")

# Lines without any name, in the capitals that invite mistakes.
NAMELESS = _lines("nameless.txt")

OTHERS = _lines("others.txt")

_OPENINGS = """
    Zen Quill Nova Bright Cloud Data Hyper Pixel Lumo Vero Kana Orbi Strata Flux Terra Nimb Verd
    Aero Cogni Mint Pay Snap Loop Grid Spark Stack Hub Ship Farm Health Med Bio Neuro Green
    Solar Volt Robo Auto Fin Trade Lend Tutor Learn Home Nest Rent Trip Stay Food Meal Fit
    Peak North Blue Red Black Silver Iron Stone River Oak Maple Cedar Fox Wolf Bear Hawk Eagle
    Lion Tiger Atlas Apollo Helio Luna Astra Omni Uni Poly Meta Micro Macro Inter Trans Super
    Ultra Prime Swift Rapid Smart Clear Open Deep True Pure Safe Secure Trust Good Happy Wise
    Kind Bold Brave""".split()
_ENDINGS = """
    ly ify io a ia eo ova ent ara ix ex on um is us ware soft tech base works flow mind wave point
    path line link sense scope craft forge force stack hub box desk deck kit lab nest port
    gate bank pay cart shop mart chef fit care med gen cure ium tron bot grid watt cell space
    sky sea land field yard house room wise side view light bridge""".split()
_SUFFIXES = """Labs Technologies Systems Software Capital Ventures Partners Group Holdings Health
    Therapeutics Bank Energy Motors Foods Studios Media Interactive Robotics Analytics
    Security Logistics Airlines Pharma Insurance Financial Networks Solutions Consulting
    Design Brewing Coffee Outfitters Apparel Jewelers Realty Movers Bakery Farms AI Hosting
    Digital Entertainment Records Books Press Publishing Electric Industries Chemicals Steel
    Semiconductor Mobile Gaming Games Associates Law Agency Advisors Investments Wines
    Furniture Mattress Bikes Travel Tours Cosmetics Beauty Skincare Toys Pet Learning""".split()
_ONSETS = "b c d f g h j k l m n p r s t v w z br cl dr fl gr kl pr qu sh sk sp st tr".split()
_NUCLEI = "a e i o u a e i o u a e i o u y ai ea ee ia io oo ou".split()
_CODAS = "b ck l m n nd ng nt r rk rn s sh ss st t v x z".split()
_OPEN_SYLLABLES = 0.5
_FIRM_PATTERNS = _patterns("{S} & {S}|{S} , {S} & {S}|{S} and Sons|{S} Brothers|{S} {F}|{G} 's {F}")
_PARTICLES = "de la|de|van|van der|von|Le|Di|bin|al|El|dos|ter".split("|")
_GENERATIONS = "Jr.|Sr.|III".split("|")

# Names that are neither: {S} a surname, {N} a person in full, {M} a made-up word, {H} an opening.
_OTHER_PATTERNS = _patterns(
    """
    University of {M}|{S} University|{S} College|{M} State University|{M} High School|{S} Institute
    the {S} Foundation|the {M} Museum|{S} Hall|{S} Memorial Hospital|St. {G} Hospital|{M} Library
    the {M} Valley|Lake {M}|Mount {M}|{M} Island|{M} Bay|Port {M}|{M} County|{S} Street|{S} Avenue
    {M} Beach|{S} Park|the {M} River|New {M}|{M}|{M} City|North {M}|{S} Bridge|{M} Airport
    the {S} Prize|the {N} Award|the {S} Medal|the {S} Act|{S} v. {S}|the {M} Treaty|the {M} Party
    {M} United|{M} FC|the {M} {H}s|the {H} {H}s|the {M} Orchestra|The {H} {H}|The {H} of {M}
    the Ministry of {H}|the Department of {M}|the {M} Agency|the Bureau of {H}|the {M} Association
    the Institute for {H} Research|the {M} Council|the {M} Commission|the {M} Institute
    {H}{E} {D}|{M} {D}|{H} {M} {D}|{M}-{D}|{H}OS {D}|{M} Pro|{M} Max {D}|{M} Plus|{H}book {M}
    the {M} Festival|the {H} {H} Conference|{M} Con {D}|the {M} Cup|the {M} Open|the {M} Marathon
    {M} and the {H} {H}|A {H} in {M}|The {S} Diaries|{N} Live|The Last {H}|{N} Day|{S} Stadium
    the {M} Method|the {S} Effect|{S} 's Law|the {S} Index|the {M} Project|{M} Syndrome"""
)
_MADE_UP, _FROM_WORDS = 0.25, 0.12
"""Shares of invented companies named by made-up words, and by ordinary ones (Notion, Slack)."""
_NAMESAKES = 0.1
"""Share of casts in which a firm is named after one of the people."""
_CAST, _SCENES = 3, 8
"""Sentences in a row share so many people and companies, as those of one page do."""


@dataclass(frozen=True)
class Names:
    """The stock of names that templates are filled with; `words` are ordinary words."""

    given: Sequence[str]
    surnames: Sequence[str]
    companies: Sequence[str]
    words: Sequence[str]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Names:
        """Return the names of the lists, sorted so that a run can be repeated."""
        words = sorted(word for word in lexicon.common_words if len(word) > 3)
        companies = sorted(set(lexicon.canonical.values()))
        return cls(sorted(lexicon.given_names), sorted(lexicon.surnames), companies, words)


@dataclass(frozen=True)
class Cast:
    """The people (given name and surname) and companies that some sentences tell of."""

    people: Sequence[str]
    surnames: Sequence[str]
    companies: Sequence[str]


def generate(names: Names, count: int, seed: int = 0) -> Iterator[Sentence]:
    """Yield `count` sentences: two in three with names, the others without any."""
    rng = random.Random(seed)
    cast = _draw(names, rng)
    for number in range(count):
        if number % _SCENES == 0:
            cast = _draw(names, rng)
        if rng.random() < 1 / 3:
            yield _sentence(_recase(rng.choice(NAMELESS), rng), [])
        else:
            yield _fill(rng.choice(TEMPLATES), cast, names, rng)


def _draw(names: Names, rng: random.Random) -> Cast:
    people = [_person(names, rng) for _ in range(_CAST)]
    surnames = [name.split()[-1] for name in people if not name.endswith(tuple(_GENERATIONS))]
    surnames.append(rng.choice(names.surnames))
    companies = [_company(names, rng) for _ in range(_CAST + 1)]
    if rng.random() < _NAMESAKES:
        companies[0] = f"{rng.choice(surnames)} {rng.choice(_SUFFIXES)}"
    return Cast(people, surnames, companies)


def made_up_word(rng: random.Random) -> str:
    """Return a capitalised word of two or three syllables that no list knows."""
    syllables = 3 if rng.random() < 0.3 else 2
    word = "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) for _ in range(syllables))
    return (word if rng.random() < _OPEN_SYLLABLES else word + rng.choice(_CODAS)).capitalize()


def invented_company(names: Names, rng: random.Random) -> str:
    """Return a company name that nobody has heard of."""
    head, tail = rng.choice(_OPENINGS), rng.choice(_ENDINGS)
    style = rng.random()
    if style < _MADE_UP:
        head, tail = made_up_word(rng), ""
    elif style < _MADE_UP + _FROM_WORDS:
        head, tail = rng.choice(names.words).capitalize(), ""
    style = rng.random()
    if style < 0.35:
        name = head + tail
    elif style < 0.47:
        name = head + rng.choice(_OPENINGS + [ending.capitalize() for ending in _ENDINGS])
    elif style < 0.6:
        name = f"{head} {rng.choice(_SUFFIXES)}"
    elif style < 0.73:
        name = f"{head}{tail} {rng.choice(_SUFFIXES)}"
    elif style < 0.8:
        name = f"{head}{tail}.{rng.choice(['io', 'com', 'ai', 'co'])}"
    elif style < 0.86:
        name = f"{head} & {rng.choice(_OPENINGS)}"
    elif style < 0.92:
        name = f"{head} {rng.choice(names.words).capitalize()}"
    else:
        name = head
    style = rng.random()
    if style < 0.04:
        return name.upper()
    return name.lower() if style < 0.06 and "." in name else name


def invented_other(names: Names, rng: random.Random) -> str:
    """Return a name that is neither a person's nor a company's: a place, product, prize, book."""
    return _expand(rng.choice(_OTHER_PATTERNS), names, rng)


def _expand(pattern: str, names: Names, rng: random.Random) -> str:
    parts: dict[str, Callable[[], str]] = {
        "S": lambda: rng.choice(names.surnames),
        "G": lambda: rng.choice(names.given),
        "N": lambda: _person(names, rng),
        "M": lambda: made_up_word(rng),
        "H": lambda: rng.choice((rng.choice(_OPENINGS), rng.choice(names.words).capitalize())),
        "E": lambda: rng.choice(_ENDINGS),
        "F": lambda: rng.choice(_SUFFIXES),
        "D": lambda: str(rng.randrange(2, 100)),
    }
    return re.sub(r"\{(\w)\}", lambda match: parts[match[1]](), pattern)


def _person(names: Names, rng: random.Random) -> str:
    given, surname = rng.choice(names.given), rng.choice(names.surnames)
    style = rng.random()
    if style < 0.15:
        surname = made_up_word(rng)
    elif style < 0.25:
        given = made_up_word(rng)
    style = rng.random()
    if style < 0.08:
        return f"{given} {rng.choice('ABCDEFGHJKLMNPRSTW')}. {surname}"
    if style < 0.11:
        return f"{rng.choice('ABCDEJKLMRST')}.{rng.choice('ABCDEJKLMRST')}. {surname}"
    if style < 0.14:
        return f"{given} {surname}-{rng.choice(names.surnames)}"
    if style < 0.17:
        return f"{given} {rng.choice(names.surnames)} {surname}"
    if style < 0.2:
        return f"{given}-{rng.choice(names.given)} {surname}"
    if style < 0.24:
        return f"{given} {rng.choice(_PARTICLES)} {surname}"
    if style < 0.26:
        return f"{given} {surname} {rng.choice(_GENERATIONS)}"
    return f"{given} {surname}"


def _company(names: Names, rng: random.Random) -> str:
    style = rng.random()
    if style < 0.5:
        return invented_company(names, rng)
    if style < 0.55:
        return _expand(rng.choice(_FIRM_PATTERNS), names, rng)
    return rng.choice(names.companies)


def _other(names: Names, rng: random.Random) -> str:
    return invented_other(names, rng) if rng.random() < 0.5 else rng.choice(OTHERS)


def _fill(template: str, cast: Cast, names: Names, rng: random.Random) -> Sentence:
    pieces: list[str] = []
    kinds: list[tuple[int, int, str]] = []
    position = 0
    people = rng.sample(cast.people, len(cast.people))
    companies = rng.sample(cast.companies, len(cast.companies))
    for word in template.split():
        match = re.fullmatch(r"\{([PSCX])\}(\S*)", word)
        if not match:
            pieces.append(word)
            position += 1
            continue
        slot, rest = match.groups()
        if slot == "P":
            kind, name = "person", people.pop() if people else _person(names, rng)
        elif slot == "S":
            kind, name = "person", rng.choice(cast.surnames)
        elif slot == "C":
            kind, name = "company", companies.pop() if companies else _company(names, rng)
        else:
            kind, name = "other", _other(names, rng)
        if rest:
            pieces.append(name.replace(" ", "-").removeprefix("the-") + rest)
            position += 1
            continue
        words = tokenize(name).words
        if words[0] == "the":
            pieces.append("the")
            words, position = words[1:], position + 1
        kinds.append((position, position + len(words), kind))
        pieces.extend(words)
        position += len(words)
    return _sentence(pieces, kinds)


def _recase(line: str, rng: random.Random) -> list[str]:
    words = line.split()
    style = rng.random()
    if style < 0.15:
        return [word.upper() for word in words]
    if style < 0.3:
        return [words[0], *(word.lower() for word in words[1:])]
    return words


def _sentence(words: Sequence[str], kinds: Sequence[tuple[int, int, str]]) -> Sentence:
    allowed: list[Allowed] = [(OUTSIDE,)] * len(words)
    for start, end, kind in kinds:
        allowed[start] = (BEGIN[kind],)
        allowed[start + 1 : end] = [(INSIDE[kind],)] * (end - start - 1)
    return Sentence(tuple(words), tuple(allowed))
