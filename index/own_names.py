"""The user's own list of people and companies, which wins over what is found."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from index.errors import WhodexError
from index.records import KINDS, Article, Entity, Kind, Mention

WORD = re.compile(r"\w+")
FORM = "person: Zoë Müller = Z. Müller, Zoe Mueller"


@dataclass(frozen=True, slots=True)
class OwnName:
    """One line of the list: who it is, and all spellings, the name among them."""

    kind: Kind
    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class OwnNames:
    """A list of names, looked up by their first words."""

    names: tuple[OwnName, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A text that changes with the list; empty for an empty one."""
        if not self.names:
            return ""
        return hashlib.blake2b(repr(self.names).encode("utf-8"), digest_size=6).hexdigest()

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[str, OwnName]]]:
        """The spellings that begin with a word, the longest first."""
        found: dict[str, list[tuple[str, OwnName]]] = defaultdict(list)
        for own in self.names:
            for spelling in own.spellings:
                word = WORD.search(spelling)
                assert word is not None
                found[word.group()].append((spelling, own))
        for spellings in found.values():
            spellings.sort(key=lambda pair: -len(pair[0]))
        return found

    def apply(self, article: Article, entities: Sequence[Entity]) -> list[Entity]:
        """Return the entities of an article with those of the list, people first.

        A listed name takes in the entities that overlap with its mentions.
        """
        if not self.names:
            return list(entities)
        mentions: dict[OwnName, list[Mention]] = defaultdict(list)
        for own, mention in (*self._find("title", article), *self._find("text", article)):
            mentions[own].append(mention)
        taken = [mention for found in mentions.values() for mention in found]
        kept = [rest for entity in entities if (rest := _without(entity, taken))]
        listed = [
            Entity(
                own.kind,
                own.name,
                tuple(dict.fromkeys(article.spelling(m) for m in found)),
                tuple(found),
            )
            for own, found in mentions.items()
        ]
        known = {(entity.kind, entity.name): entity for entity in kept}
        for entity in listed:
            same = known.get((entity.kind, entity.name))
            known[entity.kind, entity.name] = entity.joined(same) if same else entity
        return sorted(known.values(), key=_order)

    def _find(self, field: str, article: Article) -> Iterator[tuple[OwnName, Mention]]:
        text = article.title if field == "title" else article.text
        end = 0
        for word in WORD.finditer(text):
            if word.start() < end:
                continue
            for spelling, own in self._by_first_word.get(word.group(), ()):
                start = word.start() - spelling.index(word.group())
                if (
                    start >= end
                    and text.startswith(spelling, start)
                    and _is_whole(text, start, spelling)
                ):
                    end = start + len(spelling)
                    place = Mention("title" if field == "title" else "text", start, end)
                    yield own, place
                    break


def read_names(path: Path) -> OwnNames:
    """Read a list: a name a line, such as `person: Zoë Müller = Z. Müller, Zoe Mueller`.

    Blank lines and those that begin with # are passed over. Raises WhodexError, which names the
    line, where one cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise WhodexError(f"The list of names {path} cannot be read: {reason}.") from error
    seen: dict[str, int] = {}
    names = []
    # Articles are in this form, and must be for a comparison of characters.
    lines = unicodedata.normalize("NFC", text).splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        own = _parse(f"{path}, line {number}", line)
        for spelling in own.spellings:
            if spelling in seen:
                raise WhodexError(
                    f"{path}, line {number}: {spelling!r} is on line {seen[spelling]} already."
                )
            seen[spelling] = number
        names.append(own)
    return OwnNames(tuple(names))


def _parse(place: str, line: str) -> OwnName:
    kind, colon, rest = line.partition(":")
    kind = kind.strip().casefold()
    if not colon or kind not in KINDS:
        raise WhodexError(
            f"{place}: a line begins with person: or company:", hint=f"For example: {FORM}"
        )
    name, _, others = rest.partition("=")
    spellings = [" ".join(part.split()) for part in (name, *others.split(","))]
    if not spellings[0]:
        raise WhodexError(f"{place}: the name is missing.", hint=f"For example: {FORM}")
    given = [spelling for spelling in spellings if spelling]
    if wordless := [spelling for spelling in given if not WORD.search(spelling)]:
        raise WhodexError(f"{place}: {wordless[0]!r} is no name.", hint=f"For example: {FORM}")
    return OwnName(kind, given[0], tuple(dict.fromkeys(given)))


def _is_whole(text: str, start: int, spelling: str) -> bool:
    end = start + len(spelling)
    before, after = text[start - 1 : start], text[end : end + 1]
    inner_start, inner_end = spelling[0].isalnum(), spelling[-1].isalnum()
    return not (inner_start and before.isalnum()) and not (inner_end and after.isalnum())


def _without(entity: Entity, taken: Iterable[Mention]) -> Entity | None:
    """Return an entity without the mentions that overlap; None where none are left."""
    spans = [(other.field, other.start, other.end) for other in taken]
    left = tuple(
        mention
        for mention in entity.mentions
        if not any(
            field == mention.field and start < mention.end and mention.start < end
            for field, start, end in spans
        )
    )
    if not left and entity.mentions:
        return None
    return replace(entity, mentions=left)


def _order(entity: Entity) -> tuple[bool, int, bool, int]:
    """People first, then by the number of mentions, then by the first of them."""
    first = entity.mentions[0] if entity.mentions else Mention("text", 0, 0)
    return entity.kind != "person", -len(entity.mentions), first.field != "title", first.start
