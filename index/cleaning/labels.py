"""How much of each block is content: a page's blocks aligned with the text it should give."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

# Blocks of so many words or fewer must occur word for word.
EXACT = 4
# Places tried for a block: the most promising diagonals, or exact occurrences.
MOST_PLACES = 12
# Rounds of alignment; each later one takes up what stands in another order in the truth.
ROUNDS = 3
# A match out of order must have so many words: single words occur everywhere.
LEAST_OUT_OF_ORDER = 3

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of a text as WCXB counts them: runs of word characters, lower case."""
    return _WORD.findall(text.lower())


def word_f1(found: str, truth: str) -> float:
    """Return WCXB's score of an extraction: F1 over the bags of words; 1 if both are empty."""
    left, right = Counter(words(found)), Counter(words(truth))
    common = sum((left & right).values())
    if not left and not right:
        return 1.0
    return 2 * common / (sum(left.values()) + sum(right.values()))


def shares(blocks: Sequence[str], truth: str) -> list[float]:
    """Return the share (0-1) of each block's words that are matched, in order, in the truth.

    Each word of the truth is matched once. A chain of places, increasing in the truth as the
    blocks are on the page, is chosen so that it matches the most words; what remains of the truth
    is aligned again with what remains of the blocks.
    """
    target = words(truth)
    tokens = [words(block) for block in blocks]
    matched = [0] * len(blocks)
    free = [True] * len(target)
    for turn in range(ROUNDS):
        index = _Index(target, free)
        least = LEAST_OUT_OF_ORDER if turn else 1
        candidates = [
            (at, start, end, weight)
            for at, block in enumerate(tokens)
            if not matched[at]
            for start, end, weight in index.places(block)
            if weight >= least
        ]
        chosen = _heaviest_chain(candidates)
        if not chosen:
            break
        for at, start, end, weight in chosen:
            matched[at] = weight
            free[start:end] = [False] * (end - start)
    return [
        min(1.0, count / len(block)) if block else 0.0
        for count, block in zip(matched, tokens, strict=True)
    ]


class _Index:
    """Where the words of the truth stand that no block has taken yet."""

    def __init__(self, target: list[str], free: list[bool]) -> None:
        self._target = target
        self._free = free
        self._singles: dict[str, list[int]] = defaultdict(list)
        self._triples: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, word in enumerate(target):
            if free[at]:
                self._singles[word].append(at)
                if at + 3 <= len(target) and free[at + 1] and free[at + 2]:
                    self._triples[tuple(target[at : at + 3])].append(at)

    def places(self, block: list[str]) -> list[tuple[int, int, int]]:
        """Return where a block may stand in the truth: start, end, words matched."""
        if not block:
            return []
        return self._exact(block) if len(block) <= EXACT else self._diagonals(block)

    def _exact(self, block: list[str]) -> list[tuple[int, int, int]]:
        size = len(block)
        return [
            (at, at + size, size)
            for at in self._singles.get(block[0], ())
            if self._target[at : at + size] == block and all(self._free[at : at + size])
        ][: 4 * MOST_PLACES]

    def _diagonals(self, block: list[str]) -> list[tuple[int, int, int]]:
        hits: dict[int, list[int]] = defaultdict(list)
        for offset in range(len(block) - 2):
            for at in self._triples.get(tuple(block[offset : offset + 3]), ())[: 4 * MOST_PLACES]:
                hits[at - offset].append(offset)
        best = sorted(hits.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_PLACES]
        places = []
        for diagonal, offsets in best:
            covered = len({offset + step for offset in offsets for step in range(3)})
            start, end = diagonal + offsets[0], diagonal + offsets[-1] + 3
            # Words that were cut or added shift the rest of a block to diagonals nearby.
            near = {
                offset + step
                for other, found in best
                if abs(other - diagonal) <= len(block) // 4 and other != diagonal
                for offset in found
                for step in range(3)
                if not start <= other + offset + step < end
            }
            starts = [
                other + found[0]
                for other, found in best
                if abs(other - diagonal) <= len(block) // 4
            ]
            ends = [
                other + found[-1] + 3
                for other, found in best
                if abs(other - diagonal) <= len(block) // 4
            ]
            if near and max(ends) - min(starts) <= 1.5 * len(block):
                start, end = min(starts), max(ends)
                covered = min(len(block), covered + len(near))
            places.append((max(0, start), min(len(self._target), end), covered))
        return places


_Match = tuple[int, int, int, int]


def _heaviest_chain(candidates: list[_Match]) -> list[_Match]:
    """Return the chain of matches, one a block, in order and apart in the truth, of most words."""
    # The best chains so far, by where they end in the truth: ends and totals both increase.
    ends: list[int] = [0]
    totals: list[int] = [0]
    links: list[int] = [-1]
    before: list[int] = []
    position = 0
    while position < len(candidates):
        block = candidates[position][0]
        stop = position
        while stop < len(candidates) and candidates[stop][0] == block:
            stop += 1
        additions = []
        for at in range(position, stop):
            _, start, end, weight = candidates[at]
            place = bisect_left(ends, start + 1) - 1
            before.append(links[place])
            additions.append((end, totals[place] + weight, at))
        for end, total, at in additions:
            place = bisect_left(ends, end)
            if place > 0 and totals[place - 1] >= total:
                continue
            if place < len(ends) and ends[place] == end and totals[place] >= total:
                continue
            upto = place
            while upto < len(ends) and totals[upto] <= total:
                upto += 1
            ends[place:upto], totals[place:upto], links[place:upto] = [end], [total], [at]
        position = stop
    chain = []
    at = links[-1]
    while at >= 0:
        chain.append(candidates[at])
        at = before[at]
    return chain[::-1]
