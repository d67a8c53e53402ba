"""Lines that are furniture wherever they stand, and headings that are not: rules for single lines.

Each kind was counted on WCXB's development pages; at most one line in thirty of it is content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.cleaning.bylines import BY, real_names
from index.cleaning.dates import parse_date
from index.cleaning.outline import Block, Outline
from index.cleaning.plain import (
    ABOUT,
    POSTS_BY,
    SENTENCE_END,
    SHORTEST_PROSE,
    SOURCE,
    looks_like_heading,
)
from index.cleaning.publication import DATED
from index.records import Markup

# A furniture line is short; longer ones are for the model.
LONGEST = 160
LONGEST_HEAD = 90
# The share of the text that is kept which a section of furniture can have at most.
LARGEST_SECTION = 0.25
# The share of an article that stands in lines of prose, at least; and where the page says that it
# is one, which some publishing systems say of their lists, too (.6 does the same on WCXB).
LEAST_PROSE = 0.75
LEAST_STATED_PROSE = 0.5
# Lines from "About" a name to "View all posts by".
LONGEST_BIO = 6
# What the model must grant a heading above a kept line, and above the first of them: of values
# tried on WCXB's development pages the highest that lose no heading of plain articles.
LEAST_LIKELY_HEADING = 0.2
LEAST_LIKELY_FIRST_HEADING = 0.25
# What it must grant the lines that end an article: what stands last is most often a footer.
LEAST_LIKELY_END = 0.35

_LINES = {
    "is an advertisement's mark": (
        r"\[?advertisements?\]?|anzeige|werbung|publicité|publicidad|pubblicità|реклама",
        r"sponsored(?: content)?|continue reading below",
        r"(?:advertisement\W*)?(?:story|article) continues (?:below|after).*",
    ),
    "points to another article": (
        r"(?:read more|also read|see also|read also|read next|related|more|further reading|"
        r"recommended|you may also like|lesen sie auch|mehr (?:zum thema|dazu)|à lire aussi|"
        r"lire aussi|lee también|leer más|читайте также)\s*:\s*\S.*",
        r"(?:>+|→|»)\s*(?:read more|see also)\b.*|→ .*",
        r"read (?:more|next)|weiterlesen|lire la suite|leer más",
    ),
    "credits a picture": (
        r"(?:photo|image|picture|photograph|foto|фото|logo|bild|imagen|illustration)s?"
        r"(?: credit| by| courtesy(?: of)?)?\s*[:(/©].{0,120}",
        r"(?:photo|image)s? (?:by|courtesy of) .{2,80}",
    ),
    "shares or rates the page": (
        r"(?:share|tweet|pin|e-?mail|print|save|copy link|facebook|twitter|linkedin|whatsapp|"
        r"pinterest|reddit|x)(?: (?:this|on|via|to|it)\b.{0,40})?\W*(?:\d[\d.,]*[km]?)?",
        r"(?:(?:share|tweet|print|save|gift|teilen|merken|drucken|vorlesen|partager|tweeter|imprimer|"
        r"compartir|imprimir)\b\W*){2,}(?:\d+ \w+)?|like this",
        r"\d+ (?:comments?|likes|shares)\b.{0,40}",
    ),
    "belongs to a form": (
        r"leave a (?:reply|comment).*|your e-?mail address will not be published.*",
        r"required fields are marked.*|save my name, e-?mail.*|post comment|reply|cancel reply",
        r"laisser un commentaire|votre adresse e-mail ne sera pas.*",
        r"kommentar (?:schreiben|verfassen)|deja (?:un comentario|una respuesta).*",
    ),
    "belongs to a table of contents": (
        r"(?:table of )?contents|in this article|on this page|toggle|jump to(?: a)? section",
        r"inhaltsverzeichnis|sommaire|índice(?: de contenidos)?|содержание",
    ),
    "leads through the site": (
        r"skip to (?:main )?content|back to top|(?:←|«|‹) .{3,100}|.{3,100} (?:→|»|›)",
        r"load more.*|bookmark the permalink.*|post navigation|zur startseite|who is online",
        r"(?:tags?:|tagged|filed under:?|posted in) .{3,120}",
    ),
    "tells how long ago or how long": (
        r"(?:\d+|an?) (?:min(?:ute)?s?|hours?|days?|weeks?|months?|years?) ago",
        r"\d+ min(?:ute)?s? read|reading time\W.{1,20}",
        r"il y a \d+ \S+|vor \d+ \S+|hace \d+ \S+|\d+ \S+ назад",
    ),
    "belongs to a forum or shop": (
        r"by \S+ » .*|joined: .{4,20}|(?:super )?moderator|administrator",
        r"tax included\W.*|add to (?:cart|basket|wishlist)|sold out|in stock",
    ),
    "names the source": (r"(?-i:SOURCE) .{2,40}",),
    "ends a press release": (
        r"#(?: ?#){2}|(?:(?:media|press) contacts?|pressekontakt)\s*:\s*\S.*",
    ),
}
_SECTIONS = {
    "begins a list of other articles": (
        r"related(?: (?:articles?|posts?|stories|reading|news|guides|releases|topics|content))?",
        r"(?:you (?:may|might) )?also (?:like|enjoy).{0,20}|you (?:may|might) (?:like|enjoy)",
        r"articles you may like|recommended(?: for you)?",
        r"more (?:from|stories|news|articles)\b.{0,40}",
        r"(?:recent|popular|latest|featured|trending) (?:posts|articles|stories|news)",
        r"what to read next|read (?:this )?next|further reading|don.t miss|most (?:read|popular)",
        r"à lire (?:aussi|ensuite)|das könnte sie auch interessieren|mehr zum thema|lesen sie auch",
        r"también te puede interesar|te puede interesar|читайте также",
    ),
    "belongs to a newsletter": (
        r".{0,60}\b(?:in(?:to)? your inbox|newsletters?)\b.{0,30}",
        r"(?:subscribe|sign up)(?: (?:to|for|now|today)\b.{0,60})?",
        r"stay (?:informed|updated|in the loop)|join [\d.,]+k? .{3,30}",
        r"boletín(?: semanal)?|la lettre .{3,40}",
    ),
    "belongs to the comments": (
        r"(?:leave|post|add) (?:a|your) (?:reply|comment)|(?:\d+ )?(?:comments?|responses)",
        r"(?:one |\d+ )?thoughts? on .*",
        r"(?:join the )?conversation(?: \(\d+\))?|comments? \(\d+\)|customer reviews",
        r"laisser un commentaire|\d+ kommentare|\d+ commentaires|\d+ comentarios",
    ),
    "is about the author": (
        r"(?:media|press) contacts?|pressekontakt|about the authors?|über den autor",
        r"à propos de l.auteur|sobre (?:el|la) autora?",
    ),
}
_HEADS = [
    (reason, re.compile(rf"\W*(?:{'|'.join(lines)})\W*", re.IGNORECASE))
    for reason, lines in _SECTIONS.items()
]
_HEAD = re.compile(
    rf"\W*(?:{'|'.join(line for lines in _SECTIONS.values() for line in lines)})\W*", re.IGNORECASE
)
_KINDS = [
    (reason, re.compile(rf"(?:{'|'.join(lines)})\W*", re.IGNORECASE))
    for reason, lines in _LINES.items()
]
_ANY = re.compile(
    rf"(?:{'|'.join(line for lines in _LINES.values() for line in lines)})\W*$", re.IGNORECASE
)
_NEWSLETTER = re.compile("newsletter", re.IGNORECASE)
_SOURCE_REASON = "names the source"
_CONTENTS = re.compile(
    rf"\W*(?:{'|'.join(_LINES['belongs to a table of contents'])})\W*", re.IGNORECASE
)
_ARTICLE = re.compile(
    r'"@type"\s*:\s*\[?\s*"(?:News|Opinion|Analysis|Reportage)?Article"|BlogPosting'
)
_OTHER = re.compile(r'"(?:DiscussionForumPosting|QAPage|ItemList|CollectionPage)"')
_BIO_REASON = "is about the author"
_BIO = re.compile(
    r"\b(?:reporter|journalist|writer|author|editor|columnist|correspondent|blogger|covers|writes|"
    r"reports|contributor|freelance)",
    re.IGNORECASE,
)
_CONTENTS_REASON = "is an entry of the table of contents"


def furniture(blocks: Sequence[Block], kept: Sequence[bool], author: str | None) -> dict[int, str]:
    """Return which of the kept blocks are furniture whatever the model says, and why, in words."""
    found = contents(blocks) | _bylines(blocks, kept, author)
    abouts: list[int] = []
    for at, block in enumerate(blocks):
        text = block.text
        if len(text) > LONGEST or block.kind == "code":
            continue
        if abouts and at - abouts[-1] <= LONGEST_BIO and POSTS_BY.match(text):
            found |= dict.fromkeys(range(abouts[-1], at + 1), _BIO_REASON)
        elif kept[at] and _ANY.match(text):
            found[at] = next(reason for reason, line in _KINDS if line.fullmatch(text))
        elif kept[at] and SOURCE.match(text):
            found[at] = _SOURCE_REASON
        elif text[:5].lower() == "about" and (name := _about(text)):
            abouts.append(at)
            below = blocks[at + 1].text if at + 1 < len(blocks) else ""
            if below.startswith(name) and (name == author or _BIO.search(below)):
                found[at] = found[at + 1] = _BIO_REASON
    return found


def sections(outline: Outline, kept: Sequence[bool], markup: Markup, title: str) -> dict[int, str]:
    """Return which kept blocks stand in a section whose first line says that it is furniture.

    Newsletters may be what an article is about: then its `title` names them.
    """
    blocks = outline.blocks
    subject = _NEWSLETTER.search(title)
    found: dict[int, str] = {}
    for at, block in enumerate(blocks):
        if len(block.text) <= LONGEST_HEAD and _HEAD.fullmatch(block.text):
            if subject and _NEWSLETTER.search(block.text):
                continue
            reason = next(name for name, line in _HEADS if line.fullmatch(block.text))
            within = _below(blocks, at) if markup == "text" else _beside(outline, kept, at)
            found |= {place: reason for place in within if kept[place]}
    return found


def _below(blocks: Sequence[Block], at: int) -> range:
    """Return the lines from a head on, up to the next that is prose, or a heading above prose."""
    end = at + 1
    while end < len(blocks) and len(blocks[end].text) < SHORTEST_PROSE:
        end += 1
    if end < len(blocks) and blocks[end - 1].kind == "heading" and end - 1 > at:
        end -= 1
    return range(at, end)


def _beside(outline: Outline, kept: Sequence[bool], at: int) -> range:
    """Return the blocks in the smallest element around a head that holds more than the head.

    None, where that element holds a good part of what is kept: it is the article itself.
    """
    blocks, elements = outline.blocks, outline.elements
    place = blocks[at].element
    while place >= 0:
        start, end = at, at + 1
        while start > 0 and _inside(outline, blocks[start - 1].element, place):
            start -= 1
        while end < len(blocks) and _inside(outline, blocks[end].element, place):
            end += 1
        if end - start > 1:
            whole = sum(len(block.text) for block, keep in zip(blocks, kept, strict=True) if keep)
            part = sum(len(blocks[i].text) for i in range(start, end) if kept[i])
            return range(start, end) if part <= LARGEST_SECTION * whole else range(at, at + 1)
        place = elements[place].parent
    return range(at, at + 1)


def _inside(outline: Outline, element: int, around: int) -> bool:
    while element > around:
        element = outline.elements[element].parent
    return element == around


def _bylines(blocks: Sequence[Block], kept: Sequence[bool], author: str | None) -> dict[int, str]:
    """Return which kept lines above the article name its author or say when it was published."""
    found: dict[int, str] = {}
    names = author.split(", ") if author else []
    for at, block in enumerate(blocks):
        text = block.text
        if not kept[at] or len(text) > LONGEST:
            continue
        if BY.match(text) and any(name in text for name in names):
            found[at] = "names the author"
        elif DATED.match(text) and parse_date(text):
            found[at] = "says when the page was published"
    return found


def contents(blocks: Sequence[Block]) -> dict[int, str]:
    """Return where entries of a table of contents stand: runs of lines that recur below.

    They are links, or numbered, or a line above says what they are.
    """
    entries = [block.text.lower().lstrip("0123456789.) ") for block in blocks]
    last = {entry: at for at, entry in enumerate(entries) if entry}
    found: dict[int, str] = {}
    run: list[int] = []
    for at, entry in enumerate([*entries, ""]):
        if entry and last[entry] > at and len(entry) <= LONGEST:
            run.append(at)
            continue
        if len(run) > 1 and all(last[entries[place]] >= at for place in run):
            above = blocks[max(0, run[0] - 2) : run[0]]
            if any(_CONTENTS.fullmatch(block.text) for block in above) or all(
                blocks[place].linked or blocks[place].text[0].isdigit() for place in run
            ):
                found |= dict.fromkeys(run, _CONTENTS_REASON)
        run = []
    return found


def is_article(outline: Outline, kept: Sequence[bool]) -> bool:
    """Say whether a page is an article: what is kept of it is prose, mostly, or half if it says so.

    Threads, shops and lists are none: there, what these rules drop is often content.
    """
    if any(map(_OTHER.search, outline.head.scripts)):
        return False
    lengths = [len(block.text) for block, keep in zip(outline.blocks, kept, strict=True) if keep]
    prose = sum(length for length in lengths if length >= SHORTEST_PROSE)
    return prose >= (LEAST_STATED_PROSE if says_article(outline) else LEAST_PROSE) * sum(lengths)


def says_article(outline: Outline) -> bool:
    """Say whether a page calls itself an article, in its data for machines."""
    stated = "article" in outline.head.meta.get("og:type", "").lower()
    return stated or any(map(_ARTICLE.search, outline.head.scripts))


def rescued(
    blocks: Sequence[Block], kept: Sequence[bool], likely: Sequence[float], ruled: dict[int, str]
) -> list[bool]:
    """Return `kept` with an article's last paragraph, and the headings right above what is kept.

    `likely` are the probabilities; above the first kept line of all, a heading must be likelier.
    """
    found = list(kept)
    last = max((at for at, keep in enumerate(kept) if keep), default=len(kept))
    for at in range(last + 1, min(last + 3, len(kept))):
        if at in ruled or likely[at] < LEAST_LIKELY_END:
            break
        if len(blocks[at].text) >= SHORTEST_PROSE and SENTENCE_END.search(blocks[at].text):
            found[at] = True
    first = next((at for at, keep in enumerate(kept) if keep and at not in ruled), len(kept))
    for at in range(len(blocks) - 2, -1, -1):
        least = LEAST_LIKELY_HEADING if at > first else LEAST_LIKELY_FIRST_HEADING
        if (
            found[at + 1]
            and not found[at]
            and at not in ruled
            and at + 1 not in ruled
            and likely[at] >= least
            and looks_like_heading(blocks[at].text)
        ):
            found[at] = True
    return found


def _about(text: str) -> str | None:
    found = ABOUT.match(text)
    return found[1] if found and " " in found[1] and real_names(found[1]) else None
