"""Generated sentences: contexts that the corpora lack, filled with listed and invented names."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from index.entities.labels import BEGIN, INSIDE, OUTSIDE
from index.entities.tokens import tokenize
from index.entities.training.corpora import Allowed, Sentence


def _lines(name: str) -> list[str]:
    text = (files("index.entities.training") / name).read_text(encoding="utf-8")
    return text.strip().splitlines()


# {P} a full name, {S} a surname, {C} a company, {X} a name that is neither.
TEMPLATES = _lines("templates.txt")

# Lines without any name, in the capitals that invite mistakes.
NAMELESS = _lines("nameless.txt")

OTHERS = _lines("others.txt")

_HEADS = """
    Zen Quill Nova Bright Cloud Data Hyper Pixel Lumo Vero Kana Orbi Strata Flux Terra Nimb Verd
    Aero Cogni Mint Pay Snap Loop Grid Spark Stack Hub Ship Farm Health Med Bio Neuro Green
    Solar Volt Robo Auto Fin Trade Lend Tutor Learn Home Nest Rent Trip Stay Food Meal Fit
    Peak North Blue Red Black Silver Iron Stone River Oak Maple Cedar Fox Wolf Bear Hawk Eagle
    Lion Tiger Atlas Apollo Helio Luna Astra Omni Uni Poly Meta Micro Macro Inter Trans Super
    Ultra Prime Swift Rapid Smart Clear Open Deep True Pure Safe Secure Trust Good Happy Wise
    Kind Bold Brave""".split()
_TAILS = """
    ly ify io a ia eo ova ent ara ix ex on um is us ware soft tech base works flow mind wave point
    path line link sense scope craft forge force stack hub box desk deck kit lab nest port
    gate bank pay cart shop mart chef fit care med gen cure ium tron bot grid watt cell space
    sky sea land field yard house room wise side view light bridge""".split()
_SUFFIXES = """Labs Technologies Systems Software Capital Ventures Partners Group Holdings Health
    Therapeutics Bank Energy Motors Foods Studios Media Interactive Robotics Analytics
    Security Logistics Airlines Pharma Insurance Financial Networks Solutions Consulting
    Design Brewing Coffee Outfitters Apparel Jewelers Realty Movers Bakery Farms AI Hosting
    Digital Entertainment Records Books Press Publishing Electric Industries Chemicals Steel
    Semiconductor Mobile Gaming Games""".split()


@dataclass(frozen=True)
class Names:
    """The stock of names that templates are filled with."""

    given: Sequence[str]
    surnames: Sequence[str]
    companies: Sequence[str]


def generate(names: Names, count: int, seed: int = 0) -> Iterator[Sentence]:
    """Yield `count` sentences: two in three with names, the others without any."""
    rng = random.Random(seed)
    for _ in range(count):
        if rng.random() < 1 / 3:
            yield _sentence(_recase(rng.choice(NAMELESS), rng), [])
        else:
            yield _fill(rng.choice(TEMPLATES), names, rng)


def invented_company(rng: random.Random) -> str:
    """Return a company name that nobody has heard of."""
    head, tail = rng.choice(_HEADS), rng.choice(_TAILS)
    style = rng.random()
    if style < 0.3:
        name = head + tail
    elif style < 0.45:
        name = head + rng.choice(_HEADS)
    elif style < 0.6:
        name = f"{head} {rng.choice(_SUFFIXES)}"
    elif style < 0.75:
        name = f"{head}{tail} {rng.choice(_SUFFIXES)}"
    elif style < 0.82:
        name = f"{head}{tail}.{rng.choice(['io', 'com', 'ai', 'co'])}"
    elif style < 0.9:
        name = f"{head} & {rng.choice(_HEADS)}"
    else:
        name = head
    return name.upper() if rng.random() < 0.04 else name


def _person(names: Names, rng: random.Random) -> str:
    given, surname = rng.choice(names.given), rng.choice(names.surnames)
    style = rng.random()
    if style < 0.08:
        return f"{given} {rng.choice('ABCDEFGHJKLMNPRSTW')}. {surname}"
    if style < 0.11:
        return f"{rng.choice('ABCDEJKLMRST')}.{rng.choice('ABCDEJKLMRST')}. {surname}"
    if style < 0.14:
        return f"{given} {surname}-{rng.choice(names.surnames)}"
    if style < 0.17:
        return f"{given} {rng.choice(names.surnames)} {surname}"
    return f"{given} {surname}"


def _company(names: Names, rng: random.Random) -> str:
    style = rng.random()
    if style < 0.45:
        return invented_company(rng)
    name = rng.choice(names.companies)
    if style < 0.5:
        return f"{rng.choice(names.surnames)} {rng.choice(_SUFFIXES)}"
    if style < 0.53:
        return f"{rng.choice(names.surnames)} & {rng.choice(names.surnames)}"
    return name


def _fill(template: str, names: Names, rng: random.Random) -> Sentence:
    pieces: list[str] = []
    kinds: list[tuple[int, int, str]] = []
    position = 0
    for word in template.split():
        match = re.fullmatch(r"\{([PSCX])\}(\S*)", word)
        if not match:
            pieces.append(word)
            position += 1
            continue
        slot, rest = match.groups()
        if slot == "P":
            kind, name = "person", _person(names, rng)
        elif slot == "S":
            kind, name = "person", rng.choice(names.surnames)
        elif slot == "C":
            kind, name = "company", _company(names, rng)
        else:
            kind, name = "other", rng.choice(OTHERS)
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
    return _sentence(pieces if isinstance(pieces, list) else [], kinds)


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
