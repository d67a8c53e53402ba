"""Words near a mention of somebody: what postings do not tell, and the document itself does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from whoosh import query as whoosh_query

from index.records import Document, Kind, Mention
from index.store.analysis import terms
from index.store.schema import from_fields
from search.names import Names
from search.record import Record
from search.snippets import Wanted, find

# Characters of a text that hold a term and the stop words beside it, however long the word.
TERM_WIDTH = 40


class Near(whoosh_query.Query):  # type: ignore[misc, unused-ignore]
    """The documents of a tree whose stored fields pass a test, which is asked once for each."""

    def __init__(self, child: whoosh_query.Query, holds: Callable[[dict[str, Any]], bool]) -> None:
        self.child = child
        self.holds = holds
        self._known: dict[tuple[int, int], bool] = {}

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Each is asked for itself: tests cannot be compared."""
        return self is other

    def children(self) -> Iterator[whoosh_query.Query]:
        """Yield the tree whose documents are tested."""
        yield self.child

    def passes(self, place: tuple[int, int], stored: Callable[[], dict[str, Any]]) -> bool:
        """Say whether the document at a place (of its segment, in it) passes the test."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self.holds(stored())
        return known


class Nearness(Record):
    """The test of a document: a mention of a kind stands within `distance` terms of some words.

    `shown` are the names that count; None stands for any.
    """

    names: Names
    kind: Kind
    shown: frozenset[str] | None
    sought: Wanted
    distance: int

    def __call__(self, stored: dict[str, Any]) -> bool:
        """Test the stored fields of a document."""
        document = from_fields(stored)
        return any(self._is_near(document, mention) for mention in self._mentions(document))

    def _mentions(self, document: Document) -> Iterator[Mention]:
        for entity in self.names.shown(document):
            if entity.kind == self.kind and (self.shown is None or entity.name in self.shown):
                yield from entity.mentions

    def _is_near(self, document: Document, mention: Mention) -> bool:
        article = document.article
        text = article.title if mention.field == "title" else article.text
        reach = (self.distance + 1) * TERM_WIDTH
        before = text[max(0, mention.start - reach) : mention.start]
        behind = text[mention.end : mention.end + reach]
        gaps = [before[span.end :] for span in find(before, self.sought)]
        gaps += [behind[: span.start] for span in find(behind, self.sought)]
        return any(sum(1 for _ in terms(gap)) <= self.distance for gap in gaps)
