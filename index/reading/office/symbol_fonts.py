"""Signs of the fonts Symbol and Wingdings, which have them at places of their own."""

from __future__ import annotations

import re

_PRIVATE = 0xF000  # where Word puts the 256 places of such a font

_IN_PRIVATE = re.compile("[\uf000-\uf0ff]")

_SYMBOL_LETTERS = (
    "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",  # at the places of A to Z
    "αβχδεφγηιϕκλμνοπθρστυϖωξψζ",  # at those of a to z
)
_SYMBOL = {
    **dict(zip(range(0x41, 0x5B), _SYMBOL_LETTERS[0], strict=True)),
    **dict(zip(range(0x61, 0x7B), _SYMBOL_LETTERS[1], strict=True)),
    0x22: "∀",
    0x24: "∃",
    0x27: "∋",
    0x2A: "∗",
    0x2D: "−",
    0x40: "≅",
    0x5C: "∴",
    0x5E: "⊥",
    0xA2: "′",
    0xA3: "≤",
    0xA5: "∞",
    0xAB: "↔",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB2: "″",
    0xB3: "≥",
    0xB4: "×",
    0xB5: "∝",
    0xB6: "∂",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xBC: "…",
    0xC6: "∅",
    0xC7: "∩",
    0xC8: "∪",
    0xCC: "⊂",
    0xCE: "∈",
    0xCF: "∉",
    0xD1: "∇",
    0xD5: "∏",
    0xD6: "√",
    0xD7: "⋅",
    0xD8: "¬",
    0xD9: "∧",
    0xDA: "∨",
    0xDB: "⇔",
    0xDC: "⇐",
    0xDE: "⇒",
    0xE5: "∑",
    0xF2: "∫",
    0xA0: "€",
    0xD2: "®",
    0xD3: "©",
    0xD4: "™",
    0xE2: "®",
    0xE3: "©",
    0xE4: "™",
}
_WINGDINGS = {
    0x28: "☎",
    0x29: "✆",
    0x2A: "✉",
    0x4A: "☺",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■",
    0x6F: "☐",
    0x71: "❑",
    0x76: "❖",
    0x77: "⬥",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "☐",
    0xD8: "➢",
    0xE0: "→",
    0xDF: "←",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    0x78: "☒",
}
_WINGDINGS_2 = {0x50: "✓", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x97: "•"}


def symbol(code: int, font: str) -> str:
    """Return the sign at a place of a font; "" where nothing is known of a private place."""
    place = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 256 else code
    name = font.lower()
    table = (
        _WINGDINGS_2
        if "wingdings 2" in name
        else _WINGDINGS
        if "wingdings" in name
        else _SYMBOL
        if "symbol" in name and "segoe" not in name and "ui" not in name
        else {}
    )
    if place in table:
        return table[place]
    if place != code:
        # A private place that no table has: below 0x80 the fonts keep the signs of ASCII.
        return _SYMBOL.get(place, "") if not table else chr(place) if 0x20 < place < 0x7F else ""
    return chr(code)


def symbols(text: str, font: str = "") -> str:
    """Return the text with signs at private places, or of a symbol font, as what they show."""
    if not font and not _IN_PRIVATE.search(text):
        return text
    return "".join(letter if letter.isspace() else symbol(ord(letter), font) for letter in text)
