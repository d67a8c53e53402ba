"""How a word is written: the classes of letter case that tell names from other words."""

from __future__ import annotations

from collections.abc import Sequence

LOWER, TITLE, UPPER, LETTER, MIXED, DIGITS, ALPHANUMERIC, MARK, BREAK = range(9)
"""lower, Title, UPPER, A single capital (also A.), MixedCase, 123, R1, punctuation, line end."""

CASE_CLASSES = 9

HEADING_SHARE = 0.6
"""A line in which so many of the words have a capital is set in title case."""


def case_class(word: str) -> int:
    """Return the class of a word's letter case."""
    if word.isascii() and word.isalpha():  # nearly every word
        if word.islower():
            return LOWER
        if len(word) == 1:
            return LETTER
        if word.isupper():
            return UPPER
        return TITLE if word[0].isupper() and word[1:].islower() else MIXED
    if word == "\n":
        return BREAK
    if not any(char.isalnum() for char in word):
        return MARK
    if any(char.isdigit() for char in word):
        return ALPHANUMERIC if any(char.isalpha() for char in word) else DIGITS
    if word.islower() or not any(char.isupper() for char in word):
        return LOWER
    letters = word.replace(".", "")
    if len(letters) == 1:
        return LETTER
    if word.isupper():
        return UPPER
    return TITLE if word[0].isupper() and word[1:].islower() else MIXED


def in_title_case(words: Sequence[str], place: int) -> bool:
    """Tell whether the line around a place is set in title case; a line of one word is not."""
    start = end = place
    while start and words[start - 1] != "\n":
        start -= 1
    while end < len(words) and words[end] != "\n":
        end += 1
    line = [word for word in words[start:end] if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in line)
    return len(line) > 1 and capitals >= HEADING_SHARE * len(line)
