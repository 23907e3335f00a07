"""Characters that are not seen: taken out of a text where nothing that is seen needs them.

What a reader does not see can still speak to a language model: zero-width letters, bidirectional
controls (Boucher et al. 2021, "Trojan Source"), tags and variation selectors that spell a message
of their own. The set is Unicode's Default_Ignorable_Code_Point with all controls and the blanks
that count as letters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

_KEPT_CONTROLS = frozenset("\n\t")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Marks and letters by their category that show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0")
_NON_CHARACTERS = frozenset(map(chr, (*range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))))

# What a joiner or a selector may follow: letters of Arabic and Indic scripts with their marks, and
# pictures. Letters that have a case (Latin, Greek, Cyrillic) need neither.
_JOINED = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
_SELECTED = frozenset({"Lo", "So", "Sk", "Sm", "Po", "Nd"})


def without_invisible(text: str) -> tuple[str, dict[str, int]]:
    """``text`` without them, and how many of each there were.

    A joiner or variation selector stays where it has work to do: one, behind a character that can
    take it. Spaces of any width become a space, half a surrogate pair U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text, {}
    special = {c: _instead(c) for c in set(text)}
    special = {c: shown for c, shown in special.items() if shown != c}
    counts = Counter({c: n for c in special if special[c] == "" and (n := text.count(c))})
    text = text.translate({ord(c): shown for c, shown in special.items()})
    if not (_JOINERS | _SELECTORS).isdisjoint(text):
        text = _idle_joiners_out(text, counts)
    return text, dict(sorted(counts.items()))


def _instead(character: str) -> str:
    if character in _KEPT_CONTROLS or character in _JOINERS or character in _SELECTORS:
        return character
    if character in _BLANK or character in _NON_CHARACTERS:
        return ""
    category = unicodedata.category(character)
    if category in ("Cc", "Cf"):
        return ""
    return {"Zs": " ", "Cs": "\ufffd"}.get(category, character)


def _idle_joiners_out(text: str, counts: Counter[str]) -> str:
    out: list[str] = []
    for character in text:
        if character in _JOINERS or character in _SELECTORS:
            # In front stands what was kept: of a run of joiners the first alone can stay, and an
            # emoji's selector may have a joiner behind it.
            before = next((c for c in reversed(out[-2:]) if c not in _SELECTORS), "\n")
            needed = _JOINED if character in _JOINERS else _SELECTED
            doubled = bool(out) and character in _SELECTORS and out[-1] in _SELECTORS
            if doubled or unicodedata.category(before) not in needed:
                counts[character] += 1
                continue
        out.append(character)
    return "".join(out)
