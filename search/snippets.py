"""The passages of a text that show best why it was found."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.store.analysis import Term, fold, occurrences, term_of, terms
from search import syntax
from search.answer import Snippet
from search.patterns import compile_pattern
from search.query import operands
from search.record import Record

SNIPPETS_PER_HIT = 2
SNIPPET_WIDTH = 240  # characters: about two lines and a half of a terminal
ELLIPSIS = "…"

# What more hits of a word already shown add to a passage, beside the first hit's whole weight.
REPEAT_WEIGHT = 0.1
# A heading or a list item says less about a word than a sentence around it, and nothing about one
# that is shown already.
FRAGMENT_WIDTH = 60
FRAGMENT_WEIGHT = 0.6

# Signs after which a passage starts or ends as a whole.
CLOSING_SIGNS = '.!?…:"”’)\n'

# A sentence ends at its stop, but not behind an initial (U.S., J. Smith) or a title.
SENTENCE_END = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"”’')\]]))(?<![\s.(][A-Z]\.)(?<!Mr\.)(?<!Ms\.)(?<!Dr\.)(?<!Mrs\.)"
    r"\s+(?=[^\sa-z])|\n+"
)


class Span(NamedTuple):
    """Characters that were hit, and the word or name that hit them."""

    start: int
    end: int
    key: str


class Wanted(Record):
    """What to look for in a text: terms, runs of terms with their slop, and tests of a term."""

    terms: frozenset[str] = frozenset()
    runs: tuple[tuple[tuple[str, ...], int], ...] = ()
    tests: tuple[Callable[[str], bool], ...] = ()


def wanted(clause: syntax.Clause | None) -> Wanted:
    """Return what a query looks for in titles and texts."""
    singles: set[str] = set()
    runs: list[tuple[tuple[str, ...], int]] = []
    tests: list[Callable[[str], bool]] = []
    for operand in operands(clause) if clause else ():
        if operand.field not in syntax.ANALYSED_FIELDS or isinstance(operand, syntax.Range):
            continue
        if isinstance(operand, syntax.Pattern):
            tests.append(_pattern_test(operand.text))
            continue
        found = tuple(term.text for term in terms(operand.text))
        if isinstance(operand, syntax.Word) and operand.fuzziness:
            typed = (operand.text[term.start : term.end] for term in terms(operand.text))
            tests.extend(_fuzzy_test(word, operand.fuzziness) for word in typed)
        elif len(found) == 1:
            singles.add(found[0])
        elif found:
            slop = operand.slop if isinstance(operand, syntax.Phrase) else 1
            runs.append((found, slop))
    return Wanted(frozenset(singles), tuple(runs), tuple(tests))


def find(text: str, sought: Wanted) -> list[Span]:
    """Return where `text` has what is sought, in order, without overlaps."""
    if not sought.runs and not sought.tests:
        found = occurrences(text, sought.terms)
        return [Span(start, end, term) for term, start, end in found]
    spans = []
    cut = []
    in_runs = {term for run, _ in sought.runs for term in run}
    for term in terms(text):
        word = term.text
        if word in sought.terms or any(test(word) for test in sought.tests):
            spans.append(Span(term.start, term.end, word))
        if word in in_runs:
            cut.append(term)
    for run, slop in sought.runs:
        spans.extend(_runs(cut, run, slop))
    return _without_overlaps(spans)


def cut_snippets(
    text: str,
    spans: Sequence[Span],
    weights: Mapping[str, float],
    *,
    count: int = SNIPPETS_PER_HIT,
    width: int = SNIPPET_WIDTH,
) -> tuple[Snippet, ...]:
    """Return at most `count` passages of whole words that show the spans best, in text order.

    A passage counts the weights of the different words in it that no better passage shows.
    Where there is no span, it is the beginning of the text.
    """
    if not spans:
        return tuple(_snippet(text, start, end, ()) for start, end in _opening(text, width))
    passages = _passages(text, spans, width)
    chosen: list[tuple[int, int]] = []
    shown: set[str] = set()
    for _ in range(min(count, len(passages))):
        best = max(passages, key=lambda passage: _worth(text, passage, spans, weights, shown))
        if chosen and not _worth(text, best, spans, weights, shown):
            break
        chosen.append(best)
        shown.update(span.key for span in _within(spans, *best))
        passages = [p for p in passages if p[1] <= best[0] or p[0] >= best[1]]
        if not passages:
            break
    return tuple(
        _snippet(text, start, end, _within(spans, start, end)) for start, end in sorted(chosen)
    )


def _worth(
    text: str,
    passage: tuple[int, int],
    spans: Sequence[Span],
    weights: Mapping[str, float],
    shown: set[str],
) -> float:
    inside = _within(spans, *passage)
    keys = {span.key for span in inside}
    worth = sum(weights.get(key, 1.0) * (REPEAT_WEIGHT if key in shown else 1.0) for key in keys)
    worth += REPEAT_WEIGHT * (len(inside) - len(keys))
    if passage[1] - passage[0] < FRAGMENT_WIDTH:
        return 0.0 if keys <= shown else worth * FRAGMENT_WEIGHT
    return worth


def _within(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    first = bisect_left(spans, start, key=lambda span: span.start)
    last = bisect_right(spans, end, key=lambda span: span.end)
    return spans[first:last]


def _passages(text: str, spans: Sequence[Span], width: int) -> list[tuple[int, int]]:
    """Return the sentences with a hit, filled up with those that follow, or cut to `width`."""
    ends = [match.span() for match in SENTENCE_END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    passages: list[tuple[int, int]] = []
    for number in sorted({bisect_right(starts, span.start) - 1 for span in spans}):
        start, stop = starts[number], stops[number]
        if stop - start > width:
            inside = [span for span in spans if start <= span.start < stop]
            passages.extend(_window(text, span, start, stop, width) for span in inside)
            continue
        following = number + 1
        while (
            following < len(starts)
            and "\n" not in text[stop : starts[following]]
            and stops[following] - start <= width
        ):
            stop = stops[following]
            following += 1
        passages.append((start, stop))
    return [passage for passage in passages if passage[0] < passage[1]]


def _window(text: str, span: Span, start: int, stop: int, width: int) -> tuple[int, int]:
    """Cut `width` characters of whole words around a hit in a long sentence."""
    lead = width // 4
    first = max(start, min(span.start - lead, stop - width))
    last = min(stop, first + width)
    if first > start:
        space = text.find(" ", first, span.start)
        first = space + 1 if space >= 0 else span.start
    if last < stop:
        space = text.rfind(" ", span.end, last)
        last = space if space >= 0 else max(span.end, last)
    return first, last


def _opening(text: str, width: int) -> list[tuple[int, int]]:
    """Return the first paragraph that is more than a fragment, cut to `width`."""
    for match in re.finditer(r"[^\n]+", text):
        if match.end() - match.start() >= FRAGMENT_WIDTH:
            return [_window(text, Span(match.start(), match.start(), ""), *match.span(), width)]
    stripped = len(text) - len(text.lstrip())
    line = text.find("\n", stripped)
    end = len(text) if line < 0 else line
    return [(stripped, min(end, stripped + width))] if text.strip() else []


def _snippet(text: str, start: int, end: int, spans: Iterable[Span]) -> Snippet:
    passage = text[start:end].rstrip()
    # What stands before and behind says whether the passage is whole.
    leading = text[max(0, start - 4) : start].rstrip(" ")
    following = text[end : end + 1]
    whole_start = not leading or leading[-1] in CLOSING_SIGNS
    whole_end = following in ("\n", "") or passage[-1:] in CLOSING_SIGNS
    before = "" if whole_start else f"{ELLIPSIS} "
    after = "" if whole_end else f" {ELLIPSIS}"
    shift = len(before) - start
    return Snippet(
        f"{before}{passage}{after}",
        tuple((span.start + shift, span.end + shift) for span in spans),
    )


def _runs(cut: Sequence[Term], run: Sequence[str], slop: int) -> list[Span]:
    """Return the words of each stretch that has the terms of `run` in order, `slop` apart."""
    found = []
    key = " ".join(run)
    for first, term in enumerate(cut):
        if term.text != run[0]:
            continue
        stretch = [term]
        for wanted_term in run[1:]:
            following = _next(cut, first + 1, wanted_term, stretch[-1].position, slop)
            if following is None:
                break
            stretch.append(following)
        else:
            if slop == 1:
                found.append(Span(term.start, stretch[-1].end, key))
            else:
                found.extend(Span(word.start, word.end, key) for word in stretch)
    return found


def _next(cut: Sequence[Term], first: int, wanted_term: str, place: int, slop: int) -> Term | None:
    """Return the first wanted term that stands at most `slop` positions behind `place`."""
    for number in range(first, len(cut)):
        term = cut[number]
        if term.position > place + slop:
            return None
        if term.position > place and term.text == wanted_term:
            return term
    return None


def _without_overlaps(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def merged(*groups: Iterable[Span]) -> list[Span]:
    """Return the spans of all groups in order; of two that overlap, the first and longer."""
    return _without_overlaps(span for group in groups for span in group)


def _pattern_test(pattern: str) -> Callable[[str], bool]:
    folded = fold(pattern)
    if folded.endswith("*") and not set("*?") & set(folded[:-1]):
        prefix, whole = folded[:-1], term_of(folded[:-1])
        return lambda term: term.startswith(prefix) or term == whole
    compiled = compile_pattern(folded)
    return lambda term: compiled.fullmatch(term) is not None


def _fuzzy_test(typed: str, fuzziness: int) -> Callable[[str], bool]:
    from search.spelling import nearby

    @lru_cache(maxsize=4096)
    def near(term: str) -> bool:
        return bool(nearby((term,), typed, fuzziness))

    return near
