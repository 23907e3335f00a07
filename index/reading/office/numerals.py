"""Numbers of lists and notes in the forms of office programs: 3, c, iii, 3rd."""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_ROMAN = 4999
_CHICAGO = "*†‡§"


def numeral(number: int, form: str) -> str:
    """Return a number in a form, by the names of WordprocessingML (``w:numFmt``)."""
    if form in ("lowerLetter", "upperLetter"):
        letters = _letters(number)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman"):
        letters = roman(number)
        return letters.upper() if form == "upperRoman" else letters
    if form == "ordinal":
        return f"{number}{_ordinal_ending(number)}"
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "chicago" and number > 0:
        return _CHICAGO[(number - 1) % 4] * ((number - 1) // 4 % 10 + 1)
    return "" if form == "none" else str(number)


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    if not 0 < number <= _MAX_ROMAN:
        return str(number)
    text = ""
    for size, letters in _ROMAN:
        text += letters * (number // size)
        number %= size
    return text


def _letters(number: int) -> str:
    """Return a, b, ... z, aa, bb, ..."""
    if number < 1:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 20 + 1)


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
