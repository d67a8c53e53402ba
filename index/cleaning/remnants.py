"""Boilerplate inside a line, which a model of whole lines cannot see: the only rules for text."""

from __future__ import annotations

import re
from collections import Counter

from index.cleaning.outline import Block

# Characters of the longest list of tags.
LONGEST_LIST = 200

_END = r"[.!?…][\"'”’»)\]]*"
# Names after the end of a sentence: "... of the plan. China, United States, OpenAI".
_TAG_LIST = re.compile(
    rf"(?<={_END[:6]})[\"'”’»)\]]*\s+((?:[^\W\d_a-z][\w&.'’+-]*(?:\s+[\w&.'’+-]+){{0,3}})"
    r"(?:,\s+(?:[^\W\d_a-z][\w&.'’+-]*(?:\s+[\w&.'’+-]+){0,3}))+)$"
)
_TOGGLE = re.compile(r"^(?:Table of Contents\s*|Contents\s*)?Toggle(?=[^\W\d_a-z]|\d)")


def without_remnants(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """Return the blocks without what is fused to them, and what was cut off.

    A list of capitalised names behind the end of a sentence goes where the same list recurs in
    the document (in WCXB's 60,119 paragraphs of articles this is so on one page); so does the
    "Toggle" of a table of contents in front of a heading.
    """
    texts = [block.text for block in blocks]
    lists = Counter(found[1] for text in texts if "," in text and (found := _tag_list(text)))
    recurring = {names for names, count in lists.items() if count > 1}
    if not recurring and not any("Toggle" in text and _TOGGLE.match(text) for text in texts):
        return blocks, []
    cleaned: list[Block] = []
    cut: list[str] = []
    for block in blocks:
        text = block.text
        if found := _TOGGLE.match(text):
            cut.append(found[0])
            text = text[found.end() :]
        found = _tag_list(text)
        if found and found[1] in recurring:
            cut.append(found[1])
            text = text[: found.start()] + text[found.start() : found.start(1)].rstrip()
        cleaned.append(block if text == block.text else block._replace(text=text))
    return cleaned, cut


def _tag_list(text: str) -> re.Match[str] | None:
    if text[-1] in ".!?…" or "," not in text[-LONGEST_LIST:]:
        return None
    return _TAG_LIST.search(text, max(0, len(text) - LONGEST_LIST))
