"""What the pages of a host tell of one another: blocks that many of them have are furniture.

A sample of each host's pages is counted before the run cleans any, and kept with the index, so
that what a page becomes depends neither on the order of the pages nor on the number of workers.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from index.cleaning.sites import SiteEvidence
from index.errors import WhodexError
from index.records import Page
from index.store.manifest import HOSTS

if TYPE_CHECKING:
    from index.store.directory import ArrayIndex

# Pages of a host that are counted: enough to meet its furniture twice.
PAGES_COUNTED = 20
# A page whose blocks are known to this share is a copy of another, or has nothing of its own; to
# count it would make the article of both look like furniture.
COPIED_SHARE = 0.9

# Where a page names its own address; what stands further down than this is not its head.
HEAD_BYTES = 65_536
ADDRESS = re.compile(
    rb"""<link\b[^>]*\brel=["']?canonical\b[^>]*>|<meta\b[^>]*\bog:url\b[^>]*>""", re.IGNORECASE
)
TARGET = re.compile(rb"""\b(?:href|content)=["']?(https?://[^\s"'>]+)""", re.IGNORECASE)


def host_of(page: Page) -> str | None:
    """Return the host that a page comes from, if its source or its markup states it."""
    url = page.given.url
    if not url and page.markup == "html":
        for tag in ADDRESS.findall(page.content[:HEAD_BYTES]):
            if found := TARGET.search(tag):
                url = found[1].decode("ascii", "replace")
                break
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


class Hosts:
    """How many of a host's counted pages have each block, by the block's fingerprint."""

    def __init__(self) -> None:
        self._pages: dict[str, set[str]] = defaultdict(set)
        self._counts: dict[str, Counter[int]] = defaultdict(Counter)
        self._evidence: dict[str, SiteEvidence | None] = {}

    def wants(self, host: str, place: str) -> bool:
        """Say whether the page at `place` should be counted."""
        pages = self._pages.get(host, set())
        return place not in pages and len(pages) < PAGES_COUNTED

    def add(self, host: str, place: str, fingerprints: Iterable[int]) -> None:
        """Count the blocks of a page, unless it is a copy of one that is counted."""
        self._evidence.pop(host, None)
        blocks = set(fingerprints)
        counts = self._counts[host]
        if blocks and sum(block in counts for block in blocks) < COPIED_SHARE * len(blocks):
            self._pages[host].add(place)
            counts.update(blocks)

    def evidence(self, host: str | None) -> SiteEvidence | None:
        """Return what recurs on a host; None where nothing is known to."""
        if host not in self._counts:
            return None
        if host not in self._evidence:
            counts = self._counts[host].items()
            recurring = {block: count for block, count in counts if count > 1}
            self._evidence[host] = SiteEvidence(recurring) if recurring else None
        return self._evidence[host]

    def packed(self) -> bytes:
        """Return the counts as they are kept with an index."""
        hosts = sorted(host for host, pages in self._pages.items() if pages)
        columns = {
            "hosts": np.array([host.encode("utf-8") for host in hosts], dtype=np.bytes_),
            "places": np.array(
                [place for host in hosts for place in sorted(self._pages[host])], dtype=np.bytes_
            ),
            "places_of": np.array([len(self._pages[host]) for host in hosts], dtype=np.uint32),
            "blocks": np.array(
                [block for host in hosts for block in self._counts[host]], dtype=np.uint64
            ),
            "counts": np.array(
                [count for host in hosts for count in self._counts[host].values()], dtype=np.uint8
            ),
            "blocks_of": np.array([len(self._counts[host]) for host in hosts], dtype=np.uint32),
        }
        packed = io.BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **columns)
        return packed.getvalue()


def load(opened: ArrayIndex) -> Hosts | None:
    """Return the counts that are kept with an index; None where there are none, or damaged ones.

    They are evidence, not data: all pages are counted anew then.
    """
    try:
        content = opened.kept(HOSTS)
    except WhodexError:
        return None
    return unpacked(content) if content is not None else None


def unpacked(content: bytes) -> Hosts:
    """Return the counts that `Hosts.packed` returned."""
    hosts = Hosts()
    with np.load(io.BytesIO(content), allow_pickle=False) as columns:
        names = [name.decode("utf-8") for name in columns["hosts"].tolist()]
        places = iter(columns["places"].tolist())
        blocks = iter(zip(columns["blocks"].tolist(), columns["counts"].tolist(), strict=True))
        sizes = zip(columns["places_of"].tolist(), columns["blocks_of"].tolist(), strict=True)
        for name, (places_of, blocks_of) in zip(names, sizes, strict=True):
            hosts._pages[name] = {next(places).decode("ascii") for _ in range(places_of)}
            hosts._counts[name] = Counter(dict(next(blocks) for _ in range(blocks_of)))
    return hosts
