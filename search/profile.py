"""One person or company: how they are spelled, when, beside whom, and what is said of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.errors import WhodexError
from index.records import KINDS, Document, Entity, Kind
from search.answer import Facet
from search.quotes import Quote, choose_quotes
from search.reader import Index

COMPANIONS_SHOWN = 10
QUOTES_SHOWN = 5
# A timeline of more months than this is told in years.
MONTHS_SHOWN = 36

# Fewer joint pages than this are chance, whatever the lift.
MIN_JOINT_PAGES = 2


class UnknownNameError(WhodexError):
    """No page mentions a name."""


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody on the same pages: how many, and how many times more often than by chance."""

    name: str
    count: int
    lift: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What an index knows of one person or company.

    `spellings` count mentions; `timeline` counts pages by month, or by year where that is long.
    """

    kind: Kind
    name: str
    documents: int
    mentions: int
    spellings: tuple[Facet, ...]
    timeline: tuple[Facet, ...]
    people: tuple[Companion, ...]
    companies: tuple[Companion, ...]
    quotes: tuple[Quote, ...]


def profile(
    index: Index,
    typed: str,
    *,
    kind: Kind | None = None,
    companions: int = COMPANIONS_SHOWN,
    quotes: int = QUOTES_SHOWN,
) -> Profile:
    """Return the profile of the person or company that `typed` means, by any spelling.

    Raises what `meant` does.
    """
    kind, name = meant(index, typed, kind)
    documents = list(index.documents(kind, name))
    named = [(document, _entity(document, kind, name)) for document in documents]
    spelled = Counter(
        text
        for document, entity in named
        for text in (_spelled(document, entity) or entity.spellings[:1])
    )
    joint = Counter(
        (entity.kind, entity.name)
        for document in documents
        for entity in document.entities
        if (entity.kind, entity.name) != (kind, name)
    )
    everywhere = index.counts(KINDS)
    together = {
        k: _companions(
            {other: count for (of, other), count in joint.items() if of == k},
            everywhere[k],
            len(documents),
            index.size,
        )
        for k in KINDS
    }
    periods = index.counts(("month", "year"), kind, name)
    return Profile(
        kind=kind,
        name=name,
        documents=len(documents),
        mentions=sum(max(1, len(entity.mentions)) for _, entity in named),
        spellings=tuple(Facet(text, count) for text, count in spelled.most_common()),
        timeline=_timeline(periods["month"], periods["year"]),
        people=together["person"][:companions],
        companies=together["company"][:companions],
        quotes=choose_quotes(named, index.rarity, quotes),
    )


def _timeline(months: Mapping[str, int], years: Mapping[str, int]) -> tuple[Facet, ...]:
    """Return the pages of every period from the first to the last, those without any included."""
    counts = months
    if not counts:
        return ()
    first, last = min(counts), max(counts)
    periods = list(_months(first, last))
    if len(periods) > MONTHS_SHOWN:
        counts = years
        periods = [f"{year:04}" for year in range(int(first[:4]), int(last[:4]) + 1)]
    return tuple(Facet(period, counts.get(period, 0)) for period in periods)


def _months(first: str, last: str) -> Iterator[str]:
    month = int(first[:4]) * 12 + int(first[5:]) - 1
    end = int(last[:4]) * 12 + int(last[5:]) - 1
    for number in range(month, end + 1):
        yield f"{number // 12:04}-{number % 12 + 1:02}"


def meant(index: Index, typed: str, kind: Kind | None = None) -> tuple[Kind, str]:
    """Return the one whom `typed` means, by any spelling.

    Raises UnknownNameError where no page mentions the name, WhodexError where it means several.
    """
    kinds = (kind,) if kind else KINDS
    found = [(k, name) for k in kinds for name in index.names.resolve(k, typed)]
    if not found:
        offers = {name: None for k in kinds for name in index.names.nearest(k, typed)}
        near = f"Did you mean {' or '.join(map(repr, offers))}?" if offers else None
        raise UnknownNameError(f"No page mentions {typed!r}.", hint=near)
    exact = [(k, name) for k, name in found if name == typed]
    if len(found) > 1 and len(exact) != 1:
        named = ", ".join(f"{name} ({k})" for k, name in found[:8])
        raise WhodexError(
            f"{typed!r} can be {named}.", hint="Type the whole name, or add --kind person|company."
        )
    return (exact or found)[0]


def meant_of_one_kind(
    index: Index, typed: Sequence[str], kind: Kind | None = None, *, into: str | None = None
) -> tuple[Kind, tuple[str, ...]]:
    """Return those whom the names mean, who must all be people or all be companies.

    Raises what `meant` does, and WhodexError where the kinds differ, that of `into` included
    where it is somebody already.
    """
    found = [meant(index, name, kind) for name in typed]
    kinds = {k for k, _ in found}
    if into and not kind:
        kinds |= {k for k in KINDS if into in index.names.resolve(k, into)}
    if len(kinds) > 1:
        named = ", ".join(f"{name} ({k})" for k, name in found)
        raise WhodexError(
            f"A person cannot be a company: {named}{f', {into}' if into else ''}.",
            hint="Choose one with --kind person|company, or hide the other.",
        )
    return found[0][0], tuple(dict.fromkeys(name for _, name in found))


def _entity(document: Document, kind: Kind, name: str) -> Entity:
    return next(e for e in document.entities if (e.kind, e.name) == (kind, name))


def _spelled(document: Document, entity: Entity) -> list[str]:
    """Return the spelling of every mention."""
    return [" ".join(document.article.spelling(m).split()) for m in entity.mentions]


def _companions(
    joint: Mapping[str, int], everywhere: Mapping[str, int], pages: int, size: int
) -> tuple[Companion, ...]:
    """Return who is on the pages more often than chance would have it, the surest first.

    The order is that of the log-likelihood ratio (Dunning 1993), which a name on two pages of
    two does not lead; what is told is the lift, the ratio of the observed to the expected.
    """
    companions = [
        (_log_likelihood(count, pages, everywhere[name], size), Companion(name, count, lift))
        for name, count in joint.items()
        if count >= MIN_JOINT_PAGES and (lift := count * size / (pages * everywhere[name])) > 1
    ]
    companions.sort(key=lambda pair: (-pair[0], -pair[1].count, pair[1].name))
    return tuple(companion for _, companion in companions)


def _log_likelihood(joint: int, pages: int, having: int, size: int) -> float:
    """Return Dunning's G2 of sets of `pages` and `having` of `size` pages that share `joint`."""
    table = (
        (joint, pages * having),
        (pages - joint, pages * (size - having)),
        (having - joint, (size - pages) * having),
        (size - pages - having + joint, (size - pages) * (size - having)),
    )
    return 2 * sum(
        observed * math.log(observed * size / expected)
        for observed, expected in table
        if observed > 0 and expected > 0
    )
