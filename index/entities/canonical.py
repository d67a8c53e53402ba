"""Across documents: the same name for the same person or company everywhere, and one kind.

Every document is resolved on its own; here the names of all of them are compared, cautiously: two
names are one only where nothing but case, accents, a legal form or middle initials sets them
apart, or where a lone surname can mean one person alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from index.entities.lexicon import company_key, fold, load
from index.entities.people import name_parts
from index.records import Kind

Identity = tuple[Kind, str]
"""A kind and a canonical name."""

_LONE_SURNAME_SHARE, _LONE_SURNAME_DOCUMENTS = 0.9, 3
"""A lone surname is the person who has this share of the documents with it, and so many."""


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many documents a name of a kind was found."""

    kind: Kind
    name: str
    documents: int


def unify(tallies: Iterable[Tally]) -> dict[Identity, Identity]:
    """Return what the names of a corpus are to be changed to; names that stay are left out.

    Of the names of one person or company the commonest is shown (among equals the first in
    alphabetical order), under the kind that most documents give it.
    """
    groups: dict[tuple[str, ...], list[Tally]] = defaultdict(list)
    for tally in sorted(tallies, key=lambda tally: (-tally.documents, tally.name, tally.kind)):
        groups[_key(tally)].append(tally)
    _join_kinds(groups)
    _join_lone_surnames(groups)
    changes: dict[Identity, Identity] = {}
    for group in groups.values():
        by_kind: dict[Kind, int] = defaultdict(int)
        for tally in group:
            by_kind[tally.kind] += tally.documents
        kind = max(by_kind, key=lambda kind: (by_kind[kind], kind))
        name = next(tally.name for tally in group if tally.kind == kind)
        for tally in group:
            if (tally.kind, tally.name) != (kind, name):
                changes[tally.kind, tally.name] = (kind, name)
    return changes


def _key(tally: Tally) -> tuple[str, ...]:
    if tally.kind == "company":
        return ("company", company_key(tally.name) or fold(tally.name))
    given, surname, generation = name_parts(tally.name.split())
    if not given or len(given.replace(".", "")) == 1:  # an initial may be anyone's
        return ("person", fold(tally.name))
    middle = [part for part in fold(tally.name).split()[1:-1] if len(part.strip(".")) > 1]
    return ("person", given, *middle, surname, generation)


def _join_kinds(groups: dict[tuple[str, ...], list[Tally]]) -> None:
    """Join a person and a company of the same name: one of the two is a mistake."""
    people = {
        company_key(group[0].name): key for key, group in groups.items() if key[0] == "person"
    }
    for key in [key for key in groups if key[0] == "company"]:
        twin = people.get(key[1])
        if twin is not None:
            groups[key] = sorted(groups[key] + groups.pop(twin), key=lambda t: -t.documents)


def _join_lone_surnames(groups: dict[tuple[str, ...], list[Tally]]) -> None:
    full: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in groups:
        if key[0] == "person" and len(key) > 2:
            full[key[-2]].append(key)
    given_names = {fold(name) for name in load().given_names}
    for key in [key for key in groups if key[0] == "person" and len(key) == 2]:
        owners = full.get(key[1], [])
        if not owners or key[1] in given_names:
            continue
        sizes = {owner: sum(tally.documents for tally in groups[owner]) for owner in owners}
        best = max(sizes, key=lambda owner: sizes[owner])
        if sizes[best] >= max(_LONE_SURNAME_DOCUMENTS, _LONE_SURNAME_SHARE * sum(sizes.values())):
            groups[best].extend(groups.pop(key))
