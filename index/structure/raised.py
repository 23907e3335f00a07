"""Raised signs: an exponent is part of its number, an ordinal's letters of its word, and any other
digit, letter or star is a mark that refers to a footnote."""

from __future__ import annotations

import re

_SUPERSCRIPTS = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")

_NUMBER = re.compile(r"\d{1,3}")
_STARS = r"[*∗†‡§¶‖#]"
_NOTE = re.compile(
    rf"{_STARS}+|[\[(].*[\])]|(?:\d{{1,3}}|[a-z])\)"
    rf"|(?:\d{{1,3}}|[a-z]|{_STARS}+)(?:\s?[,;–-]\s?(?:\d{{1,3}}|[a-z]|{_STARS}+)|{_STARS}+)*",
    re.DOTALL,
)
_POWER = re.compile(r"[+−–-]?\d{1,3}|n|[+−–-]?\d\.\d")

_LENGTH = re.compile(r"(?<![^\W\d_])(?:[kcdmnµμ]?m|ft|yd|inch|foot|sec)$")
_UNIT_AFTER_NUMBER = re.compile(r"(?:\d\s?(?:in|mi|s|h|a|K|A|V|T|kg|g)|[/·](?:s|kg|K))$")
_VARIABLE = re.compile(r"(?:^|[\s(\[+*/×·÷=<>≤≥√±−-]|\d)(?:[b-hj-z]|[RNEχσπωθρλ])$")
_CAPITAL_IN_FORMULA = re.compile(r"[+×·=<>≤≥√±−]\s?[A-Z]$")
_PRODUCT = re.compile(r"=\s?[A-Za-z]{1,3}$")
_SUM_IN_BRACKETS = re.compile(
    r"\((?=[^()]*(?:\d|\b[^\W\d_])\s?[+*/×·−-])[^()]{0,40}[+*/×·−-][^()]{0,40}\)$"
)
_TEN = re.compile(r"(?<![\d.,'’€$£¥])(?<![€$£¥] )(?<![A-Z]{3} )10$")
_TIMES_TEN = re.compile(r"[×x*·⋅]\s?10$")
_TWO = re.compile(r"(?<![\d.,'’])2$")

_FRACTION = re.compile(r"\s?(?:[⁄∕]|/(?=\d{1,2}(?!\d)))")
_LONG_NUMBER = re.compile(r"\d[\d.,]{2,}$|\d[.,]\d$")

_SHORT_ORDINAL = re.compile(r"(?:(?<!\d)\d{1,2}|\b[IVXLC]+)$")
_WORD_OR_NUMBER = re.compile(r"(?:\d|[^\W\d_]{3}|[.,;:!?)\]%’”\"'])$")
_ELEMENT = re.compile(r"(?:[A-Z][a-z]?)(?![a-z])")


def superscript(before: str, sign: str, is_link: bool = False, after: str = "") -> str | None:
    """Return what a raised sign is written as, or None if it is a mark that refers to a footnote.

    An exponent is written in raised characters ("10⁶", "m²"), letters of an ordinal or of an
    abbreviation as they are ("1st", "Mme"), and so is a number above a fraction bar, apart from a
    number before it ("1 1⁄2").

    Args:
        before: The text before it, at least the last words.
        sign: The raised text.
        is_link: Whether the sign is a link.
        after: The text behind it.
    """
    sign = " ".join(sign.split())
    before = before[-100:]
    if not sign:
        return ""
    if _NUMBER.fullmatch(sign) and _FRACTION.match(after) and not _LONG_NUMBER.search(before):
        return f" {sign}" if before[-1:].isdigit() else sign
    if is_link and _NOTE.fullmatch(sign.casefold()):
        return None
    if _POWER.fullmatch(sign) and _is_exponent(before, sign):
        return sign.translate(_SUPERSCRIPTS)
    if not before[-1:].strip() and _NUMBER.fullmatch(sign) and len(sign) > 1:
        return sign.translate(_SUPERSCRIPTS) if _ELEMENT.match(after) else None
    if len(sign) == 1 and sign.isalpha():
        return None if _is_note_letter(before, sign) else sign
    return None if _NOTE.fullmatch(sign) else sign


def _is_exponent(before: str, sign: str) -> bool:
    """Return whether a raised number is a power of what stands before it."""
    bare = before.rstrip()
    if bare != before or not bare:
        return False
    if sign[0] in "-−–+" or "." in sign:
        return bare[-1].isalnum() or bare[-1] == ")"
    if sign == "n":
        return bare[-1].isdigit() or bool(_VARIABLE.search(bare))
    if _TIMES_TEN.search(bare) or _PRODUCT.search(bare) or _CAPITAL_IN_FORMULA.search(bare):
        return True
    if sign == "1":
        return False
    return any(
        (
            _TEN.search(bare) and (int(sign) > 2 or bare != "10"),
            len(sign) > 1 and _TWO.search(bare),
            int(sign) <= 4 and (_LENGTH.search(bare) or _UNIT_AFTER_NUMBER.search(bare)),
            int(sign) <= 9 and (_VARIABLE.search(bare) or _SUM_IN_BRACKETS.search(bare)),
        )
    )


def _is_note_letter(before: str, letter: str) -> bool:
    """Return whether a raised letter names a footnote, and does not end a word ("2e", "nº")."""
    if not letter.islower() or letter in "ºª":
        return False
    if letter in "eo" and _SHORT_ORDINAL.search(before):
        return False
    return letter not in "eordsntxk" or bool(_WORD_OR_NUMBER.search(before))
