"""Lines that are furniture wherever they stand, and headings that are not: rules for single lines.

Each kind was counted on WCXB's development pages; at most one line in thirty of it is content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.cleaning.metadata import real_names
from index.cleaning.outline import Block
from index.cleaning.plain import ABOUT, POSTS_BY, SOURCE, looks_like_heading

# A furniture line is short; longer ones are for the model.
LONGEST = 160
# Lines from "About" a name to "View all posts by".
LONGEST_BIO = 6
# What the model must grant a heading above the first line that is kept.
LEAST_LIKELY_HEADING = 0.3

_LINES = {
    "is an advertisement's mark": (
        r"\[?advertisements?\]?|anzeige|werbung|publicité|publicidad|pubblicità|реклама",
        r"sponsored(?: content)?|(?:story|article) continues (?:below|after).*",
    ),
    "points to another article": (
        r"(?:read more|also read|see also|read also|read next|related|more|further reading|"
        r"recommended|lesen sie auch|mehr zum thema|à lire aussi|lire aussi|lee también|leer más|"
        r"читайте также)\s*:\s*\S.*",
        r"(?:>+|→|»)\s*(?:read more|see also)\b.*|→ .*",
        r"read (?:more|next)|weiterlesen|lire la suite|leer más",
    ),
    "credits a picture": (
        r"(?:photo|image|picture|photograph|foto|logo|bild|imagen|illustration)s?"
        r"(?: credit| by| courtesy(?: of)?)?\s*[:(/©].{0,120}",
        r"(?:photo|image)s? (?:by|courtesy of) .{2,80}",
    ),
    "shares or rates the page": (
        r"(?:share|tweet|pin|e-?mail|print|save|copy link|facebook|twitter|linkedin|whatsapp|"
        r"pinterest|reddit|x)(?: (?:this|on|via|to|it)\b.{0,40})?\W*(?:\d[\d.,]*[km]?)?",
    ),
    "belongs to a form": (
        r"leave a (?:reply|comment).*|your e-?mail address will not be published.*",
        r"required fields are marked.*|save my name, e-?mail.*|post comment|reply|cancel reply",
        r"laisser un commentaire|votre adresse e-mail ne sera pas.*",
        r"kommentar (?:schreiben|verfassen)|deja (?:un comentario|una respuesta).*",
    ),
    "belongs to a table of contents": (
        r"table of contents|in this article|on this page|toggle|jump to(?: a)? section",
        r"inhaltsverzeichnis|sommaire|índice(?: de contenidos)?|содержание",
    ),
    "leads through the site": (
        r"skip to (?:main )?content|back to top|(?:←|«|‹) .{3,100}|.{3,100} (?:→|»|›)",
        r"load more.*|bookmark the permalink.*|post navigation",
    ),
    "tells how long ago or how long": (
        r"(?:\d+|an?) (?:min(?:ute)?s?|hours?|days?|weeks?|months?|years?) ago",
        r"\d+ min(?:ute)?s? read|reading time\W.{1,20}",
        r"il y a \d+ \S+|vor \d+ \S+|hace \d+ \S+|\d+ \S+ назад",
    ),
    "begins a list of other articles": (
        r"related(?: (?:articles?|posts?|stories|reading|news|guides|releases|topics))?",
        r"you (?:may|might) also (?:like|enjoy)|articles you may like|recommended(?: for you)?",
        r"recent posts|popular posts|trending(?: now)?|like this|à lire aussi",
        r"das könnte sie auch interessieren|también te puede interesar",
    ),
    "is about the author": (
        r"(?:media|press) contacts?|pressekontakt|about the authors?|über den autor",
        r"à propos de l.auteur|sobre (?:el|la) autora?",
    ),
}
_KINDS = [
    (reason, re.compile(rf"(?:{'|'.join(lines)})\W*", re.IGNORECASE))
    for reason, lines in _LINES.items()
]
_ANY = re.compile(
    rf"(?:{'|'.join(line for lines in _LINES.values() for line in lines)})\W*$", re.IGNORECASE
)
_SOURCE_REASON = "names the source"
_BIO_REASON = "is about the author"
_CONTENTS_REASON = "is an entry of the table of contents"


def furniture(blocks: Sequence[Block], kept: Sequence[bool]) -> dict[int, str]:
    """Return which of the kept blocks are furniture whatever the model says, and why, in words."""
    found = contents(blocks, kept)
    abouts: list[int] = []
    for at, block in enumerate(blocks):
        text = block.text
        if len(text) > LONGEST or block.kind == "code":
            continue
        if kept[at] and _ANY.match(text):
            found[at] = next(reason for reason, line in _KINDS if line.fullmatch(text))
        elif kept[at] and SOURCE.match(text):
            found[at] = _SOURCE_REASON
        elif text[:5].lower() == "about" and (name := _about(text)):
            abouts.append(at)
            if at + 1 < len(blocks) and blocks[at + 1].text.startswith(name):
                found[at] = found[at + 1] = _BIO_REASON
        elif abouts and at - abouts[-1] <= LONGEST_BIO and POSTS_BY.match(text):
            found |= dict.fromkeys(range(abouts[-1], at + 1), _BIO_REASON)
    return found


def contents(blocks: Sequence[Block], kept: Sequence[bool]) -> dict[int, str]:
    """Return where kept entries of a table of contents stand: runs of lines that recur below."""
    entries = [block.text.lower().lstrip("0123456789.) ") for block in blocks]
    last = {entry: at for at, entry in enumerate(entries) if entry}
    found: dict[int, str] = {}
    run: list[int] = []
    for at, entry in enumerate([*entries, ""]):
        if entry and last[entry] > at and len(entry) <= LONGEST:
            run.append(at)
            continue
        if len(run) > 1 and all(last[entries[place]] >= at for place in run):
            found |= {place: _CONTENTS_REASON for place in run if kept[place]}
        run = []
    return found


def rescued(
    blocks: list[Block], kept: list[bool], likely: Sequence[float], ruled: dict[int, str]
) -> list[bool]:
    """Return `kept` with the headings whose section is kept: those right above a kept line.

    `likely` are the probabilities; above the first line that is kept a heading must be likelier.
    """
    found = list(kept)
    first = next((at for at, keep in enumerate(kept) if keep and at not in ruled), len(kept))
    for at in range(len(blocks) - 2, -1, -1):
        if (
            found[at + 1]
            and not found[at]
            and at not in ruled
            and at + 1 not in ruled
            and (at > first or likely[at] >= LEAST_LIKELY_HEADING)
            and looks_like_heading(blocks[at].text)
        ):
            found[at] = True
    return found


def _about(text: str) -> str | None:
    found = ABOUT.match(text)
    return found[1] if found and " " in found[1] and real_names(found[1]) else None
