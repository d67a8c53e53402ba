"""Text of strangers, made harmless for a terminal and for JSON."""

from __future__ import annotations

import json
import re

# C0 and C1 controls, bidirectional overrides and isolates, and halves of surrogate pairs (which
# stand for the bytes of an undecodable file name): a terminal must not obey or choke on them.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# JSON escapes C0 itself; these it would print as they are.
UNESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
REPLACEMENT = " "


def visible(text: str) -> str:
    """Return `text` with a space for every character that a terminal could obey.

    The length stays the same, so that positions in it stay right.
    """
    return UNSAFE.sub(REPLACEMENT, text)


def line(text: str) -> str:
    """Return `text` as one visible line."""
    return " ".join(visible(text).split())


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return `value` as JSON that is safe to look at in a terminal."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return UNESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", written)
