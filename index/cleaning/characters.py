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
_CLASS_COUNT = _BETWEEN + 1
_CLASSES = bytearray([_OTHER] * 128 + [_LOWER] * 128)
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
    for _member in _members:
        _CLASSES[ord(_member)] = _class


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
    classes = np.frombuffer(whole.translate(_CLASSES), dtype=np.uint8)
    between = np.flatnonzero(classes == _BETWEEN)
    size = len(texts)
    counts = np.zeros(size * _CLASS_COUNT, dtype=np.intp)
    capitals, sentences = np.zeros((2, size), dtype=np.intp)
    for start in range(0, len(classes) - 1, AT_ONCE):
        stretch = classes[start : start + AT_ONCE + 1]
        left, right = stretch[:-1], stretch[1:]
        inside = np.diff(between.clip(start, start + len(left)))
        text = np.repeat(np.arange(size), inside)
        counts += np.bincount(text * _CLASS_COUNT + left, minlength=len(counts))
        apart = (stretch == _SPACE) | (stretch == _BETWEEN)
        capitals += np.bincount(text[apart[:-1] & (right == _UPPER)], minlength=size)
        sentences += np.bincount(text[(left == _END) & apart[1:]], minlength=size)
    table = counts.reshape(size, -1).T.astype(np.float32)
    first, last = classes[between[:-1] + 1], between[1:] - 1
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
        starts_upper=first == _UPPER,
        starts_digit=first == _DIGIT,
        ends_sentence=classes[last] == _END,
        ends_colon=np.frombuffer(whole, dtype=np.uint8)[last] == ord(":"),
    )
