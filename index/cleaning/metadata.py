"""What a page is, apart from its text: title, author, published, site, address, language."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.dates import MONTH, date_in_url, parse_date
from index.cleaning.decode import normalize
from index.cleaning.outline import Block, Head, Outline


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; each None (or an empty title) where the page does not say."""

    title: str = ""
    author: str | None = None
    published: datetime.date | None = None
    site: str | None = None
    url: str | None = None


# In order of trust, as pages use them.
_TITLE_KEYS = ("og:title", "twitter:title", "dc.title", "headline", "title")
_AUTHOR_KEYS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "citation_author",
)  # fmt: skip
_PUBLISHED_KEYS = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "publishdate", "publish-date", "publication_date",
    "date.issued", "dc.date.issued", "dcterms.created", "dc.date", "pubdate", "article:published",
    "cxenseparse:recs:publishtime", "citation_publication_date", "ms.date", "date",
)  # fmt: skip
_SITE_KEYS = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_ARTICLE_TYPES = (
    "Article", "NewsArticle", "BlogPosting", "Report", "ScholarlyArticle", "TechArticle",
    "DiscussionForumPosting", "Product", "Recipe", "Review", "VideoObject", "QAPage", "Question",
    "WebPage", "CollectionPage", "Event", "Book", "Course",
)  # fmt: skip
# Share of words that a headline and a stated title have in common, at least, if they are one.
SAME_TITLE = 0.6
# Bylines and dates stand in lines of so many characters or fewer.
SHORT_LINE = 120
_BY_STARTS = ("by", "written by", "posted by", "published ", "von", "par", "por", "door", "от")
_NO_LETTERS = re.compile(r"[\W_]+")
_PARTS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
_SEPARATOR = re.compile(r"\s+[|–—·•»«:>~-]{1,2}\s+|\s*[|»]\s*")
_AUTHOR_NAMES = ("byline", "by-line", "author-name", "author_name", "authorname", "writer")
_BYLINE_NAMES = ("author", "contributor", "post-meta", "postmeta", "entry-meta", "username")
_BYLINE = re.compile(
    r"^(?:(?i:written|posted|published) )?(?i:by|von|par|por|door|av|от):?\s+([^\W\d_a-z].{2,100})"
)
_PUBLISHED_NAMES = ("publish", "posted", "pubdate", "date", "timestamp")
_MODIFIED = re.compile(r"modif|updat|aktualis|mis à jour|actualiz|edited", re.I)
BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reviewed|words|story|article|authored)\s+)?"
    r"(?:by|von|par|por|door|di|av|от|author|autor|auteur)\b\s*:?\s*",
    re.IGNORECASE,
)
# Where something other than names begins in a byline.
_BEHIND_NAMES = re.compile(
    r"\s[|–—·•-]\s|\s+(?:on|in|at|am|le|el|il y a|vor|for|is|updated|published|posted)\s|\n"
    rf"|\s+(?:{MONTH})\b\.?\s+\d|\d",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright)\s*(?:(?:19|20)\d{2}(?:\s*[-–]\s*(?:19|20)?\d{2,4})?)?,?\s+(?:by\s+)?"
    r"(?!All [Rr]ights|[Cc]opyright)([^\W\d_a-z][^|·•©\n]{2,50}?)"
    r"(?:[.,]?\s*$|\s*[.|·•,]\s|\s+(?:All [Rr]ights|Best viewed|Inc|Ltd|GmbH|LLC)\b)"
)
_AND = re.compile(r"\s*(?:,|;|\||/|&|\band\b|\bund\b|\bet\b|\by\b(?!\.)|\be\b)\s+", re.IGNORECASE)
_NAME_PART = (
    r"(?:[^\W\d_a-zß-öø-ÿ][\w'’.-]*|de|da|di|del|della|van|von|der|den|la|le|bin|al|el|ibn)"
)
_NAME = re.compile(rf"^{_NAME_PART}(?:\s+{_NAME_PART}){{0,4}}$")
_NO_NAME = re.compile(
    r"\b(?:admin|administrator|editor|editors|editorial|staff|team|guest|author|unknown|anonymous|"
    r"contributor|contributors|redaktion|webmaster|support|updated|published|read|min|share|"
    r"posted|comments?|subscribe|follow|view|all|posts|more|about|the|our|by|null|undefined)\b",
    re.IGNORECASE,
)
_NOBODY = frozenset(("admin", "administrator", "author", "unknown", "anonymous", "none", "null"))
_DEGREE = re.compile(
    r"^(?:MS|MA|MBA|RD|RDN|PhD|Ph\.D\.?|MD|M\.D\.?|DO|JD|Esq\.?|CPA|CFP®?|FAND|LD|LDN|RN|DDS|DVM|"
    r"BSc|MSc|MPH|DPT|CPT|Jr\.?|Sr\.?|II|III|M\.S\.|M\.A\.)$"
)
DATED = re.compile(
    r"^\W*(?:published|posted|updated|last updated|publié|mis à jour|veröffentlicht|publicado|"
    r"опубликовано)\b",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(r"\b(?:published|posted|publié|veröffentlicht|publicado|date)\b", re.I)


def extract(outline: Outline, url: str | None = None) -> Metadata:
    """Return the metadata of an HTML page; `url` is where it was fetched from, if known."""
    head = outline.head
    things = sorted(
        (thing for script in head.scripts for thing in _things(script)), key=_article_rank
    )
    address = _address(head, url)
    site = _site(head, things, outline.blocks)
    host = urlsplit(address or "").hostname or ""
    host = host.removeprefix("www.")
    title = _title(outline, things, site, host)
    return Metadata(
        title=title,
        author=_author(outline, things, site),
        published=_published(outline, things, address, title),
        site=site or host or None,
        url=address,
    )


def real_names(text: str) -> list[str]:
    """Return the names of people in a byline: no "By", no roles, no degrees, no addresses."""
    names: list[str] = []
    text = re.sub(r"\([^)]*\)|https?://\S+|\S+@\S+", " ", text)
    byline = BY.sub("", " ".join(text.split()))
    for part in _AND.split(_BEHIND_NAMES.split(byline)[0]):
        part = BY.sub("", part).strip(" .,:;|-–—·•")
        if not part or _DEGREE.match(part):
            continue
        if not _NAME.match(part) or _NO_NAME.search(part) or len(part) < 3:
            if names:
                break  # a role or a place follows the names
            continue
        if part not in names:
            names.append(part)
    return names


def same_words(left: str, right: str) -> bool:
    """Say whether two lines read the same, whatever their case, marks and spaces."""
    return key(left) == key(right) != ""


def key(text: str) -> str:
    """Return what two lines that read the same have in common: their letters and digits."""
    return _NO_LETTERS.sub("", text.casefold())


def _things(script: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-LD script, the outermost first."""
    script = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", script)
    try:
        pending = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for thing in pending:  # grows while it is walked
        if isinstance(thing, list):
            pending.extend(thing)
        elif isinstance(thing, dict):
            if "@type" in thing:
                yield thing
            pending.extend(
                thing[part] for part in _PARTS if isinstance(thing.get(part), dict | list)
            )


def _article_rank(thing: dict[str, Any]) -> int:
    kinds = thing["@type"]
    ranks = [
        _ARTICLE_TYPES.index(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if kind in _ARTICLE_TYPES
    ]
    return min(ranks, default=len(_ARTICLE_TYPES))


def _articles(things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [thing for thing in things if _article_rank(thing) < len(_ARTICLE_TYPES)]


def _strings(value: Any, name: str = "name") -> list[str]:
    """Return the strings that a JSON-LD value stands for: its own, its name, its items."""
    if isinstance(value, str):
        return [normalize(" ".join(_unescape(value).split()))]
    if isinstance(value, dict):
        return _strings(value.get(name))
    if isinstance(value, list):
        return [string for item in value[:20] for string in _strings(item, name)]
    return []


def _unescape(text: str) -> str:
    import html

    return html.unescape(text) if "&" in text else text


def _meta(head: Head, keys: tuple[str, ...]) -> Iterator[str]:
    for name in keys:
        if value := head.meta.get(name):
            yield normalize(" ".join(_unescape(value).split()))


def _address(head: Head, url: str | None) -> str | None:
    for address in (head.canonical, head.meta.get("og:url", ""), url or ""):
        if address.startswith(("http://", "https://")) and urlsplit(address).hostname:
            return address
    return url


def _site(head: Head, things: list[dict[str, Any]], blocks: list[Block]) -> str | None:
    for name in _meta(head, _SITE_KEYS):
        return name
    for thing in things:
        for name in _strings(thing.get("publisher")):
            return name
    for thing in things:
        if thing["@type"] in ("WebSite", "Organization", "NewsMediaOrganization"):
            for name in _strings(thing.get("name")):
                return name
    owner = site_in_lines(blocks)
    if owner:  # the title may name the publication in full
        parts = _SEPARATOR.split(normalize(head.title))
        return next((part for part in parts[1:] if part.startswith(owner)), owner)
    return None


def site_in_lines(blocks: list[Block]) -> str | None:
    """Return who has the copyright of a page, from the last of its lines that says so."""
    for block in reversed(blocks[-40:]):
        if len(block.text) <= 2 * SHORT_LINE and (found := _COPYRIGHT.search(block.text)):
            return found[1].strip()
    return None


def _title(outline: Outline, things: list[dict[str, Any]], site: str | None, host: str) -> str:
    """Return the headline that the head agrees on, else what the head states, without the site."""
    head = outline.head
    stated = [
        title
        for title in (
            *(
                name
                for thing in _articles(things)
                for name in _strings(thing.get("headline")) or _strings(thing.get("name"))
            ),
            *_meta(head, _TITLE_KEYS[:2]),
            normalize(head.title),
            *_meta(head, _TITLE_KEYS[2:]),
        )
        if title
    ]
    own = [_without_site(title, site, host) for title in stated]
    headlines = [" ".join(block.text.split()) for block in outline.blocks if _is_headline(block)][
        :8
    ]
    shared = [
        (overlap, -at, headline)
        for at, headline in enumerate(headlines)
        if (overlap := max((_overlap(headline, title) for title in own), default=0.0)) >= SAME_TITLE
    ]
    if shared:
        return max(shared)[2]
    long = [
        headline for headline in headlines if " " in headline and key(headline) != key(site or "")
    ]
    if len(long) == 1 and not any(
        _overlap(title, other) > SAME_TITLE for title in own[:1] for other in own[1:]
    ):
        return long[0]
    return own[0] if own else (headlines[0] if headlines else "")


def _is_headline(block: Block) -> bool:
    return block.kind == "heading" and block.level == 1


def _overlap(left: str, right: str) -> float:
    """Return the F1 of the words of two titles."""
    words = set(left.lower().split()), set(right.lower().split())
    return 2 * len(words[0] & words[1]) / (len(words[0]) + len(words[1]))


def _without_site(title: str, site: str | None, host: str) -> str:
    """Cut the name of the site, or what stands behind a bar, off a title."""
    parts = _SEPARATOR.split(title)
    own = {key(site or ""), key(host), key(host.split(".")[0])} - {""}
    for position in (-1, 0) if len(parts) > 1 else ():
        part = key(parts[position])
        if any(part == name or (len(part) > 4 and (part in name or name in part)) for name in own):
            at = title.rfind(parts[-1]) if position else len(parts[0])
            title = (title[:at] if position else title[at:]).strip(" |–—·•»«:>~-")
            break
    if site and title.startswith(f"{site}: "):
        title = title[len(site) + 2 :]
    first = title.split("|")[0].strip()
    return first if " " in first else title


def _author(outline: Outline, things: list[dict[str, Any]], site: str | None) -> str | None:
    stated = [
        _strings(thing.get(role)) for role in ("author", "creator") for thing in _articles(things)
    ]
    stated += [[value] for value in _meta(outline.head, _AUTHOR_KEYS)]
    if "written by" in outline.head.meta.get("twitter:label1", "").lower():
        stated += [[value] for value in _meta(outline.head, ("twitter:data1",))]
    for candidates in stated:
        if names := [name for candidate in candidates for name in _stated_names(candidate)]:
            return ", ".join(dict.fromkeys(names))
    for text in _bylines(outline):
        if not same_words(text, site or "") and (names := real_names(text)):
            return ", ".join(names)
    return None


def _stated_names(text: str) -> list[str]:
    """Return the names in a field that holds nothing else; those of teams and users as well."""
    if names := real_names(text):
        return names
    name = BY.sub("", text).strip(" .,:;|@")
    wrong = len(name) < 2 or len(name) > 60 or "://" in name or "@" in name
    return [] if wrong or name.lower() in _NOBODY else [name]


def _bylines(outline: Outline) -> Iterator[str]:
    """Yield the texts that may name the author, the likeliest first."""
    for names in (_AUTHOR_NAMES, _BYLINE_NAMES):
        yield from _named(outline, names)
    for block in outline.blocks:
        if (
            block.text[:10].lower().startswith(_BY_STARTS)
            and len(block.text) <= SHORT_LINE
            and (found := _BYLINE.match(block.text))
        ):
            yield found[1]


def _named(outline: Outline, parts: tuple[str, ...]) -> Iterator[str]:
    """Yield the short blocks in elements whose class or the like has one of the parts in it."""
    elements = outline.elements
    known: dict[str, bool] = {}
    for block in outline.blocks:
        if len(block.text) <= SHORT_LINE:
            names = f"{elements[block.element].names} {block.inline}"
            matches = known.get(names)
            if matches is None:
                lower = names.lower()
                matches = known[names] = any(part in lower for part in parts)
            if matches:
                yield block.text


def _published(
    outline: Outline, things: list[dict[str, Any]], address: str | None, title: str
) -> datetime.date | None:
    for event in ("datePublished", "uploadDate", "dateCreated"):
        for thing in _articles(things):
            for value in _strings(thing.get(event)):
                if day := parse_date(value):
                    return day
    for value in _meta(outline.head, _PUBLISHED_KEYS):
        if day := parse_date(value):
            return day
    return (
        _dated(outline, outline.head.times)
        or _in_named(outline)
        or (date_in_url(address) if address else None)
        or date_in_lines(outline.blocks, title)
    )


def _dated(outline: Outline, times: list[tuple[str, int, str]]) -> datetime.date | None:
    """Return the day of the first time element that does not tell of a change."""
    for stated, position, names in times:
        if position < len(outline.blocks) and not _MODIFIED.search(names):
            text = outline.blocks[position].text[:120]
            if _MODIFIED.match(text) and not _DATE_WORDS.search(text):
                continue
            if day := parse_date(stated) or parse_date(text):
                return day
    return None


def _in_named(outline: Outline) -> datetime.date | None:
    """Return the day that stands in an element which is named after it."""
    for text in _named(outline, _PUBLISHED_NAMES):
        if day := date_of_publication(text):
            return day
    return None


def date_of_publication(line: str) -> datetime.date | None:
    """Return the first day in a line that is not said to be one of a change."""
    changed = _MODIFIED.search(line)
    return parse_date(line[: changed.start()] if changed else line)


def date_in_lines(blocks: list[Block], title: str) -> datetime.date | None:
    """Return the day stated by a short line, if any line near the headline states one."""
    places = (
        at
        for at, block in enumerate(blocks)
        if _is_headline(block)
        or (len(block.text) <= 2 * SHORT_LINE and same_words(block.text, title))
    )
    headline = next(places, 0)
    near = blocks[headline : headline + 12] + blocks[max(0, headline - 6) : headline]
    labelled = (block for block in blocks if _DATE_WORDS.search(block.text[:SHORT_LINE]))
    for block in chain(near, labelled):
        if len(block.text) <= SHORT_LINE and (day := date_of_publication(block.text)):
            return day
    return None
