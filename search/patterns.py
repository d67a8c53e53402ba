"""Patterns as people type them: `*` for any letters, `?` for one."""

from __future__ import annotations

import re


def compile_pattern(pattern: str, *, one_letter: bool = True) -> re.Pattern[str]:
    """Return the expression whose `fullmatch` tells whether a text is of a pattern.

    Each piece between two stars is sought once, where it comes first, which is enough: so the
    time grows with the lengths of pattern and text alone. `?` stands for itself unless
    `one_letter`.
    """
    first, *rest = (_piece(piece, one_letter) for piece in pattern.split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    *inner, last = rest
    sought = "".join(f"(?>.*?{piece})" for piece in inner if piece)
    return re.compile(f"{first}{sought}.*{last}", re.DOTALL)


def _piece(piece: str, one_letter: bool) -> str:
    return "".join("." if one_letter and sign == "?" else re.escape(sign) for sign in piece)
