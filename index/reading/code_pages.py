"""Whether bytes are Windows-1252, where another code page was guessed for a short text."""

from __future__ import annotations

import re
import unicodedata

WINDOWS_1252 = "cp1252"

MIN_PLAUSIBLE = 0.9
"""The share of characters beyond ASCII that stand where a Western language has them."""

_RARE = re.compile(
    r"cp(?:437|7\d\d|8\d\d|1006|1125)|mac_.*|hp_roman8|kz1048|ptcp154|koi8_t|tis_620"
)
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


def _is_plausible(text: str, at: int) -> bool:
    character, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if unicodedata.category(character) in ("Lu", "Ll"):
        if character.isupper() and before.islower():
            return False
        return not (_is_foreign(before) and _is_foreign(after))
    return character in _APOSTROPHES or not (before.isalpha() and after.isalpha())


def _is_foreign(character: str) -> bool:
    return character > "\x7f" and character.isalpha()
