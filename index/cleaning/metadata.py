"""What a page is, apart from its text: title, author, published, site, address, language."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.dates import date_in_url, parse_date
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
    "dcterms.creator", "byl", "citation_author", "twitter:data1",
)  # fmt: skip
_PUBLISHED_KEYS = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "publishdate", "publish-date", "publication_date",
    "date.issued", "dc.date.issued", "dcterms.created", "dc.date", "pubdate", "article:published",
    "cxenseparse:recs:publishtime", "citation_publication_date", "date",
)  # fmt: skip
_SITE_KEYS = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_ARTICLE_TYPES = (
    "Article", "NewsArticle", "BlogPosting", "Report", "ScholarlyArticle", "TechArticle",
    "DiscussionForumPosting", "Product", "Recipe", "Review", "VideoObject", "QAPage", "Question",
    "WebPage", "CollectionPage", "Event", "Book", "Course",
)  # fmt: skip
_PARTS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
_SEPARATOR = re.compile(r"\s+[|–—·•»«:>~-]{1,2}\s+|\s*[|»]\s*")
_BYLINE_NAMES = re.compile(r"author|byline|by-line|writer|contributor|post-meta|entry-meta", re.I)
_PUBLISHED_NAMES = re.compile(r"publi|posted|pubdate|entry-date|post-date|date|time", re.I)
_MODIFIED = re.compile(r"modif|updat|aktualis|mis à jour|actualiz|edited", re.I)
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reviewed|words|story|article|authored)\s+)?"
    r"(?:by|von|par|por|door|di|author|autor|auteur)\b\s*:?\s*",
    re.IGNORECASE,
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
_DEGREE = re.compile(
    r"^(?:MS|MA|MBA|RD|RDN|PhD|Ph\.D\.?|MD|M\.D\.?|DO|JD|Esq\.?|CPA|CFP®?|FAND|LD|LDN|RN|DDS|DVM|"
    r"BSc|MSc|MPH|DPT|CPT|Jr\.?|Sr\.?|II|III|M\.S\.|M\.A\.)$"
)
_DATE_WORDS = re.compile(r"\b(?:published|posted|publié|veröffentlicht|publicado|date)\b", re.I)


def extract(outline: Outline, url: str | None = None) -> Metadata:
    """Return the metadata of an HTML page; `url` is where it was fetched from, if known."""
    head = outline.head
    things = sorted(
        (thing for script in head.scripts for thing in _things(script)), key=_article_rank
    )
    address = _address(head, url)
    site = _site(head, things)
    host = urlsplit(address or "").hostname or ""
    host = host.removeprefix("www.")
    return Metadata(
        title=_title(outline, things, site, host),
        author=_author(outline, things, site),
        published=_published(outline, things, address),
        site=site or host or None,
        url=address,
    )


def real_names(text: str) -> list[str]:
    """Return the names of people in a byline: no "By", no roles, no degrees, no addresses."""
    names: list[str] = []
    text = re.sub(r"\([^)]*\)|https?://\S+|\S+@\S+", " ", text)
    for part in _AND.split(_BY.sub("", " ".join(text.split()))):
        part = _BY.sub("", part).strip(" .,:;|-–—·•")
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
    return "".join(character for character in text.casefold() if character.isalnum())


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


def _site(head: Head, things: list[dict[str, Any]]) -> str | None:
    for name in _meta(head, _SITE_KEYS):
        return name
    for thing in things:
        for name in _strings(thing.get("publisher")):
            return name
    for thing in things:
        if thing["@type"] in ("WebSite", "Organization", "NewsMediaOrganization"):
            for name in _strings(thing.get("name")):
                return name
    return None


def _title(outline: Outline, things: list[dict[str, Any]], site: str | None, host: str) -> str:
    head = outline.head
    stated = [*_meta(head, _TITLE_KEYS[:2]), normalize(head.title), *_meta(head, _TITLE_KEYS[2:])]
    headlines = [block.text for block in outline.blocks if block.level == 1][:5]
    joined = key(" ".join(stated))
    for headline in headlines:
        if len(key(headline)) > 3 and key(headline) in joined:
            return " ".join(headline.split())
    for thing in _articles(things):
        for name in _strings(thing.get("headline")) or _strings(thing.get("name")):
            if name and "@" not in name:
                return name
    for title in stated:
        if title:
            return _without_site(title, site, host)
    return " ".join(headlines[0].split()) if headlines else ""


def _without_site(title: str, site: str | None, host: str) -> str:
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    own = {key(site or ""), key(host), key(host.split(".")[0])} - {""}
    for position in (-1, 0):
        part = key(parts[position])
        if any(part == name or (len(part) > 4 and (part in name or name in part)) for name in own):
            at = title.rfind(parts[-1]) if position else len(parts[0])
            rest = title[:at] if position else title[at:]
            return rest.strip(" |–—·•»«:>~-")
    return title


def _author(outline: Outline, things: list[dict[str, Any]], site: str | None) -> str | None:
    stated = [
        _strings(thing.get(role)) for role in ("author", "creator") for thing in _articles(things)
    ]
    stated += [[value] for value in _meta(outline.head, _AUTHOR_KEYS)]
    stated += [[text] for text in _bylines(outline)]
    for candidates in stated:
        names = [
            name
            for candidate in candidates
            if not same_words(candidate, site or "")
            for name in real_names(candidate)
        ]
        if names:
            return ", ".join(dict.fromkeys(names))
    return None


def _bylines(outline: Outline) -> Iterator[str]:
    for block in outline.blocks:
        if len(block.text) > 120:
            continue
        own = outline.elements[block.element].names
        if _BYLINE_NAMES.search(own) or _BYLINE_NAMES.search(block.inline):
            yield from block.text.split("\n")
    for block in outline.blocks:
        if len(block.text) < 80 and re.match(r"(?i)(?:written |posted )?by\s+[A-Z]", block.text):
            yield block.text


def _published(
    outline: Outline, things: list[dict[str, Any]], address: str | None
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
        or (date_in_url(address) if address else None)
        or date_in_lines(outline.blocks)
    )


def _dated(outline: Outline, times: list[tuple[str, int]]) -> datetime.date | None:
    """Return the day of the first time element that does not tell of a change."""
    for stated, position in times:
        if position < len(outline.blocks):
            block = outline.blocks[position]
            about = f"{block.text[:100]} {block.inline}"
            if _MODIFIED.search(about) and not _DATE_WORDS.search(about):
                continue
            if day := parse_date(stated) or parse_date(block.text[:100]):
                return day
    return None


def date_in_lines(blocks: list[Block]) -> datetime.date | None:
    """Return the day stated by a short line, if any line near the top states one."""
    headline = next((at for at, block in enumerate(blocks) if block.level == 1), 0)
    for block in blocks[headline : headline + 12]:
        about_a_change = len(block.text) > 120 or _MODIFIED.search(block.text)
        if not about_a_change and (day := parse_date(block.text)):
            return day
    for block in blocks:
        labelled = len(block.text) <= 80 and _DATE_WORDS.search(block.text)
        if labelled and (day := parse_date(block.text)):
            return day
    return None
