"""Word pieces: the units of the pretrained vocabulary that a word is made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_UNITS = re.compile(r"[^\W_]+|[^\s]")
_LONGEST_WORD = 40
"""Longer runs are no names: they are given the unknown piece, which keeps the time linear."""

UNKNOWN = "[UNK]"


def word_pieces(word: str, vocabulary: Mapping[str, int], limit: int = 6) -> list[int]:
    """Return the piece numbers of a word, longest match first (Wu et al., 2016), uncased.

    At most `limit` pieces are returned; accents are folded as in the pretrained vocabulary.
    """
    folded = word.lower()[:_LONGEST_WORD]
    if folded in vocabulary and folded.isascii() and folded.isalnum():
        return [vocabulary[folded]]
    if "/" in word or "@" in word[1:]:
        return [vocabulary[UNKNOWN]]
    if not folded.isascii():
        folded = "".join(
            char
            for char in unicodedata.normalize("NFD", folded)
            if unicodedata.category(char) != "Mn"
        )
    pieces: list[int] = []
    for unit in _UNITS.findall(folded):
        start = 0
        while start < len(unit):
            end = len(unit)
            while end > start:
                piece = unit[start:end] if start == 0 else "##" + unit[start:end]
                if piece in vocabulary:
                    break
                end -= 1
            if end == start:
                pieces.append(vocabulary[UNKNOWN])
                break
            pieces.append(vocabulary[piece])
            start = end
    return pieces[:limit] or [vocabulary[UNKNOWN]]
