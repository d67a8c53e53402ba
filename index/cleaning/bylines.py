"""Who wrote a page: what its head states, and its bylines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.cleaning.dates import MONTH, parse_date, without_dates
from index.cleaning.outline import Head, Outline
from index.cleaning.statements import (
    BELOW_HEADLINE,
    SHORT_LINE,
    articles,
    key,
    meta,
    named,
    same_words,
    strings,
)

_AUTHOR_KEYS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "citation_author",
)  # fmt: skip
_AUTHOR_NAMES = re.compile("by-?line|author[-_]?name|writer")
_BYLINE_NAMES = re.compile("author|contributor|post-?meta|entry-meta|username")
_BY_STARTS = ("by", "written by", "posted by", "published ", "von", "par", "por", "door", "от")
_BYLINE = re.compile(
    r"^(?:(?i:written|posted|published) )?(?i:by|von|par|por|door|av|от):?\s+([^\W\d_a-z].{2,100})"
)
_USER_NAMES = re.compile("user-?name|postuser|user-details|person-listing")
# Elements, and names of elements, that hold what a site offers: "By Price" there names nobody.
_MENU_TAGS = frozenset("nav menu button select option dialog".split())
_MENU_NAMES = re.compile(
    r"(?<![\w-])(?:nav|navbar|navigation|menu|menubar|menuitem|(?:dropdown-|sub-?)menu|(?:site-)?footer)"
    r"(?![\w-])|breadcrumb|itemlistelement|(?:header|mega)[-_]?(?:menu|links)"
)
# What names a topic, in an element that holds nothing else.
_TOPIC_NAMES = re.compile(r"(?<![\w-])(?:tags?|category|topic)(?![\w-])", re.IGNORECASE)
_USER = re.compile(r"^[\w.@-]{3,30}$")
_STARTED_BY = re.compile(r"\b(?:started|submitted(?: .{2,30})?) by:? ([\w.@-]{3,30})")
BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reviewed|words|text|story|article|authored|submitted|"
    r"(?:thread |topic )?started)\s+)?"
    r"(?:(?:by|von|par|por|door|di|av|от|author|autor|auteur|thread starter|topic author)\b|"
    r"(?-i:[Bb]y(?=[A-Z])))\s*:?\s*",
    re.IGNORECASE,
)
_MARKS = " .,:;|-–—·•"
# Where something other than names begins in a byline.
_BEHIND_NAMES = re.compile(
    r"\s[|–—·•-]+(?:\s|$)|\s+(?:on|in|at|am|le|el|il y a|vor|for|is|updated|published|posted)\s|\n"
    rf"|\s+(?:{MONTH})\b\.?\s+\d|(?<!\w)\d",
    re.IGNORECASE,
)
# What people do, behind their names.
_ROLE = re.compile(
    r"^(\S+\s+\S.*?[a-z.])\s*(?:Senior|Staff|Contributing|Managing|Associate|Assistant|Chief|Deputy|"
    r"Lead|Head|Writer|Reporter|Editor|Author|Contributor|Correspondent|Columnist|Journalist|Founder|"
    r"Director|Manager|CEO|CTO|Last|Updated|View|Follow)\b.*$"
)
_READING_TIME = re.compile(r"^\W*\d+[- ]min(?:ute)?s?\.? read\b", re.IGNORECASE)
_BY_ALONE = re.compile(
    r"^\W*(?:(?:article|post|story)\s+)?(?:(?:written|posted|published|words)\s+)?(?:by|von|par|por)"
    r"\W*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|;|\||/|&|\band\b|\bund\b|\bet\b|\by\b(?!\.)|\be\b)\s+", re.IGNORECASE)
_NAME_PART = (
    r"(?:[^\W\d_a-zß-öø-ÿ][\w'’.-]*|de|da|di|del|della|van|von|der|den|la|le|bin|al|el|ibn)"
)
_NAME = re.compile(rf"^{_NAME_PART}(?:\s+{_NAME_PART}){{0,4}}$")
_NO_NAME = re.compile(
    rf"^(?:{MONTH}|mon|tue|wed|thu|fri|sat|sun|\w+day)$|"
    r"\b(?:admin|administrator|editor|editors|editorial|staff|team|guest|author|unknown|anonymous|"
    r"contributor|contributors|redaktion|webmaster|support|updated|published|read|min|share|"
    r"posted|comments?|subscribe|follow|view|all|posts|more|about|the|our|by|null|undefined|articles?|"
    r"from|sign in|log in|officer|download|"
    r"categor(?:y|ies)|contents|discussion|guide|lifestyle|menu|search|strategy|tags?|tools|topics?)\b",
    re.IGNORECASE,
)
_NOBODY = frozenset(("admin", "administrator", "author", "unknown", "anonymous", "none", "null"))
_DEGREE = re.compile(
    r"^(?:MS|MA|MBA|RD|RDN|PhD|Ph\.D\.?|MD|M\.D\.?|DO|JD|Esq\.?|CPA|CFP®?|FAND|LD|LDN|RN|DDS|DVM|"
    r"BSc|MSc|MPH|DPT|CPT|Jr\.?|Sr\.?|II|III|M\.S\.|M\.A\.)$"
)


def author(outline: Outline, things: list[dict[str, Any]], site: str | None, at: int) -> str | None:
    """Return the names of the authors; `at` is where the headline stands.

    What the head states may be the publication, or what somebody logs in with: the name of a
    person by the headline is better.
    """
    stated: list[str] = []
    for candidates in _stated_authors(outline.head, things):
        stated = [name for candidate in candidates for name in _stated_names(candidate)]
        if stated:
            break
    if any(_is_full_name(name, site) for name in stated):
        return ", ".join(dict.fromkeys(stated))
    near = range(at + 1, at + BELOW_HEADLINE)
    for place, text in _bylines(outline, at, strict=bool(stated)):
        if (not stated or place in near) and not same_words(text, site or ""):
            names = real_names(text)
            if (
                names
                and (not stated or _is_full_name(names[0], site))
                and not _in_menu(outline, place)
            ):
                return ", ".join(names)
    return ", ".join(dict.fromkeys(stated)) or _user(outline)


def real_names(text: str) -> list[str]:
    """Return the names of people in a byline: no "By", no roles, no degrees, no addresses."""
    names: list[str] = []
    text = without_dates(re.sub(r"\([^)]*\)|https?://\S+|\S+@\S+", " ", text))
    byline = BY.sub("", " ".join(text.split()))
    stretches = (part.strip(_MARKS) for part in _BEHIND_NAMES.split(byline))
    for part in _AND.split(next(filter(None, stretches), "")):
        part = _ROLE.sub(r"\1", BY.sub("", part).strip(_MARKS))
        if not part or _DEGREE.match(part):
            continue
        alone = " " not in part and names and " " in names[-1]
        if alone or not _NAME.match(part) or _NO_NAME.search(part) or len(part) < 3:
            if names:
                break  # a role or a place follows the names
            continue
        if part not in names:
            names.append(part)
    return names


def _stated_authors(head: Head, things: list[dict[str, Any]]) -> Iterator[list[str]]:
    for role in ("author", "creator"):
        for thing in articles(things):
            yield strings(thing.get(role))
    for value in meta(head, _AUTHOR_KEYS):
        yield [value]
    if "written by" in head.meta.get("twitter:label1", "").lower():
        for value in meta(head, ("twitter:data1",)):
            yield [value]


def _in_menu(outline: Outline, at: int) -> bool:
    """Say whether a block stands among what its site offers, not in what the page tells."""
    block = outline.blocks[at]
    if _MENU_NAMES.search(block.inline.lower()):
        return True
    place = block.element
    while place >= 0:
        tag, parent, _, names, _ = outline.elements[place]
        if tag in _MENU_TAGS or (tag != "body" and _MENU_NAMES.search(names.lower())):
            return tag != "html"
        place = parent
    return False


def _is_full_name(name: str, site: str | None) -> bool:
    return " " in name and not (site and (key(site) in key(name) or key(name) in key(site)))


def _stated_names(text: str) -> list[str]:
    """Return the names in a field that holds nothing else; those of teams and users as well."""
    if names := real_names(text):
        return names
    name = BY.sub("", text).strip(" .,:;|@")
    wrong = len(name) < 2 or len(name) > 60 or "://" in name or "@" in name
    return [] if wrong or name.lower() in _NOBODY else [name]


def _bylines(outline: Outline, headline: int, *, strict: bool) -> Iterator[tuple[int, str]]:
    """Yield where texts stand that may name the author, and the texts, the likeliest first.

    `strict` leaves out elements that are named after users, or after all that is said of a page.
    """
    blocks = outline.blocks
    below = headline + BELOW_HEADLINE
    english = outline.head.language.lower().startswith("en")
    for names in (_AUTHOR_NAMES,) if strict else (_AUTHOR_NAMES, _BYLINE_NAMES):
        yield from named(outline, names)
    for at, block in enumerate(blocks):
        if len(block.text) > SHORT_LINE:
            continue
        if block.text[:10].lower().startswith(_BY_STARTS) and (found := _BYLINE.match(block.text)):
            # One word is what a list is sorted by, unless the line says more, or is the headline's.
            more = " " in found[1] or (block.kind != "heading" and headline < at < below)
            if more and not (english and block.text.lower().startswith("door")):  # Dutch for "by"
                yield at, found[1]
        elif at and len(blocks[at - 1].text) < SHORT_LINE and _BY_ALONE.match(blocks[at - 1].text):
            yield at, block.text
    for at in range(headline + 1, min(len(blocks) - 1, below)):
        name = blocks[at].text  # alone beside the date, or the reading time
        beside = blocks[at - 1], blocks[at + 1]
        if (
            len(name) <= SHORT_LINE
            and " " in name
            and blocks[at].kind != "heading"
            and not _TOPIC_NAMES.search(blocks[at].inline)
            and any(
                len(block.text) <= SHORT_LINE
                and block.kind != "heading"
                and (parse_date(block.text) or _READING_TIME.match(block.text))
                for block in beside
            )
            and real_names(name) == [name]
        ):
            yield at, name


def _user(outline: Outline) -> str | None:
    """Return the name under which a thread was started."""
    for block in outline.blocks:
        text = block.text
        if len(text) <= SHORT_LINE and " by" in text and (found := _STARTED_BY.search(text)):
            return found[1]
    for _, text in named(outline, _USER_NAMES):
        if _USER.match(text) and not _NO_NAME.search(text):
            return text
    return None
