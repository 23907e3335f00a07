"""Bytes become text: no letter is lost, a declaration that the bytes deny loses, one bad byte costs
one character and is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sourcebook.index import Document, Skipped
from sourcebook.index.reading.code_pages import is_windows_1252
from sourcebook.index.reading.decoding import decode, decode_page_text, decode_text
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

FRENCH = "Le café de la gare est fermé jusqu’à l’été. "
GERMAN = "Der Eintritt kostet 12 € – „nur heute“, sagte Frau Gröschl. "


def page(charset: str, text: str) -> str:
    return (
        f"<html><head><meta charset={charset}></head><body><article><p>{text}</p></article></body>"
    )


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "latin1", "ISO_8859-1", "us-ascii", "ascii", "cp1252"]
)
def test_latin_1_means_what_browsers_read_by_it(label: str) -> None:
    decoded = decode_page_text(page(label, GERMAN).encode("cp1252"))
    assert "12 € – „nur heute“" in decoded.text
    assert decoded.note is None


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "koi8-r", "shift_jis", "martian"])
def test_utf_8_is_utf_8_whatever_a_page_says(label: str) -> None:
    assert "12 € – „nur heute“" in decode_page_text(page(label, GERMAN).encode()).text


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("koi8-r", "koi8-r", "Переговоры длились восемь часов."),
        ("windows-1251", "cp1251", "Переговоры длились восемь часов."),
        ("shift_jis", "cp932", "会議は①八時間続いた。"),
        ("euc-kr", "cp949", "회담은 여덟 시간 동안 계속됐다."),
        ("gb2312", "gb18030", "会谈持续了八个小时，价格是€5。"),
        ("iso-2022-jp", "iso-2022-jp", "会議は八時間続いた。"),
        ("iso-8859-2", "iso-8859-2", "Rozmowy trwały osiem godzin, mówi świadek."),
    ],
)
def test_an_encoding_that_a_page_declares_is_read(label: str, codec: str, text: str) -> None:
    assert text in decode_page_text(page(label, text).encode(codec)).text


def test_a_declaration_of_utf_8_that_the_bytes_deny_loses() -> None:
    assert "12 € – „nur heute“" in decode_page_text(page("utf-8", GERMAN * 3).encode("cp1252")).text


@pytest.mark.parametrize(
    ("bad", "character"),
    [(b"\xfb", "û"), (b"\x80", "€"), (b"\x93", "“"), (b"\x81", "\ufffd"), (b"\xe2\x82", "\ufffd")],
)
def test_one_bad_byte_costs_one_character_and_is_said(
    tmp_path: Path, bad: bytes, character: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(FRENCH.encode() * 3 + b" co" + bad + b"te " + FRENCH.encode())
    document, note = read_source(Source.file(path))
    assert isinstance(document, Document)
    assert isinstance(note, Skipped)
    assert document.text == f"{FRENCH * 3} co{character}te {FRENCH}".strip()
    assert note.reason.startswith("1 byte that is no UTF-8")
    assert note.is_part


def test_a_long_stream_with_a_bad_byte_is_read_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps({"text": FRENCH * 4}, ensure_ascii=False).encode()
    path.write_bytes(b"\n".join([line, line.replace(b"caf\xc3\xa9", b"caf\xe9", 1)]))
    first, second, note = read_source(Source.file(path))
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.text == second.text == (FRENCH * 4).strip()
    assert isinstance(note, Skipped)
    assert note.reason.startswith("1 byte that is no UTF-8")


def test_a_declared_encoding_keeps_a_text_with_one_byte_that_it_lacks() -> None:
    text = "회담은 여덟 시간 동안 계속됐다. "
    data = text.encode("cp949") * 5
    decoded = decode_text(data + b"\xff" + data, "euc-kr")
    assert decoded.text == text * 5 + "\ufffd" + text * 5
    assert decoded.bad_places == 1


_CP1252 = st.characters(codec="cp1252", exclude_categories=["Cc"])


@pytest.mark.slow
@given(st.text(alphabet=_CP1252, min_size=1).filter(str.strip))
def test_declared_latin_1_loses_no_character(text: str) -> None:
    # Bytes that are letters of UTF-8 as well ("Ã¤") are taken for those.
    assume(text.encode("cp1252").decode("utf-8", "ignore").isascii())
    assert decode(f"Ünö {text}".encode("cp1252"), "latin-1") == f"Ünö {text}"


@given(st.text(alphabet="aé€“ß日 ", min_size=4), st.integers(0, 10_000), st.integers(0x80, 0xFF))
def test_a_bad_byte_leaves_all_other_characters(text: str, place: int, byte: int) -> None:
    text = "é日“" + text + "ß€é"
    place = 3 + place % (len(text) - 3)
    data = text[:place].encode() + bytes([byte]) + text[place:].encode()
    decoded = decode(data)
    # The byte may complete or begin a character with its neighbours; all others stay.
    assert decoded[: place - 1] == text[: place - 1]
    assert decoded.endswith(text[place + 2 :])


@pytest.mark.parametrize(
    "text",
    [
        "Region;2022;2023\nNord;1.234,50;-12,3 %\nSüd;(1.000,00);2.345.678,9\nSumme;234,50;–\n",
        "Preis: 12 €\n",
        "Größe „M“ – 5 °C\n",
        "Crêpes à 4 €\n",
    ],
)
def test_a_short_text_of_windows_is_not_taken_for_one_of_dos(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp850", "Die Fähre fährt über das Meer zur schönen Insel, größer als früher."),
        ("mac_roman", "Die Fähre fährt über das Meer zur schönen Insel, größer als früher."),
        ("cp1251", "Паром отходит в девять часов утра и идёт на остров."),
    ],
)
def test_a_text_of_another_code_page_is_not_taken_for_one_of_windows(codec: str, text: str) -> None:
    assert not is_windows_1252(text.encode(codec))


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("gb18030", "港口从六点开放到二十二点。费用为四百克朗，学生半价。" * 3),
        ("euc-jp", "港は午前六時から午後十時まで開いています。料金は四百クローネです。"),
        ("koi8-r", "Порт открыт с 6 до 22 часов. Плата составляет 400 крон."),
        ("cp1255", "הנמל פתוח מ-6 עד 22. האגרה היא 400 כתרים."),
        ("cp1255", "הספינה עוגנת. המחיר: 12.50 לאדם."),
        ("cp1252", "Été à l'île : café brûlé, forêt, hôtel, rôti, thé sucré, gâteau."),
        ("cp1252", "Über"),
        ("cp1251", "чёрный хлеб и сыр: 40 крон, вода: 5"),
        ("cp1250", "Port jest otwarty od szóstej do dziesiątej, uczniowie płacą połowę."),
        ("iso8859_2", "Opłata żeglarska dla łodzi wynosi 400 koron; źródło: zarząd portu."),
    ],
)
def test_a_text_without_a_declaration_is_read_in_its_own_encoding(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


def test_lines_of_two_encodings_and_a_zero_byte_cost_no_letter() -> None:
    mixed = "Fee: 400 € for señor\n".encode() + "Fee: 30 € for “señor”\n".encode("cp1252")
    assert decode(mixed) == "Fee: 400 € for señor\nFee: 30 € for “señor”\n"
    assert decode(b"The fee is 400.\0 Or 30.") == "The fee is 400.\0 Or 30."
