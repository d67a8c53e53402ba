"""A question, and its way to a Whoosh query tree."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from whoosh import query as whoosh_query

from index.errors import WhodexError
from index.records import KINDS
from index.store.analysis import fold, term_of, terms
from index.store.paths import canonical, located_path, stored_path
from search import syntax
from search.dates import parse_period
from search.lexemes import QueryError
from search.names import Names
from search.patterns import compile_pattern
from search.record import Record
from search.syntax import ANALYSED_FIELDS, DATE_FIELD, NAME_FIELDS

if TYPE_CHECKING:
    from whoosh.query import Query as Tree

Match = Literal["auto", "all", "any"]
Sort = Literal["relevance", "newest", "oldest"]
FacetField = Literal["person", "company", "site", "author", "language", "year", "month"]

MATCHES: tuple[Match, ...] = get_args(Match)
SORTS: tuple[Sort, ...] = get_args(Sort)
FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)

# Up to so many words, "auto" asks for all of them: short queries name things, longer ones
# describe them, and no page has every word of a description.
AUTO_ALL_WORDS = 4

DEFAULT_LIMIT = 10


class Query(Record):
    """A question as it was asked.

    `people`, `companies`, `sites` and `authors` are names in any spelling: a document has one of
    each group that is not empty. `after` is the first day that counts, `before` the first that
    no longer does.
    """

    text: str = ""
    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    after: datetime.date | None = None
    before: datetime.date | None = None
    match: Match = "auto"
    sort: Sort = "relevance"
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    facets: tuple[FacetField, ...] = ()
    facet_limit: int | None = 10
    snippets: bool = True

    def __post_init__(self) -> None:
        """Refuse days of which there is none."""
        if self.after and self.before and self.before <= self.after:
            raise WhodexError(
                f"No day is both on or after {self.after} and before {self.before}.",
                hint="The later date belongs to --before (`before`).",
            )

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The names that are asked for, by field."""
        groups = zip(
            NAME_FIELDS, (self.people, self.companies, self.authors, self.sites), strict=True
        )
        return {field: asked for field, asked in groups if asked}


class Plan(Record):
    """A question as the index can answer it.

    `tree` says what matches; `partial` what else comes near, or None where nothing else shall.
    `named` are the shown names of the people and companies that its clause means.
    """

    tree: Tree
    partial: Tree | None
    clause: syntax.Clause | None
    named: frozenset[str] = frozenset()


def plan(query: Query, names: Names, folder: Path) -> Plan:
    """Return the trees of the question's text, for the index in `folder`.

    Raises QueryError where it does not parse, or has no word that the index keeps.
    """
    clause = syntax.parse(query.text)
    if clause is None:
        return Plan(whoosh_query.Every(), None, None)
    words = sum(1 for _ in operands(clause))
    every = query.match == "all" or (query.match == "auto" and words <= AUTO_ALL_WORDS)
    translator = _Translator(query.text, names, folder, every=every)
    tree = translator.tree(clause)
    if tree is None:
        raise QueryError(
            query.text,
            next(operands(clause, negated=True)).position,
            "it has no word that the index keeps.",
            hint="Signs, and words like 'the' and 'of', are on too many pages to be searched.",
        )
    partial = None
    if every and query.match == "auto" and isinstance(clause, syntax.Sequence):
        partial = _Translator(query.text, names, folder, every=False).tree(clause)
    return Plan(tree, partial, clause, frozenset(translator.named))


def operands(clause: syntax.Clause, *, negated: bool = False) -> Iterator[syntax.Operand]:
    """Yield the words, phrases and ranges of a clause; those under a NOT only if `negated`."""
    if isinstance(clause, syntax.Not):
        if negated:
            yield from operands(clause.clause, negated=True)
    elif isinstance(clause, syntax.Near):
        yield from operands(clause.words)
        yield clause.name
    elif isinstance(clause, syntax.And | syntax.Or | syntax.Sequence):
        for part in clause.clauses:
            yield from operands(part, negated=negated)
    else:
        yield clause


def date_filter(after: datetime.date | None, before: datetime.date | None) -> Tree | None:
    """Return the tree of the documents published from `after` to the day before `before`."""
    if after is None and before is None:
        return None
    return _days(after.toordinal() if after else None, before.toordinal() - 1 if before else None)


