"""Bytes to text: which charset a page is in, and which characters may leave it."""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata

# A page states its charset early; browsers look at 1,024 bytes, scraped heads are longer.
DECLARATION_WINDOW = 4096
# Share of bytes that are NUL in one half of UTF-16 text, at least, for text in Latin letters.
UTF16_NUL_SHARE = 0.3
# Share of the bytes above 0x7F that stand next to another one: Western text in a one-byte charset
# has single accented letters, Cyrillic has whole words.
CYRILLIC_RUN_SHARE = 0.6

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]+")
_INVALID = "whodex-windows-1252"
# What browsers take a charset for (WHATWG Encoding Standard): labels that Python does not know,
# and charsets that Python takes more strictly than pages do.
_LABELS = {
    "x-sjis": "cp932", "windows-31j": "cp932", "windows-949": "cp949", "windows-874": "cp874",
    "dos-874": "cp874", "x-gbk": "gb18030", "x-x-big5": "big5hkscs", "x-euc-jp": "euc_jp",
    "x-cp1251": "cp1251", "win-1251": "cp1251", "koi8": "koi8-r", "koi": "koi8-r",
    "x-mac-cyrillic": "mac_cyrillic", "iso-8859-8-i": "iso8859-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
_SUPERSETS = {
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030",
    "big5": "big5hkscs",
}  # fmt: skip

# C0 but tab and newlines, DEL, C1, soft hyphen, bidi and other invisible controls, BOM,
# interlinear marks, tags, private "object replacement".
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffc\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")
# Joiners carry meaning in Arabic and Indic scripts, and in emoji.
_STRAY_JOINERS = re.compile(
    "(?<![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff"
    "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)


def decode(content: bytes) -> str:
    """Return the text of a page's bytes; never fails, and loses no byte that any charset explains.

    In this order: byte order mark, UTF-16 without one, strict UTF-8, the declared charset, UTF-8
    with single bytes of Windows-1252 in it, BeautifulSoup's detector.
    """
    for bom, charset in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(charset, "replace")
    if unmarked := _utf16(content):
        return content.decode(unmarked, "replace")
    content = content.replace(b"\0", b"")  # a stray one, which no charset left has in its text
    declared = _declared(content)
    if declared is None or not declared.startswith(("iso2022", "iso-2022", "hz")):
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if declared and declared not in {"utf-8", "ascii", "utf-7", "utf-16", "utf-16-le", "utf-16-be"}:
        try:
            return content.decode(declared)
        except UnicodeDecodeError:
            pass
    return _undeclared(content)


def normalize(text: str) -> str:
    """Return `text` in NFC, its newlines all of one kind, without invisible characters.

    Zero-width joiners stay where the script needs them.
    """
    if text.isprintable():  # which no control and no invisible character is
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = _CONTROLS.sub("", _NEWLINES.sub("\n", text))
    if "\u200c" in text or "\u200d" in text:
        text = _STRAY_JOINERS.sub("", text)
    return unicodedata.normalize("NFC", text)


def _declared(content: bytes) -> str | None:
    found = _DECLARATION.search(content, 0, DECLARATION_WINDOW)
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    try:
        name = codecs.lookup(_LABELS.get(name, name)).name
        return _SUPERSETS.get(name, name)
    except LookupError:
        return None


def _utf16(content: bytes) -> str | None:
    sample = content[:DECLARATION_WINDOW]
    if len(sample) < 2:
        return None
    even, odd = (sample[start::2].count(0) / len(sample[start::2]) for start in (0, 1))
    if odd > UTF16_NUL_SHARE and even < UTF16_NUL_SHARE / 10:
        return "utf-16-le"
    if even > UTF16_NUL_SHARE and odd < UTF16_NUL_SHARE / 10:
        return "utf-16-be"
    return None


def _undeclared(content: bytes) -> str:
    mixed = content.decode("utf-8", _INVALID)
    runs = [len(found) for found in _HIGH.findall(content)]
    if sum(run for run in runs if run > 1) < CYRILLIC_RUN_SHARE * sum(runs):
        return mixed  # Western, with or without some UTF-8
    repaired = content.decode("utf-8", "ignore")
    if 2 * sum(not character.isascii() for character in repaired) > len(runs):
        return mixed  # mostly UTF-8
    from bs4.dammit import UnicodeDammit

    # It would tell on stderr, without a name, what is in the text for all to see.
    logging.getLogger("bs4.dammit").setLevel(logging.ERROR)
    candidates = ["windows-1251"] if _looks_cyrillic(content) else []
    return UnicodeDammit(content, candidates).unicode_markup or mixed


def _looks_cyrillic(content: bytes) -> bool:
    letters = content.translate(None, bytes(range(0x80)))
    return sum(byte >= 0xC0 for byte in letters) > 0.9 * len(letters)


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error(_INVALID, _windows_1252)
