"""How a word is written: the classes of letter case that tell names from other words."""

from __future__ import annotations

LOWER, TITLE, UPPER, LETTER, MIXED, DIGITS, ALPHANUMERIC, MARK, BREAK = range(9)
"""lower, Title, UPPER, A single capital (also A.), MixedCase, 123, R1, punctuation, line end."""

CASE_CLASSES = 9


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
