"""From the name that somebody types to the names that the index shows, and to its documents."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from whoosh import query as whoosh_query

from index.records import Document, Entity, Kind
from index.store.analysis import fold, terms
from index.store.schema import CANONICAL, KEY_SEPARATOR, KINDS, NAME_WORD, SPELLING
from search.aliases import Aliases, Spelled

if TYPE_CHECKING:
    from whoosh.query import Query as Tree
    from whoosh.reading import IndexReader

# How alike a name must be to be offered in the place of one that is not found (0-1).
NEARNESS = 0.6


class Names:
    """The names of one reader as the aliases have them: every name here is one that is shown."""

    def __init__(self, reader: IndexReader, aliases: Aliases) -> None:
        self.reader = reader
        self.aliases = aliases

    def resolve(self, field: str, typed: str) -> tuple[str, ...]:
        """Return the names in `field` that `typed` can mean, the commonest first.

        A name is meant by any of its spellings; where no name is spelled so, by words of it.
        """
        folded = fold(typed).strip()
        spelled = {
            name
            for raw in self._raw(field, SPELLING + folded) | self._raw(field, CANONICAL + folded)
            for name in self._shown(field, raw, folded)
        }
        spelled |= {name for name in self._aliased(field) if fold(name) == folded}
        if spelled:
            return self._by_frequency(field, spelled)
        found: set[str] | None = None
        for term in terms(typed):
            named = self._raw(field, NAME_WORD + term.text)
            found = named if found is None else found & named
        shown = {name for raw in found or () for name in self._shown(field, raw, None)}
        return self._by_frequency(field, shown)

    def nearest(self, field: str, typed: str, *, count: int = 3) -> tuple[str, ...]:
        """Return the names in `field` that look most like `typed`, the nearest first."""
        spellings = {fold(name): name for name in self._aliased(field)}
        for mark in (SPELLING, CANONICAL):
            for key in self.reader.expand_prefix(f"{field}_key", mark):
                spelling, raw = key.decode("utf-8")[len(mark) :].split(KEY_SEPARATOR, 1)
                for name in self._shown(field, raw, spelling):
                    spellings.setdefault(spelling, name)
        near = difflib.get_close_matches(fold(typed), spellings, n=2 * count, cutoff=NEARNESS)
        return tuple(dict.fromkeys(spellings[spelling] for spelling in near))[:count]

    def tree(self, field: str, names: tuple[str, ...]) -> Tree:
        """Return the tree of the documents that have one of `names` in `field`."""
        if field not in KINDS:
            return whoosh_query.Or([whoosh_query.Term(field, name) for name in names])
        kind: Kind = field
        return whoosh_query.Or(
            [tree for name in names for tree in self._trees(kind, name)],
        )

    def shown(self, document: Document) -> tuple[Entity, ...]:
        """Return the entities of a document as the aliases have them."""
        article = document.article
        return self.aliases.apply(document.entities, Spelled(article.title, article.text))

    def affected(self, field: str) -> tuple[set[str], set[str]]:
        """Return the indexed names that a rule changes, and the names that are shown for them."""
        if field not in KINDS or not self.aliases.rules:
            return set(), set()
        kind: Kind = field
        touched = self.aliases.touched(kind)
        return touched, {
            shown for name in touched if (shown := self.aliases.shown(kind, name)) is not None
        }

    def _trees(self, kind: Kind, shown: str) -> list[Tree]:
        """Return one tree for each way in which a document can have a name."""
        trees: list[Tree] = []
        for raw in sorted(self.aliases.members(kind, shown)):
            split = {
                fold(s.spelling) for s in self.aliases.splits if (s.kind, s.name) == (kind, raw)
            }
            if not split:
                trees.append(whoosh_query.Term(kind, raw))
                continue
            others = self._spellings(kind, raw) - split
            trees.extend(_spelled(kind, spelling, raw) for spelling in others)
        trees.extend(
            _spelled(kind, fold(rule.spelling), rule.name)
            for rule in self.aliases.splits
            if rule.kind == kind and self.aliases.shown(kind, rule.into) == shown
        )
        return trees or [whoosh_query.NullQuery]

    def _spellings(self, kind: Kind, raw: str) -> set[str]:
        """Return the folded spellings of an indexed name."""
        end = KEY_SEPARATOR + raw
        keys = (key.decode("utf-8") for key in self.reader.expand_prefix(f"{kind}_key", SPELLING))
        return {key[len(SPELLING) : -len(end)] for key in keys if key.endswith(end)}

    def _shown(self, field: str, raw: str, spelling: str | None) -> set[str]:
        """Return the names under which an indexed name is shown where it is so spelled."""
        if field not in KINDS:
            return {raw}
        kind: Kind = field
        names = {raw}
        for split in self.aliases.splits:
            if (split.kind, split.name) == (kind, raw) and fold(split.spelling) == spelling:
                names = {split.into}
        return {name for raw in names if (name := self.aliases.shown(kind, raw)) is not None}

    def _aliased(self, field: str) -> set[str]:
        return self.affected(field)[1]

    def _raw(self, field: str, key: str) -> set[str]:
        prefix = key + KEY_SEPARATOR
        keys = self.reader.expand_prefix(f"{field}_key", prefix)
        return {key.decode("utf-8")[len(prefix) :] for key in keys}

    def _by_frequency(self, field: str, names: set[str]) -> tuple[str, ...]:
        counted = [(-self._frequency(field, name), name) for name in names]
        return tuple(name for frequency, name in sorted(counted) if frequency)

    def _frequency(self, field: str, name: str) -> int:
        tree = self.tree(field, (name,))
        return sum(self.reader.doc_frequency(f, text) for f, text in tree.iter_all_terms())


def _spelled(kind: Kind, spelling: str, raw: str) -> Tree:
    return whoosh_query.Term(f"{kind}_key", f"{SPELLING}{spelling}{KEY_SEPARATOR}{raw}")
