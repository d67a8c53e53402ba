"""What a page is, apart from its text: title, author, published, site, address, language."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.bylines import author
from index.cleaning.decode import normalize
from index.cleaning.outline import Block, Head, Outline
from index.cleaning.publication import published
from index.cleaning.statements import (
    SHORT_LINE,
    articles,
    headline,
    is_headline,
    key,
    meta,
    strings,
    things,
)


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
_SITE_KEYS = ("og:site_name", "application-name", "apple-mobile-web-app-title")
# Share of words that a headline and a stated title have in common, at least, if they are one.
SAME_TITLE = 0.6
_SEPARATOR = re.compile(r"\s+[|–—·•»«:>~-]{1,2}\s+|\s*[|»]\s*")
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright)\s*(?:(?:19|20)\d{2}(?:\s*[-–]\s*(?:19|20)?\d{2,4})?)?,?\s+(?:by\s+)?"
    r"(?!All [Rr]ights|[Cc]opyright)([^\W\d_a-z][^|·•©\n]{2,50}?)"
    r"(?:[.,]?\s*$|\s*[.|·•,]\s|\s+(?:All [Rr]ights|Best viewed|Inc|Ltd|GmbH|LLC)\b)"
)


def extract(outline: Outline, url: str | None = None) -> Metadata:
    """Return the metadata of an HTML page; `url` is where it was fetched from, if known."""
    head = outline.head
    about = things(head)
    address = _address(head, url)
    site = _site(head, about, outline.blocks)
    host = urlsplit(address or "").hostname or ""
    host = host.removeprefix("www.")
    title = _title(outline, about, site, host)
    at = headline(outline.blocks, title)
    return Metadata(
        title=title,
        author=author(outline, about, site, at),
        published=published(outline, about, address, at),
        site=site or host or None,
        url=address,
    )


def site_in_lines(blocks: list[Block]) -> str | None:
    """Return who has the copyright of a page, from the last of its lines that says so."""
    for block in reversed(blocks[-40:]):
        if len(block.text) <= 2 * SHORT_LINE and (found := _COPYRIGHT.search(block.text)):
            return found[1].strip()
    return None


def _address(head: Head, url: str | None) -> str | None:
    for address in (head.canonical, head.meta.get("og:url", ""), url or ""):
        if address.startswith(("http://", "https://")) and urlsplit(address).hostname:
            return address
    return url


def _site(head: Head, things: list[dict[str, Any]], blocks: list[Block]) -> str | None:
    for name in meta(head, _SITE_KEYS):
        return name
    for thing in things:
        for name in strings(thing.get("publisher")):
            return name
    for thing in things:
        if thing["@type"] in ("WebSite", "Organization", "NewsMediaOrganization"):
            for name in strings(thing.get("name")):
                return name
    owner = site_in_lines(blocks)
    if owner:  # the title may name the publication in full
        parts = _SEPARATOR.split(normalize(head.title))
        return next((part for part in parts[1:] if part.startswith(owner)), owner)
    return None


def _title(outline: Outline, things: list[dict[str, Any]], site: str | None, host: str) -> str:
    """Return the headline that the head agrees on, else what the head states, without the site."""
    head = outline.head
    stated = [
        title
        for title in (
            *(
                name
                for thing in articles(things)
                for name in strings(thing.get("headline")) or strings(thing.get("name"))
            ),
            *meta(head, _TITLE_KEYS[:2]),
            normalize(head.title),
            *meta(head, _TITLE_KEYS[2:]),
        )
        if title
    ]
    own = [_without_site(title, site, host) for title in stated]
    headlines = [" ".join(block.text.split()) for block in outline.blocks if is_headline(block)][:8]
    shared = [
        (overlap, -at, headline)
        for at, headline in enumerate(headlines)
        if (overlap := max((_overlap(headline, title) for title in own), default=0.0)) >= SAME_TITLE
    ]
    if shared:
        return max(shared)[2]
    others = {key(site or ""), *map(key, _SEPARATOR.split(normalize(head.title))[1:])}
    long = [headline for headline in headlines if " " in headline and key(headline) not in others]
    if len(long) == 1 and not any(
        _overlap(title, other) > SAME_TITLE for title in own[:1] for other in own[1:]
    ):
        return long[0]
    return own[0] if own else (headlines[0] if headlines else "")


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
