"""Figures in tables: numbers that are values, units, columns of years and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONEY = r"(?:[A-Z]{3}|[A-Z]{1,2}\$|kr|Kr|S?Fr|Rs|Kč|zł|ca)\.?\s?"
_MEASURE = (
    r"(?!(?:st|nd|rd|th)\b)(?:[€$£¥]|°\s?[CFK]?|[^\W\d_]{1,4}\.?)(?:[/·][^\W\d_]{1,4}\.?)?[²³]?"
)
_NUMBER = re.compile(
    rf"[^\w]*[-−–+(]?\s*(?:{_MONEY})?\d[\d\s.,'’]*[-–—]?\s*[%‰)]?\s*(?:{_MEASURE})?[)*†‡]*"
)
_PERIOD = re.compile(
    r"(?:(?:FY|CY|GJ|Q[1-4]|[1-4]Q|H[12]|[A-Z][a-zé]{2}\.?)[\s/-]?)?(?:19|20)\d\d"
    r"(?:[/–-]\d\d(?:\d\d)?)?|(?:FY|Q[1-4]|[1-4]Q|H[12])(?:\s?['’]?\d\d)?"
)
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1(?:\d{2,4})?")
_NO_UNIT = re.compile(r"[\d\s.,'’+−–()-]+")
_DIGIT = re.compile(r"\d")
_CURRENCY = (
    r"(?:SEK|EUR|USD|GBP|NOK|DKK|CHF|JPY|CNY|euros?|dollars?|pounds?|crowns?|kroner|kronor|francs?"
    r"|[€$£¥])"
)
_BILLION = r"billions?|milliard(?:en|er|s)?|mrd\.?|bn"
_MILLION = r"millions?|million(?:en|er)|mio\.?|mn|m"
_THOUSAND = r"thousands?|tausend|k|000s?"
_SCALE = rf"(?:{_BILLION}|{_MILLION}|{_THOUSAND})"
_UNIT = re.compile(
    rf"\(?(?<!\w)(?:in\s+)?(?:(?P<before>{_SCALE})\s(?:(?:of|de|von)\s)?(?P<currency>{_CURRENCY})"
    rf"|(?P<unit>{_CURRENCY}(?:,?\s?(?:in\s)?{_SCALE})?|[%‰]))(?!\w)\)?",
    re.IGNORECASE,
)
_IN_THOUSANDS = re.compile(
    rf"(?:^|\(|\bin\s)\s?(?:(?P<currency>{_CURRENCY})\s?(?P<scale>['’]000|1(?:[.,'’\s]000){{1,2}})"
    rf"|(?P<scale_before>1(?:[.,'’\s]000){{1,2}})\s?(?P<currency_behind>{_CURRENCY}))"
    r"s?(?=\s*(?:$|[),;]))|(?<!\w)T(?P<thousands>EUR|€|CHF|USD)(?!\w)",
    re.IGNORECASE,
)
"""What a table's figures are given in: "in EUR 1,000", "€ '000", "TEUR"; a fee of EUR 1,000 is
none."""

_SCALE_WORD = re.compile(
    rf"(?<![^\W\d_])(?:(?P<billion>{_BILLION})|(?P<million>{_MILLION})|(?P<thousand>{_THOUSAND}))"
    r"(?![^\W\d_])",
    re.IGNORECASE,
)
_SCALES = {"billion": 1e9, "million": 1e6, "thousand": 1e3}


def find_unit(text: str) -> str | None:
    """Return the unit that a head or a caption gives: "SEK m", "%"; "CHF millions" of "in millions
    of CHF"."""
    if scaled := _IN_THOUSANDS.search(text):
        scale = scaled["scale"] or scaled["scale_before"] or ""
        currency = scaled["currency"] or scaled["currency_behind"] or scaled["thousands"]
        return f"{currency} {'million' if scale.count('000') > 1 else 'thousand'}"
    match = _UNIT.search(text)
    if match is None:
        return None
    if match["before"]:
        return f"{match['currency']} {match['before']}"
    return " ".join(match["unit"].split())


def unit_scale(unit: str | None) -> float:
    """Return by what a figure in this unit is multiplied: 1,000,000 of "SEK m", 1 of "%"."""
    word = _SCALE_WORD.search(unit or "")
    return _SCALES[word.lastgroup or ""] if word else 1.0


def is_column_of_figures(texts: Sequence[str]) -> bool:
    """Return whether below the first, a word, all are figures of one shape: years, dates."""
    shapes = {_DIGIT.sub("0", text) for text in texts[1:]}
    return (
        len(texts) > 2 and len(shapes) == 1 and "0" in shapes.pop() and not _DIGIT.search(texts[0])
    )


def is_value(text: str) -> bool:
    """Return whether a text is a number, or a time of day, and no year or quarter, which may be a
    head."""
    return bool(_NUMBER.fullmatch(text) or _TIME.fullmatch(text)) and not is_period(text)


def is_period(text: str) -> bool:
    """Return whether a text is a year or quarter."""
    return bool(_PERIOD.fullmatch(text))


def figure_kind(text: str) -> str | None:
    """Return what kind of figure a text is: its unit, "year", "date" or "time"; None for words."""
    if is_period(text):
        return "year"
    if _DATE.fullmatch(text):
        return "date"
    if _TIME.fullmatch(text):
        return "time"
    return _NO_UNIT.sub("", text) if is_value(text) else None
