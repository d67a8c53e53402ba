"""What characters texts are made of: counted over the bytes of all texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Bytes that are looked at together: the arrays over them take 30 times as much memory.
AT_ONCE = 1 << 20

# The classes that are told apart; each byte of UTF-8 is in one of them.
_LOWER, _UPPER, _DIGIT, _SPACE, _END, _COMMA, _SYMBOL, _BAR, _OTHER, _BETWEEN = range(10)
_CLASSES = np.full(256, _OTHER, dtype=np.intp)
for _class, _members in (
    (_LOWER, "abcdefghijklmnopqrstuvwxyz"),
    (_UPPER, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    (_DIGIT, "0123456789"),
    (_SPACE, " \n"),
    (_END, ".!?"),
    (_COMMA, ",;"),
    (_SYMBOL, "()[]{}<>=/\\@#$%^&*_+~"),
    (_BAR, "|"),
    (_BETWEEN, "\0"),
):
    _CLASSES[[ord(member) for member in _members]] = _class
_CLASSES[128:] = _LOWER


@dataclass(frozen=True, slots=True)
class Characters:
    """How many characters of each class every text has, and with which it starts and ends.

    `letters` counts bytes, of which other scripts have several a letter, as `bytes` does.
    `capitals` are words that start with a capital letter, `sentences` ends in front of a space.
    """

    bytes: Floats
    letters: Floats
    upper: Floats
    digits: Floats
    spaces: Floats
    ends: Floats
    commas: Floats
    symbols: Floats
    bars: Floats
    capitals: Floats
    sentences: Floats
    starts_upper: Mask
    starts_digit: Mask
    ends_sentence: Mask
    ends_colon: Mask


def count(texts: Sequence[str]) -> Characters:
    """Return what each of the texts is made of; none may be empty or hold NUL."""
    whole = "\0".join(("", *texts, "")).encode("utf-8", "replace")
    raw = np.frombuffer(whole, dtype=np.uint8)
    between = np.flatnonzero(raw == 0)
    size = len(texts)
    width = _BETWEEN + 1
    counts = np.zeros(size * width, dtype=np.intp)
    capitals, sentences = np.zeros((2, size), dtype=np.intp)
    for start in range(0, len(raw) - 1, AT_ONCE):
        classes = _CLASSES[raw[start : start + AT_ONCE + 1]]
        left, right = classes[:-1], classes[1:]
        text = np.cumsum(left == _BETWEEN) + (np.searchsorted(between, start) - 1)
        counts += np.bincount(text * width + left, minlength=len(counts))
        apart = (classes == _SPACE) | (classes == _BETWEEN)
        capitals += np.bincount(text[apart[:-1] & (right == _UPPER)], minlength=size)
        sentences += np.bincount(text[(left == _END) & apart[1:]], minlength=size)
    table = counts.reshape(size, -1).T.astype(np.float32)
    first, last = raw[between[:-1] + 1], raw[between[1:] - 1]
    return Characters(
        bytes=(np.diff(between) - 1).astype(np.float32),
        letters=table[_LOWER] + table[_UPPER],
        upper=table[_UPPER],
        digits=table[_DIGIT],
        spaces=table[_SPACE],
        ends=table[_END],
        commas=table[_COMMA],
        symbols=table[_SYMBOL],
        bars=table[_BAR],
        capitals=capitals.astype(np.float32),
        sentences=sentences.astype(np.float32),
        starts_upper=_CLASSES[first] == _UPPER,
        starts_digit=_CLASSES[first] == _DIGIT,
        ends_sentence=_CLASSES[last] == _END,
        ends_colon=last == ord(":"),
    )
