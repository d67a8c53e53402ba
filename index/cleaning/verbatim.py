"""Text that its source gives as the article already."""

from __future__ import annotations

import re

from index.cleaning import decode
from index.cleaning.language import detect
from index.records import Article, Part

PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")


def as_it_stands(text: str) -> Article:
    """Return the article that has all of `text`, without a title; nothing is dropped."""
    normal = decode.normalize(text).strip()
    parts = tuple(Part("paragraph", *match.span()) for match in PARAGRAPH.finditer(normal))
    return Article(title="", text=normal, language=detect(normal), parts=parts)
