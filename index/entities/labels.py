"""The labels that a tagger gives to words."""

from __future__ import annotations

KINDS = ("person", "company", "other")
"""What a name can be; `other` is a name that is neither (a place, a product, an agency)."""

LABELS = ("O", "B-person", "I-person", "B-company", "I-company", "B-other", "I-other")
"""`B-` begins a name, `I-` continues it, `O` is no name."""

OUTSIDE = 0
BEGIN = {kind: 1 + 2 * number for number, kind in enumerate(KINDS)}
INSIDE = {kind: 2 + 2 * number for number, kind in enumerate(KINDS)}
