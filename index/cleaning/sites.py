"""What the other pages of a site tell of a page: blocks that recur are seldom its content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.cleaning.outline import Block

# How much likelier a recurring block is content than any block, in odds. On WCXB's development
# pages 11% of the content blocks recur on another page of the host and 68% of the others.
RECURRING_ODDS = 0.16
# Blocks of fewer letters and digits recur by chance.
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """On how many pages of one site each block stands, by the block's fingerprint.

    Counts include the page in question, if it was counted.
    """

    counts: Mapping[int, int] = field(default_factory=dict)

    def recurs(self, block: Block) -> bool:
        """Say whether a block stands on more than one page of the site."""
        return self.counts.get(fingerprint(block.text), 0) > 1


def fingerprint(text: str) -> int:
    """Return 64 bits that are the same for lines of the same letters, whatever their numbers."""
    letters = "".join(character for character in text.casefold() if character.isalpha()) or text
    digest = hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def fingerprints(blocks: Iterable[Block]) -> frozenset[int]:
    """Return the fingerprints of a page's blocks, as they are counted once a page."""
    return frozenset(fingerprint(block.text) for block in blocks if len(block.text) >= SHORTEST)


def counted(pages: Iterable[frozenset[int]]) -> SiteEvidence:
    """Return the evidence of some pages' fingerprints."""
    counts: Counter[int] = Counter()
    for page in pages:
        counts.update(page)
    return SiteEvidence(counts)


def merged(left: SiteEvidence, right: SiteEvidence) -> SiteEvidence:
    """Return the evidence of the pages of both."""
    return SiteEvidence(Counter(left.counts) + Counter(right.counts))


def without(whole: SiteEvidence, gone: SiteEvidence) -> SiteEvidence:
    """Return the evidence that remains when the pages of `gone` are taken out of `whole`."""
    return SiteEvidence(Counter(whole.counts) - Counter(gone.counts))
