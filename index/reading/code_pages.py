"""Which code page bytes are in, where another one was guessed for a short text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sourcebook.index.documents.language import detect_language

WINDOWS_1252 = "cp1252"

MIN_PLAUSIBLE = 0.9
"""The share of characters beyond ASCII that stand where a Western language has them."""

_RARE = re.compile(
    r"cp(?:437|7\d\d|8\d\d|1006|1125)|mac_.*|hp_roman8|kz1048|ptcp154|koi8_t|tis_620"
)
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_CENTRAL, _CYRILLIC = ("cp1250", "iso8859_2"), ("cp1251", "koi8_r", "cp866", "iso8859_5")
_PAGES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), _CENTRAL),
    **dict.fromkeys(("bg", "ru", "uk"), _CYRILLIC),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257",)),
    "tr": ("cp1254",),
}
_WESTERN = frozenset(("da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "no", "pt", "sv"))
_BESIDE_WESTERN = re.compile(r"cp125[0478]|iso8859_(?:2|3|4|9|10|13|14|16)")
"""The code pages that have most letters where Windows-1252 has them."""

_HEBREW = "cp1255"
_HEBREW_LETTER = re.compile("[\u05d0-\u05ea]")
_NO_HEBREW = re.compile(
    "[\u05da\u05dd\u05df\u05e3\u05e5][\u05d0-\u05ea]|[A-Za-z][\u05d0-\u05ea]|[\u05d0-\u05ea][A-Za-z]"
)
"""A letter in its form for the end of a word amid one, or one that touches a Latin letter."""

_LEAST_HEBREW = 8
_APOSTROPHES = frozenset("’‘·\u00ad")


def is_rare(encoding: str) -> bool:
    """Return whether hardly any file is in a code page today: those of DOS, of old Macs."""
    return bool(_RARE.fullmatch(encoding))


def is_windows_1252(data: bytes) -> bool:
    """Return whether the bytes read as words of a Western language in Windows-1252: letters with
    accents among others, none of another case amid a word, and signs outside of words."""
    try:
        text = data.decode(WINDOWS_1252)
    except UnicodeDecodeError:
        return False
    places = [at for at, character in enumerate(text) if character > "\x7f"]
    good = sum(_is_plausible(text, at) for at in places)
    return good >= MIN_PLAUSIBLE * len(places)


def _is_hebrew(data: bytes) -> bool:
    """Return whether the bytes read as Hebrew in Windows-1255: no other letters beyond ASCII,
    none beside a Latin one, and none amid a word that stands at the end of words alone. In Cyrillic
    these are the commonest."""
    text = data.decode(_HEBREW, "replace")
    letters = sum(sign.isalpha() for sign in text if sign > "\x7f")
    hebrew = len(_HEBREW_LETTER.findall(text))
    return letters == hebrew >= _LEAST_HEBREW and not _NO_HEBREW.search(text)


def page_of_language(data: bytes, text: str, encoding: str) -> str | None:
    """Return the code page of a text's language in which the bytes read as words; None where there
    is none.

    Args:
        data: The bytes.
        text: What they are in the page that was guessed: of a language with Latin letters most
            words are the same in any. Half-width katakana throughout are Cyrillic.
        encoding: The page that was guessed.
    """
    if _is_hebrew(data):
        return _HEBREW
    is_cyrillic = len(_HALF_WIDTH.findall(text)) * 2 > sum(sign > "\x7f" for sign in text)
    language = detect_language(text) or ""
    if language in _WESTERN and _BESIDE_WESTERN.fullmatch(encoding):
        return WINDOWS_1252 if is_windows_1252(data) else None
    pages = _CYRILLIC if is_cyrillic else _PAGES.get(language, ())
    shares = {page: _share_of_words(data, page) for page in pages}
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best and shares[best] >= MIN_PLAUSIBLE else None


def _share_of_words(data: bytes, page: str) -> float:
    """Return which share of the characters beyond ASCII are letters in their case, or signs that
    stand in no word."""
    text = data.decode(page, "replace")
    places = [at for at, character in enumerate(text) if character > "\x7f"]
    good = 0
    for at in places:
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if text[at].isalpha():
            good += text[at].islower() or not before.islower()
        else:
            good += text[at] != "\ufffd" and not (before.isalpha() or after.isalpha())
    return good / len(places) if places else 0.0


def _is_plausible(text: str, at: int) -> bool:
    character, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if unicodedata.category(character) in ("Lu", "Ll"):
        if character.isupper() and before.islower():
            return False
        return not (_is_foreign(before) and _is_foreign(after))
    return character in _APOSTROPHES or not (before.isalpha() and after.isalpha())


def _is_foreign(character: str) -> bool:
    return character > "\x7f" and character.isalpha()
