"""Whatever charset a page is in, its text comes out right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.decode import decode, normalize

FRENCH = "Le café «Chez Zoé» rouvre à Orléans – enfin"
RUSSIAN = "Сегодня в городе открылась новая библиотека"


@pytest.mark.parametrize(
    "charset", ["utf-8-sig", "utf-16", "utf-32", "utf-8", "utf-16-le", "utf-16-be"]
)
def test_unicode_is_recognised_without_being_declared(charset: str) -> None:
    assert decode(f"<p>{FRENCH}</p>".encode(charset)) == f"<p>{FRENCH}</p>"


@pytest.mark.parametrize(
    ("text", "charset", "declared"),
    [
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (FRENCH, "cp1252", "iso-8859-1"),
        ("日本の新しい図書館", "shift_jis", "Shift_JIS"),
        ("日本の新しい図書館", "iso2022_jp", "ISO-2022-JP"),
        ("北京的新图书馆", "gb18030", "gb2312"),
        ("北京的新图书馆 𠀀", "gb18030", "GBK"),
        ("北京的新图书馆", "gb18030", "gb18030"),
        ("台北新圖書館", "big5", "big5"),
        ("日本の①新しい図書館", "cp932", "shift_jis"),
        ("日本の新しい図書館", "cp932", "x-sjis"),
        ("日本の新しい図書館", "euc_jp", "euc-jp"),
        ("서울의 새 도서관 똠방각하", "cp949", "euc-kr"),
        ("İstanbul'da yeni kütüphane “Şehir”", "cp1254", "iso-8859-9"),
        ("ห้องสมุดใหม่", "cp874", "windows-874"),
    ],
)
def test_a_declared_charset_is_believed(text: str, charset: str, declared: str) -> None:
    page = f'<meta charset="{declared}"><p>{text}</p>'
    assert text in decode(page.encode(charset))


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_recognised_whatever_is_declared(charset: str) -> None:
    page = f'<html><meta charset="iso-8859-1"><p>{FRENCH} {RUSSIAN}</p></html>'
    assert decode(page.encode(charset)) == page


def test_utf8_is_recognised_whatever_is_declared() -> None:
    assert FRENCH in decode(f'<meta charset="iso-8859-1">{FRENCH}'.encode())


def test_windows_1252_that_calls_itself_utf8_comes_out_right() -> None:
    assert FRENCH in decode(f'<meta charset="utf-8"><p>{FRENCH}</p>'.encode("cp1252"))


def test_windows_1251_that_calls_itself_utf8_comes_out_right() -> None:
    assert RUSSIAN in decode(f'<meta charset="utf-8"><p>{RUSSIAN}</p>'.encode("cp1251"))


def test_single_foreign_bytes_in_utf8_do_not_spoil_the_rest() -> None:
    mixed = f"<p>{RUSSIAN} {FRENCH}</p>".encode() + "<p>naïve “quotes”</p>".encode("cp1252")
    assert decode(mixed) == f"<p>{RUSSIAN} {FRENCH}</p><p>naïve “quotes”</p>"


def test_an_unknown_charset_is_ignored() -> None:
    assert decode(b'<meta charset="klingon-8">plain') == '<meta charset="klingon-8">plain'


@given(st.binary(max_size=300))
def test_any_bytes_decode(content: bytes) -> None:
    assert isinstance(decode(content), str)


@given(st.text(max_size=300))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    content = ("a" + text).encode("utf-8", "ignore")
    if content.count(0) == 0:
        assert decode(content) == content.decode()


def test_control_and_invisible_characters_go() -> None:
    assert normalize("a\x00b\x1b[31m\u202ec\u200bd\ufeff\x9b\u2066e") == "ab[31mcde"


def test_newlines_are_one_kind() -> None:
    assert normalize("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


def test_joiners_stay_where_the_script_needs_them() -> None:
    persian, emoji = "می\u200cخواهم", "👩\u200d💻"
    assert normalize(persian) == persian
    assert normalize(emoji) == emoji
    assert normalize("in\u200cvisible") == "invisible"


def test_composed_characters() -> None:
    assert normalize("Cafe\u0301") == "Café"
