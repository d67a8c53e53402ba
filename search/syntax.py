"""The query language: what was typed, as a tree of clauses, or an error that points at it.

query    := any ("OR" any)*                    any of them
any      := clause (["AND"] clause)*           words side by side follow the match mode
clause   := ("NOT" | "-") clause | member ["NEAR" ["/" words] member]
member   := "(" query ")" | [field ":"] operand ["^" boost]
operand  := word | pre* | w?ld | fuzzy~ | "a phrase" | "near each other"~5 | from..to

What a word can be depends on its field: words of the text can be all of it; names can be patterns
and fuzzy; in values that are kept as they are, only `*` is no part of the value. What is in quotes
is never a pattern.
"""

from __future__ import annotations

import re

from search.lexemes import MAX_WORD_LETTERS, Lexeme, QueryError, lexemes
from search.record import Record

# The fields a query can name: of words, of names that are found by any of their spellings or words,
# of days, and of values that are kept as they are. Then the other names that people try.
ANALYSED_FIELDS = ("text", "title")
NAME_FIELDS = ("person", "company", "author", "site")
DATE_FIELD = "published"
EXACT_FIELDS = ("language", "url", "path", "id")
FIELDS = (*ANALYSED_FIELDS, *NAME_FIELDS, DATE_FIELD, *EXACT_FIELDS)
SYNONYMS = {
    "people": "person",
    "who": "person",
    "companies": "company",
    "date": "published",
    "lang": "language",
    "body": "text",
    "content": "text",
}
DEFAULT_FIELD = "text"

# The fields whose names NEAR finds where they stand in the text.
MENTIONED_FIELDS = ("person", "company")
# Words between a name and what is near it: about half a sentence.
DEFAULT_DISTANCE = 10
NEAR = re.compile(r"NEAR(?:/(\d{1,4}))?")

DEFAULT_FUZZINESS = 1
MAX_FUZZINESS = 2

# Parentheses and NOTs within one another; far below the depth at which Python gives up.
MAX_DEPTH = 100
FIELD_PREFIX = re.compile(r"([^\W\d]\w*):(?!//)")
MODIFIERS = re.compile(r"(?:~([^~^]*))?(?:\^(.*))?", re.DOTALL)
# A sign at the end of a word, or before what looks like a number, is meant as a sign.
BOOST = re.compile(r"(.+)\^((?:[-+.]*\d.*)?)", re.DOTALL)
FUZZY = re.compile(r"(.+)~(\d*)")
NUMBERS = {"~": re.compile(r"\d{1,9}"), "^": re.compile(r"\d{1,9}(?:\.\d{1,9})?")}
LARGE_NUMBER = re.compile(r"\d{10,}(?:\.\d*)?")


class Word(Record):
    """One word to find in `field`; `fuzziness` is the number of letters that may differ."""

    text: str
    field: str
    position: int
    fuzziness: int = 0
    boost: float = 1.0


class Pattern(Record):
    """A word with `*` (any letters) or `?` (one letter) in it."""

    text: str
    field: str
    position: int
    boost: float = 1.0


class Phrase(Record):
    """Words that stand in this order with at most `slop` - 1 others between two of them."""

    text: str
    field: str
    position: int
    slop: int = 1
    boost: float = 1.0


class Range(Record):
    """Values of `field` from `first` to `last`, both included; an empty one is open."""

    first: str
    last: str
    field: str
    position: int
    boost: float = 1.0


class Near(Record):
    """Documents where `words` stand with at most `distance` others between them and a mention.

    `name` is an operand of a field whose names are mentioned; `words` are any of some words and
    phrases of the text.
    """

    words: Clause
    name: Word | Pattern | Phrase
    distance: int


class Not(Record):
    """Documents that the clause does not match."""

    clause: Clause


class And(Record):
    """Documents that all clauses match."""

    clauses: tuple[Clause, ...]


class Or(Record):
    """Documents that at least one clause matches."""

    clauses: tuple[Clause, ...]


class Sequence(Record):
    """Clauses side by side without an operator: the match mode says whether all must match."""

    clauses: tuple[Clause, ...]


Operand = Word | Pattern | Phrase | Range
Clause = Operand | Near | Not | And | Or | Sequence


def parse(query: str) -> Clause | None:
    """Return the clause that `query` says, or None where it is blank.

    Raises QueryError, which points at the character that cannot be read.
    """
    return _Parser(query).parse()