def _days(first: int | None, last: int | None) -> Tree:
    """Return the tree of the documents of some days (ordinals), both ends included."""
    first = datetime.date.min.toordinal() if first is None else first
    last = datetime.date.max.toordinal() if last is None else last
    if last < first:
        return whoosh_query.NullQuery
    return whoosh_query.NumericRange(DATE_FIELD, first, last, constantscore=True)


class _Translator:
    """From clauses to Whoosh's queries; None stands for a clause without a word to look up."""

    def __init__(self, text: str, names: Names, folder: Path, *, every: bool) -> None:
        self.text = text
        self.names = names
        self.folder = folder
        self.every = every
        self.named: set[str] = set()

    def tree(self, clause: syntax.Clause) -> Tree | None:
        match clause:
            case syntax.Not():
                tree = self.tree(clause.clause)
                return None if tree is None else whoosh_query.Not(tree)
            case syntax.Near():
                return self._near(clause)
            case syntax.And():
                return self._all([self.tree(part) for part in clause.clauses])
            case syntax.Or():
                return self._any([self.tree(part) for part in clause.clauses])
            case syntax.Sequence():
                return self._sequence(clause)
            case syntax.Word() | syntax.Phrase() if clause.field in ANALYSED_FIELDS:
                return self._analysed(clause)
            case syntax.Pattern() if clause.field in ANALYSED_FIELDS:
                return self._pattern(clause)
            case _:
                return self._valued(clause)

    def _near(self, clause: syntax.Near) -> Tree | None:
        """Test, of the documents that have the words and the name, where the two stand."""
        from search.near import Near, Nearness
        from search.snippets import wanted

        words, bearers, name = self.tree(clause.words), self._valued(clause.name), clause.name
        if words is None or bearers is None:
            return None
        kind = next(kind for kind in KINDS if kind == name.field)
        anybody = isinstance(name, syntax.Pattern) and not name.text.strip("*")
        shown = None if anybody else frozenset(self._named(name))
        holds = Nearness(self.names, kind, shown, wanted(clause.words), clause.distance)
        return Near(whoosh_query.And([words, bearers]), holds)

    def _sequence(self, clause: syntax.Sequence) -> Tree | None:
        trees = [self.tree(part) for part in clause.clauses]
        if self.every:
            return self._all(trees)
        wanted = [
            tree for tree in trees if tree is not None and not isinstance(tree, whoosh_query.Not)
        ]
        unwanted = [tree for tree in trees if isinstance(tree, whoosh_query.Not)]
        return self._all([self._any(list(wanted)), *unwanted])

    def _all(self, trees: list[Tree | None]) -> Tree | None:
        return _joined(whoosh_query.And, trees)

    def _any(self, trees: list[Tree | None]) -> Tree | None:
        return _joined(whoosh_query.Or, trees)

    def _analysed(self, clause: syntax.Word | syntax.Phrase) -> Tree | None:
        """Make a word of several terms (GPT-4o) a phrase, unless any word of the query may do."""
        found = [term.text for term in terms(clause.text)]
        field, boost = clause.field, clause.boost
        if not found:
            return None
        if isinstance(clause, syntax.Word) and clause.fuzziness:
            words = (clause.text[term.start : term.end] for term in terms(clause.text))
            return self._all([self._fuzzy(word, clause) for word in words])
        if len(found) == 1:
            return whoosh_query.Term(field, found[0], boost=boost)
        if isinstance(clause, syntax.Word) and not self.every:
            return self._any([whoosh_query.Term(field, term, boost=boost) for term in found])
        slop = clause.slop if isinstance(clause, syntax.Phrase) else 1
        return whoosh_query.Phrase(field, found, slop=slop, boost=boost)

    def _fuzzy(self, word: str, clause: syntax.Word) -> Tree:
        """Return the tree of the terms that a word may be meant for; the nearer weigh more."""
        from search.spelling import meant

        found = meant(self.names.reader, clause.field, word, clause.fuzziness)
        return whoosh_query.Or(
            [
                whoosh_query.Term(clause.field, term, boost=clause.boost / (1 + differing))
                for term, differing in found.items()
            ]
        )

    def _pattern(self, clause: syntax.Pattern) -> Tree | None:
        """Terms are stems: a pattern is tried on them as it is, a prefix as a whole word too."""
        folded = fold(clause.text)
        if not folded.strip("*?"):
            return whoosh_query.Every()
        stem = folded[:-1]
        if folded.endswith("*") and not set("*?[") & set(stem):
            prefix = whoosh_query.Prefix(clause.field, stem, boost=clause.boost)
            whole = term_of(stem)
            if not whole or whole.startswith(stem):
                return prefix
            word = whoosh_query.Term(clause.field, whole, boost=clause.boost)
            return whoosh_query.Or([prefix, word])
        escaped = folded.replace("[", "[[]")
        return whoosh_query.Wildcard(clause.field, escaped, boost=clause.boost)

    def _valued(self, clause: syntax.Operand) -> Tree | None:
        """Translate a clause on a field whose values are kept as they are."""
        field = clause.field
        if isinstance(clause, syntax.Pattern) and not clause.text.strip("*"):
            return whoosh_query.Every(field)
        if isinstance(clause, syntax.Range) or field == DATE_FIELD:
            return self._published(clause)
        if field in NAME_FIELDS:
            values = self._named(clause)
            if field in KINDS:
                self.named.update(values)
            return self.names.tree(field, values) if values else whoosh_query.NullQuery
        if isinstance(clause, syntax.Pattern):
            return self._exact_pattern(clause)
        if field == "path":
            stored = stored_path(_here(clause.text), self.folder)
            return self._any([whoosh_query.Term(field, value) for value in (clause.text, stored)])
        value = fold(clause.text) if field == "language" else clause.text
        return whoosh_query.Term(field, value)

    def _named(self, clause: syntax.Word | syntax.Phrase | syntax.Pattern) -> tuple[str, ...]:
        """Return the shown names that a clause means."""
        match clause:
            case syntax.Pattern():
                wanted = compile_pattern(fold(clause.text))
                return self.names.matching(clause.field, lambda s: wanted.fullmatch(s) is not None)
            case syntax.Word() if clause.fuzziness:
                from search.spelling import same_but_for

                typed, limit = fold(clause.text), clause.fuzziness
                return self.names.matching(clause.field, lambda s: same_but_for(s, typed, limit))
            case _:
                return self.names.resolve(clause.field, clause.text)

    def _exact_pattern(self, clause: syntax.Pattern) -> Tree:
        """Try the pattern on each value, since they are compared without case and accents."""
        wanted = compile_pattern(fold(clause.text), one_letter=False)
        values = [value.decode("utf-8") for value in self.names.reader.lexicon(clause.field)]
        found = [value for value in values if wanted.fullmatch(fold(value))]
        if clause.field == "path":
            wanted = compile_pattern(fold(str(_here(clause.text))), one_letter=False)
            places = {value: fold(str(located_path(value, self.folder))) for value in values}
            found += [value for value in values if wanted.fullmatch(places[value])]
        if not found:
            return whoosh_query.NullQuery
        return whoosh_query.Or([whoosh_query.Term(clause.field, value) for value in found])

    def _published(self, clause: syntax.Operand) -> Tree:
        if isinstance(clause, syntax.Range):
            first, last = clause.first, clause.last
        else:
            first = last = clause.text
        try:
            start = parse_period(first).first.toordinal() if first else None
            end = parse_period(last).last.toordinal() if last else None
        except WhodexError as error:
            raise QueryError(self.text, clause.position, error.message, hint=error.hint) from error
        if start and end and end < start:
            raise QueryError(
                self.text, clause.position, f"{last} is before {first}, so no day is between them."
            )
        return _days(start, end)


def _here(path: str) -> Path:
    """Return where a path leads from here, as those of pages are kept."""
    return canonical(Path(path.replace("\0", "")))


def _joined(
    kind: type[whoosh_query.And | whoosh_query.Or], trees: list[Tree | None]
) -> Tree | None:
    """Join trees, leaving out empty ones; a term that comes n times weighs n times.

    Whoosh would merge such terms into one, and lose their count.
    """
    present = [tree for tree in trees if tree is not None]
    if not present:
        return None
    counts: Counter[Tree] = Counter(present)
    merged = []
    for tree, count in counts.items():
        if count > 1 and isinstance(tree, whoosh_query.Term):
            tree = whoosh_query.Term(tree.fieldname, tree.text, boost=tree.boost * count)
        merged.append(tree)
    if len(merged) == 1 and not isinstance(merged[0], whoosh_query.Not):
        return merged[0]
    if all(isinstance(tree, whoosh_query.Not) for tree in merged):
        merged.insert(0, whoosh_query.Every())
    return kind(merged)
