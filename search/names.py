"""From the name that somebody types to the names that are shown, and to their documents.

A name goes through two hands on its way from the index to the reader: `index.naming` makes the
names of different documents one, and the user's aliases have the last word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from whoosh import query as whoosh_query

from index.naming import Identity
from index.records import KINDS, Document, Entity, Kind
from index.store.analysis import fold, terms
from index.store.schema import CANONICAL, KEY_SEPARATOR, NAME_WORD, SPELLING
from search.aliases import Aliases, folded_spelling
from search.spelling import distance

if TYPE_CHECKING:
    from whoosh.query import Query as Tree
    from whoosh.reading import IndexReader

# The share of letters in which a name that is offered may differ from one that is not found.
UNLIKE = 0.25


class Names:
    """The names of one reader; `unified` says what names of its documents are changed to."""

    def __init__(
        self, reader: IndexReader, unified: Mapping[Identity, Identity], aliases: Aliases
    ) -> None:
        self.reader = reader
        self.unified = unified
        self.aliases = aliases
        self._sources: dict[Identity, list[Identity]] = defaultdict(list)
        for indexed, common in unified.items():
            self._sources[common].append(indexed)

    def resolve(self, field: str, typed: str) -> tuple[str, ...]:
        """Return the names shown in `field` that `typed` can mean, the commonest first.

        A name is meant by any of its spellings; where no name is spelled so, by words of it.
        """
        typed = typed.encode("utf-8", "replace").decode("utf-8")
        folded = fold(typed).strip()
        spelling = folded_spelling(typed)
        spelled = self._found(field, SPELLING + folded, spelling)
        spelled |= self._found(field, CANONICAL + folded, spelling)
        if field in KINDS:
            kind: Kind = field
            spelled |= self.aliases.called(kind, folded)
        if spelled:
            return self._by_frequency(field, spelled)
        worded = [self._found(field, NAME_WORD + term.text, None) for term in terms(typed)]
        return self._by_frequency(field, set.intersection(*worded) if worded else set())

    def nearest(self, field: str, typed: str, *, count: int = 3) -> tuple[str, ...]:
        """Return the names shown in `field` that look most like `typed`, the nearest first."""
        spellings: dict[str, str] = {}
        for spelling, shown in self._spelled(field):
            spellings.setdefault(spelling, shown)
        wanted = fold(typed)
        limit = max(1, int(len(wanted) * UNLIKE))
        far = {spelling: distance(spelling, wanted, limit) for spelling in spellings}
        near = sorted((s for s in far if far[s] <= limit), key=lambda s: (far[s], s))
        return tuple(dict.fromkeys(spellings[spelling] for spelling in near))[:count]

    def matching(self, field: str, test: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the names shown in `field` that have a spelling that passes a test, or a word.

        The test is of folded text; the commonest names come first.
        """
        found: set[str] = set()
        tested: dict[str, bool] = {}
        for spelling, shown in self._spelled(field):
            for text in (spelling, *spelling.split()):
                if text not in tested:
                    tested[text] = test(text)
                if tested[text]:
                    found.add(shown)
        return self._by_frequency(field, found)

    def tree(self, field: str, names: Iterable[str]) -> Tree:
        """Return the tree of the documents that have one of the shown `names` in `field`."""
        if field not in KINDS:
            return whoosh_query.Or([whoosh_query.Term(field, name) for name in names])
        kind: Kind = field
        return whoosh_query.Or([tree for name in names for tree in self._trees(kind, name)])

    def shown(self, document: Document) -> tuple[Entity, ...]:
        """Return the entities of a document as they are shown."""
        common = [
            replace(entity, kind=kind, name=name)
            for entity in document.entities
            for kind, name in [self._common((entity.kind, entity.name))]
        ]
        return self.aliases.apply(common, document.article)

    def groups(self, kind: Kind, counts: Mapping[Identity, int]) -> dict[str, tuple[int, bool]]:
        """Return the shown names of a kind for counts of indexed names.

        With each comes its count, and whether that is exact; else it is only an upper bound, as
        documents may have several of the names that are one, or one that is split.
        """
        bounds: dict[str, tuple[int, bool]] = {}
        for identity, count in counts.items():
            of, name = self._common(identity)
            if of != kind:
                continue
            bearers = self.aliases.all_shown(kind, name)
            for shown in filter(None, bearers):
                known, _ = bounds.get(shown, (0, True))
                bounds[shown] = (known + count, not known and len(bearers) == 1)
        return bounds

    def _trees(self, kind: Kind, shown: str) -> list[Tree]:
        """Return one tree for each way in which a document can have a name."""
        trees: list[Tree] = []
        for name in sorted(self.aliases.members(kind, shown)):
            whole = self.aliases.all_shown(kind, name) == {shown}
            for source, indexed in self._indexed((kind, name)):
                if whole:
                    trees.append(whoosh_query.Term(source, indexed))
                    continue
                trees.extend(
                    _spelling_tree(source, spelling, indexed)
                    for spelling in sorted(self._spellings(source, indexed))
                    if self.aliases.shown(kind, name, folded_spelling(spelling)) == shown
                )
        return trees or [whoosh_query.NullQuery]

    def _common(self, indexed: Identity) -> Identity:
        return self.unified.get(indexed, indexed)

    def _indexed(self, common: Identity) -> list[Identity]:
        """Return the indexed names that are one under this name."""
        own = [] if common in self.unified else [common]
        return own + self._sources.get(common, [])

    def _spellings(self, kind: Kind, indexed: str) -> set[str]:
        """Return the folded spellings of an indexed name."""
        end = KEY_SEPARATOR + indexed
        keys = (key.decode("utf-8") for key in self.reader.expand_prefix(f"{kind}_key", SPELLING))
        return {key[len(SPELLING) : -len(end)] for key in keys if key.endswith(end)}

    def _found(self, field: str, key: str, spelling: str | None) -> set[str]:
        """Return the shown names whose keys begin with `key`."""
        prefix = key + KEY_SEPARATOR
        return {
            shown
            for source in _fields(field)
            for found in self.reader.expand_prefix(f"{source}_key", prefix)
            for shown in self._shown(field, source, found.decode("utf-8")[len(prefix) :], spelling)
        }

    def _shown(self, field: str, source: str, indexed: str, spelling: str | None) -> set[str]:
        """Return the names in `field` under which an indexed name of `source` is shown."""
        if source not in KINDS:
            return {indexed}
        of: Kind = source
        kind, name = self._common((of, indexed))
        if kind != field:
            return set()
        shown = self.aliases.shown(kind, name, spelling)
        return set() if shown is None else {shown}

    def _spelled(self, field: str) -> Iterator[tuple[str, str]]:
        """Yield every folded spelling in `field`, with the name that is shown for it."""
        if field in KINDS:
            kind: Kind = field
            yield from ((fold(name), name) for name in self.aliases.names(kind))
        for mark in (SPELLING, CANONICAL):
            for source in _fields(field):
                for key in self.reader.expand_prefix(f"{source}_key", mark):
                    spelling, name = key.decode("utf-8")[len(mark) :].split(KEY_SEPARATOR, 1)
                    for shown in self._shown(field, source, name, folded_spelling(spelling)):
                        yield spelling, shown

    def _by_frequency(self, field: str, names: set[str]) -> tuple[str, ...]:
        counted = [(-self._frequency(field, name), name) for name in names]
        return tuple(name for frequency, name in sorted(counted) if frequency)

    def _frequency(self, field: str, name: str) -> int:
        tree = self.tree(field, (name,))
        return sum(self.reader.doc_frequency(f, text) for f, text in tree.iter_all_terms())


def _fields(field: str) -> tuple[str, ...]:
    """Return the fields in whose keys the names of `field` may be: a kind may be corrected."""
    return KINDS if field in KINDS else (field,)


def _spelling_tree(kind: Kind, spelling: str, indexed: str) -> Tree:
    return whoosh_query.Term(f"{kind}_key", f"{SPELLING}{spelling}{KEY_SEPARATOR}{indexed}")