class _Parser:
    """Recursive descent over the lexemes of one query."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.lexemes = lexemes(query)
        self.next = 0
        self.depth = 0

    def parse(self) -> Clause | None:
        if not self.lexemes:
            return None
        clause = self._alternatives()
        if (stray := self._peek()) is not None:
            raise self._error(stray.position, "this ) closes nothing.")
        return clause

    def _alternatives(self) -> Clause:
        clauses = [self._conjunction()]
        while self._take_operator("OR"):
            clauses.append(self._conjunction())
        return clauses[0] if len(clauses) == 1 else Or(tuple(clauses))

    def _conjunction(self) -> Clause:
        """Read clauses side by side; those joined by AND bind closest."""
        groups = [[self._clause()]]
        while (lexeme := self._peek()) is not None and lexeme.kind != "close":
            if self._is_operator(lexeme, "OR"):
                break
            if self._take_operator("AND"):
                groups[-1].append(self._clause())
            else:
                groups.append([self._clause()])
        clauses = tuple(group[0] if len(group) == 1 else And(tuple(group)) for group in groups)
        return clauses[0] if len(clauses) == 1 else Sequence(clauses)

    def _clause(self) -> Clause:
        lexeme = self._peek()
        if lexeme is None:
            raise self._error(len(self.query), "a word is missing at the end.")
        if self.depth == MAX_DEPTH:
            raise self._error(lexeme.position, f"it is nested more than {MAX_DEPTH} deep.")
        self.depth += 1
        clause = self._nested_clause(lexeme)
        self.depth -= 1
        return clause

    def _nested_clause(self, lexeme: Lexeme) -> Clause:
        for operator in ("AND", "OR"):
            if self._is_operator(lexeme, operator):
                raise self._small(lexeme, f"{operator} needs a word on both sides.")
        if self._take_operator("NOT"):
            return Not(self._clause())
        if lexeme.kind == "close":
            raise self._error(lexeme.position, "a word is missing before this ).")
        if lexeme.kind == "word" and lexeme.text.startswith("-") and lexeme.text.strip("-"):
            word = Lexeme(lexeme.kind, lexeme.text[1:], lexeme.position + 1)
            self.lexemes[self.next] = word
            return Not(self._clause())
        if lexeme.kind == "word" and lexeme.text == "-":
            following = self._adjoining(self.next)
            if following is not None and following.kind in ("phrase", "open"):
                self.next += 1
                return Not(self._clause())
        first = self._member(lexeme)
        following = self._peek()
        near = NEAR.fullmatch(following.text) if following and following.kind == "word" else None
        if following is None or near is None:
            return first
        self.next += 1
        other = self._peek()
        if other is None or other.kind == "close":
            raise self._small(following, "NEAR needs a name or a word on both sides.")
        return self._near(following, first, self._member(other), near[1])

    def _member(self, lexeme: Lexeme) -> Clause:
        return self._group(lexeme) if lexeme.kind == "open" else self._operand(lexeme)

    def _near(self, operator: Lexeme, first: Clause, second: Clause, distance: str | None) -> Near:
        """Return what stands near whom: one side is a name, the other words of the text."""
        between = DEFAULT_DISTANCE if distance is None else int(distance)
        for name, words in ((first, second), (second, first)):
            if isinstance(name, Word | Pattern | Phrase) and name.field in MENTIONED_FIELDS:
                if not _of_text(words):
                    raise self._small(
                        operator,
                        "the other side of NEAR must be a word, a phrase or (some OR others).",
                    )
                return Near(words, name, between)
        raise self._small(
            operator,
            f"NEAR needs a name on one side, as in: tariffs {operator.text} person:lecun",
            hint='For words near each other, write "one other"~10.',
        )

    def _group(self, opening: Lexeme) -> Clause:
        self.next += 1
        if (first := self._peek()) is None:
            raise self._error(opening.position, "this ( is never closed.")
        if first.kind == "close":
            raise self._error(opening.position, "there is nothing between ( and ).")
        clause = self._alternatives()
        closing = self._peek()
        if closing is None or closing.kind != "close":
            raise self._error(opening.position, "this ( is never closed.")
        self.next += 1
        return clause

    def _operand(self, lexeme: Lexeme) -> Clause:
        self.next += 1
        if lexeme.kind == "phrase":
            return self._phrase(lexeme, DEFAULT_FIELD)
        text, position = lexeme.text, lexeme.position
        prefix = FIELD_PREFIX.match(text)
        name = prefix[1].casefold() if prefix else ""
        if len(text) > MAX_WORD_LETTERS and SYNONYMS.get(name, name) not in EXACT_FIELDS:
            raise self._error(position, f"this word has more than {MAX_WORD_LETTERS} characters.")
        if prefix:
            rest = text[prefix.end() :]
            following = self._adjoining(self.next - 1)
            phrase = following if following and following.kind == "phrase" else None
            if rest or phrase or name in {*FIELDS, *SYNONYMS}:
                named = self._field(prefix[1], position)
                if rest:
                    return self._word(rest, named, position + prefix.end())
                if phrase:
                    self.next += 1
                    return self._phrase(phrase, named)
                raise self._error(
                    position + prefix.end(), f"a word or a phrase must follow {prefix[0]}"
                )
        return self._word(text, DEFAULT_FIELD, position)

    def _field(self, typed: str, position: int) -> str:
        name = typed.casefold()
        if name in FIELDS:
            return name
        if name in SYNONYMS:
            return SYNONYMS[name]
        from difflib import get_close_matches

        near = get_close_matches(name, [*FIELDS, *SYNONYMS], n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise self._error(
            position,
            f"there is no field {typed!r}.",
            hint=f"{meant}The fields are {', '.join(FIELDS)}. "
            f'To search for the characters themselves, put them in quotes: "{typed}: ..."',
        )

    def _phrase(self, lexeme: Lexeme, field: str) -> Clause:
        slop, boost = 1, 1.0
        if field in ANALYSED_FIELDS and "*" in lexeme.text:
            raise self._error(
                lexeme.position + lexeme.text.index("*"),
                "* is no pattern inside a phrase.",
                hint="Write the words without quotes, or the phrase without the *.",
            )
        modifiers = self._adjoining(self.next - 1)
        if modifiers and modifiers.kind == "word" and modifiers.text[0] in "~^":
            if field not in ANALYSED_FIELDS:
                raise self._of_words_only(modifiers.text[0], modifiers.position)
            match = MODIFIERS.fullmatch(modifiers.text)
            if not match:
                raise self._error(modifiers.position, "a number must follow ~ or ^.")
            if match[1] is not None:
                slop = int(self._number("~", match[1], modifiers.position))
            if match[2] is not None:
                boost = float(self._number("^", match[2], modifiers.position + match.start(2) - 1))
            if not slop:
                raise self._error(modifiers.position, "the number after ~ must be at least 1.")
            self.next += 1
        return Phrase(lexeme.text[1:-1], field, lexeme.position, slop, boost)

    def _word(self, text: str, field: str, position: int) -> Operand:
        if field == DATE_FIELD:
            return self._date(text, position)
        if field in EXACT_FIELDS:
            made = Pattern if "*" in text else Word
            return made(text, field, position)
        boost = 1.0
        if stripped := BOOST.fullmatch(text):
            if field not in ANALYSED_FIELDS:
                raise self._of_words_only("^", position + len(stripped[1]))
            text, sign = stripped[1], position + len(stripped[1])
            boost = float(self._number("^", stripped[2], sign))
        if match := FUZZY.fullmatch(text):
            fuzziness = int(match[2] or DEFAULT_FUZZINESS)
            if not 1 <= fuzziness <= MAX_FUZZINESS:
                raise self._error(
                    position + len(match[1]),
                    f"at most {MAX_FUZZINESS} letters may differ.",
                )
            return Word(match[1], field, position, fuzziness, boost)
        if "*" in text or "?" in text.rstrip("?"):
            return Pattern(text, field, position, boost)
        return Word(text, field, position, boost=boost)

    def _date(self, text: str, position: int) -> Operand:
        if text == "*":
            return Pattern(text, DATE_FIELD, position)
        if "*" in text:
            raise self._error(
                position + text.index("*"),
                f"* is no part of a date; only {DATE_FIELD}:* is a pattern.",
                hint=f"For a year or a month, write {DATE_FIELD}:2025 or {DATE_FIELD}:2025-01.",
            )
        first, dots, last = text.partition("..")
        if not dots:
            return Word(text, DATE_FIELD, position)
        if not first and not last:
            raise self._error(position, "a date must stand before or behind the two dots.")
        return Range(first, last, DATE_FIELD, position)

    def _number(self, sign: str, text: str, position: int) -> str:
        """Return the number that follows a sign, which stands at `position`."""
        if NUMBERS[sign].fullmatch(text):
            return text
        if LARGE_NUMBER.fullmatch(text):
            raise self._error(position, f"the number after {sign} is too large.")
        raise self._error(position, f"a number must follow {sign}.")

    def _peek(self) -> Lexeme | None:
        return self.lexemes[self.next] if self.next < len(self.lexemes) else None

    def _adjoining(self, number: int) -> Lexeme | None:
        """Return the lexeme that comes directly behind another, without a space."""
        if number + 1 == len(self.lexemes):
            return None
        lexeme, following = self.lexemes[number : number + 2]
        return following if following.position == lexeme.position + len(lexeme.text) else None

    @staticmethod
    def _is_operator(lexeme: Lexeme, operator: str) -> bool:
        return lexeme.kind == "word" and lexeme.text == operator

    def _take_operator(self, operator: str) -> bool:
        lexeme = self._peek()
        if lexeme is None or not self._is_operator(lexeme, operator):
            return False
        self.next += 1
        return True

    def _error(self, position: int, reason: str, *, hint: str | None = None) -> QueryError:
        return QueryError(self.query, position, reason, hint=hint)

    def _small(self, operator: Lexeme, reason: str, *, hint: str | None = None) -> QueryError:
        word = operator.text.lower().partition("/")[0]
        meant = f'To search for the word itself, write "{word}".'
        return self._error(operator.position, reason, hint=hint or meant)

    def _of_words_only(self, sign: str, position: int) -> QueryError:
        fields = " and ".join(ANALYSED_FIELDS)
        return self._error(position, f"{sign} works on words of the {fields} only.")


def _of_text(clause: Clause) -> bool:
    """Say whether a clause is words of the text, any of which will do."""
    if isinstance(clause, Or):
        return all(map(_of_text, clause.clauses))
    return isinstance(clause, Word | Pattern | Phrase) and clause.field == DEFAULT_FIELD
