"""Remove invisible characters that no visible character needs.

Text that a reader cannot see still reaches a language model: zero-width letters, bidirectional
controls (Boucher et al. 2021, "Trojan Source"), tags and variation selectors that spell a hidden
message. The set is Unicode's Default_Ignorable_Code_Point with all controls and the blanks that
count as letters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

_VISIBLE_CONTROLS = frozenset("\n\t")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Marks and letters by their category that show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0")
_NON_CHARACTERS = frozenset(map(chr, (*range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))))

# What a joiner or a selector may follow: letters of Arabic and Indic scripts with their marks, and
# pictures. Letters that have a case (Latin, Greek, Cyrillic) need neither.
_JOINABLE_CATEGORIES = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
_SELECTABLE_CATEGORIES = frozenset({"Lo", "So", "Sk", "Sm", "Po", "Nd"})


def drop_invisible_characters(text: str) -> tuple[str, dict[str, int]]:
    """Return ``text`` without invisible characters, and the count of each.

    One joiner or variation selector stays after a character that can take it. A space of any width
    becomes a plain space, half a surrogate pair U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text, {}
    replacements = {c: _replacement(c) for c in set(text)}
    replacements = {c: replacement for c, replacement in replacements.items() if replacement != c}
    counts = Counter({c: n for c in replacements if replacements[c] == "" and (n := text.count(c))})
    text = text.translate({ord(c): replacement for c, replacement in replacements.items()})
    if not (_JOINERS | _SELECTORS).isdisjoint(text):
        text = _drop_idle_joiners(text, counts)
    return text, dict(sorted(counts.items()))


def _replacement(character: str) -> str:
    if character in _VISIBLE_CONTROLS or character in _JOINERS or character in _SELECTORS:
        return character
    if character in _BLANK or character in _NON_CHARACTERS:
        return ""
    category = unicodedata.category(character)
    if category in ("Cc", "Cf"):
        return ""
    return {"Zs": " ", "Cs": "\ufffd"}.get(category, character)


def _drop_idle_joiners(text: str, counts: Counter[str]) -> str:
    out: list[str] = []
    for character in text:
        if character in _JOINERS or character in _SELECTORS:
            # Only the first of a run of joiners can stay; an emoji's selector may have a joiner
            # after it.
            base = next((c for c in reversed(out[-2:]) if c not in _SELECTORS), "\n")
            allowed_categories = (
                _JOINABLE_CATEGORIES if character in _JOINERS else _SELECTABLE_CATEGORIES
            )
            is_repeated = bool(out) and character in _SELECTORS and out[-1] in _SELECTORS
            if is_repeated or unicodedata.category(base) not in allowed_categories:
                counts[character] += 1
                continue
        out.append(character)
    return "".join(out)
