"""Answers for a person to read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from index.records import Article, Document, Entity
from search.answer import Answer, Facet, Hit, Snippet
from search.printers.safe import line, visible
from search.printers.screen import Screen, Text

if TYPE_CHECKING:
    from search.profile import Profile

INDENT = 4
NAMES_SHOWN = 6
BAR_WIDTH = 24
BAR_PARTS = " ▏▎▍▌▋▊▉█"  # eighths of a cell
VALUE_WIDTH = 40
LONGEST_GAP = 2  # so many empty periods in a row are printed one by one

TITLE, DETAIL, HIGHLIGHT, HEADING, BAR = "bold", "dim", "bold yellow", "bold", "cyan"
FACET_TITLES = {
    "person": "People",
    "company": "Companies",
    "site": "Sites",
    "author": "Authors",
    "language": "Languages",
    "year": "Years",
    "month": "Months",
}


def print_answer(answer: Answer, screen: Screen, folder: Path) -> None:
    """Print hits and facets; paths below `folder` are shortened."""
    _print_total(answer, screen)
    partial = False
    for hit in answer.hits:
        if hit.partial and not partial:
            partial = True
            screen.print()
            screen.print(Text(_partial_heading(answer.total), style=HEADING))
        screen.print()
        _print_hit(hit, screen, folder)
    print_facets(answer.facets, screen)


def print_facets(facets: Mapping[str, Sequence[Facet]], screen: Screen) -> None:
    """Print the values of every facet with their counts as bars."""
    for field, counts in facets.items():
        screen.print()
        screen.print(Text(FACET_TITLES.get(field, field), style=HEADING))
        if not counts:
            screen.print(Text("none", style=DETAIL), indent=2)
        # Periods are read in their order, values by their number.
        by_value = field in {"year", "month"}
        _print_bars(sorted(counts, key=lambda f: f.value) if by_value else counts, screen)


def _print_bars(counts: Sequence[Facet], screen: Screen) -> None:
    values = [_shortened(line(facet.value), VALUE_WIDTH) for facet in counts]
    width = max(map(len, values), default=0)
    most = max((facet.count for facet in counts), default=1)
    digits = len(f"{most:,}")
    for value, facet in zip(values, counts, strict=True):
        row = Text(f"  {value:<{width}}  {facet.count:>{digits},}  ")
        row.append(_bar(facet.count / most), style=BAR)
        screen.print(row, fit="crop")


def print_article(
    article: Article, entities: Iterable[Entity], screen: Screen, *, place: str
) -> None:
    """Print an article with what is known of it, and the people and companies in it."""
    screen.print(Text(line(article.title) or "(no title)", style=TITLE))
    published = article.published.isoformat() if article.published else None
    details = [article.site, article.author, published, article.language, article.url]
    screen.print(Text(_joined([*details, place]), style=DETAIL), fit="run on")
    screen.print()
    screen.print(Text(visible(article.text)))
    found = list(entities)
    for heading, kind in (("People", "person"), ("Companies", "company")):
        named = [entity for entity in found if entity.kind == kind]
        if named:
            screen.print()
            screen.print(Text(heading, style=HEADING))
        for entity in named:
            others = [line(s) for s in entity.spellings if s != entity.name]
            row = Text(f"  {line(entity.name)}")
            row.append(f"  {len(entity.mentions)}", style=DETAIL)
            if others:
                row.append(f"  {', '.join(others)}", style=DETAIL)
            screen.print(row, fit="run on")


def print_dropped(article: Article, screen: Screen) -> None:
    """Print what cleaning left out, and why."""
    screen.print()
    screen.print(Text("Dropped", style=HEADING))
    for block in article.dropped:
        chance = "" if block.probability is None else f" ({block.probability:.2f})"
        row = Text(f"  {line(block.reason)}{chance}: ", style=DETAIL)
        row.append(_shortened(line(block.text), 2 * VALUE_WIDTH))
        screen.print(row, fit="run on")
    if not article.dropped:
        screen.print(Text("  nothing", style=DETAIL))


def print_profile(profile: Profile, screen: Screen, folder: Path) -> None:
    """Print what is known of a person or company."""
    heading = Text(line(profile.name), style=TITLE)
    heading.append(f"  {profile.kind}", style=DETAIL)
    screen.print(heading)
    pages = "1 page" if profile.documents == 1 else f"{profile.documents:,} pages"
    mentions = "1 mention" if profile.mentions == 1 else f"{profile.mentions:,} mentions"
    spelled = ", ".join(f"{line(f.value)} ({f.count:,})" for f in profile.spellings)
    screen.print(Text(f"{mentions} on {pages}: {spelled}"))
    if profile.timeline:
        screen.print()
        screen.print(Text("When", style=HEADING))
        _print_bars(_told_timeline(profile), screen)
    for title, companions in (("People", profile.people), ("Companies", profile.companies)):
        if companions:
            screen.print()
            screen.print(Text(f"{title} beside them", style=HEADING))
        width = max((len(line(companion.name)) for companion in companions), default=0)
        for companion in companions:
            row = Text(f"  {line(companion.name):<{width}}  ")
            pages = "1 page" if companion.count == 1 else f"{companion.count:,} pages"
            row.append(f"{pages}, {companion.lift:.1f} times chance", style=DETAIL)
            screen.print(row, fit="run on")
    if profile.quotes:
        screen.print()
        screen.print(Text("What is said", style=HEADING))
    for quote in profile.quotes:
        screen.print(_highlighted(Snippet(quote.text, quote.highlights)), indent=2)
        place = _joined([quote.title, _day(quote.published), shown_path(quote.path, folder)])
        screen.print(Text(place, style=DETAIL), indent=INDENT)


def _told_timeline(profile: Profile) -> list[Facet]:
    """Return the timeline with long gaps cut short, and the pages without a date."""
    told: list[Facet] = []
    for empty, periods in groupby(profile.timeline, key=lambda period: period.count == 0):
        row = list(periods)
        told += [Facet("…", 0)] if empty and len(row) > LONGEST_GAP else row
    undated = profile.documents - sum(period.count for period in profile.timeline)
    return [*told, Facet("no date", undated)] if undated else told


def print_document(document: Document, screen: Screen, folder: Path) -> None:
    """Print a document of the index as it was cleaned."""
    place = shown_path(document.path, folder) + (f":{document.line}" if document.line else "")
    print_article(document.article, document.entities, screen, place=place)


def shown_path(path: str, folder: Path) -> str:
    """Return a path as a person at `folder` would write it."""
    try:
        return visible(str(Path(path).relative_to(folder)))
    except ValueError:
        return visible(path)


def _print_total(answer: Answer, screen: Screen) -> None:
    pages = "1 page" if answer.total == 1 else f"{answer.total:,} pages"
    text = Text(pages, style=HEADING)
    if answer.query:
        text.append(f" for {line(answer.query)}")
    text.append(f"  {answer.took_ms:.0f} ms", style=DETAIL)
    screen.print(text, fit="run on")


def _partial_heading(total: int) -> str:
    if total == 0:
        return "No page has all the words; these have some of them:"
    others = "page has" if total == 1 else "pages have"
    return f"{total:,} {others} all the words; these have some of them:"


def _print_hit(hit: Hit, screen: Screen, folder: Path) -> None:
    heading = Text(f"{hit.rank:>{INDENT - 2}}. ")
    heading.append(line(hit.title) or "(no title)", style=TITLE)
    heading.append(f"  {hit.score:.2f}" if hit.score else "", style=DETAIL)
    screen.print(heading)
    details = [hit.site, hit.author, _day(hit.published), shown_path(hit.path, folder)]
    screen.print(Text(_joined([*details, hit.id]), style=DETAIL), indent=INDENT)
    for snippet in hit.snippets:
        screen.print(_highlighted(snippet), indent=INDENT)
    for label, names in (("People", hit.people), ("Companies", hit.companies)):
        if names:
            shown = ", ".join(line(name) for name in names[:NAMES_SHOWN])
            more = len(names) - NAMES_SHOWN
            row = Text(f"{label}: ", style=DETAIL)
            row.append(shown)
            row.append(f" +{more}" if more > 0 else "", style=DETAIL)
            screen.print(row, indent=INDENT)


def _highlighted(snippet: Snippet) -> Text:
    text = Text(visible(snippet.text).replace("\n", " "))
    for start, end in snippet.highlights:
        text.stylize(HIGHLIGHT, start, end)
    return text


def _bar(share: float) -> str:
    eighths = max(1, round(share * BAR_WIDTH * 8)) if share else 0
    return BAR_PARTS[8] * (eighths // 8) + BAR_PARTS[eighths % 8].strip()


def _joined(parts: Iterable[str | None]) -> str:
    return " · ".join(line(part) for part in parts if part)


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _day(day: datetime.date | None) -> str | None:
    return f"{day.day} {day:%b %Y}" if day else None
