"""Figures in tables: numbers that are values, units, columns of years and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(
    r"[^\w]*[-−–+(]?\s*(?:[^\W\d_]{1,3}\s?)?\d[\d\s.,'’]*\s*[%‰)]?\s*(?:[^\W\d_]{1,4}\.?)?"
)
_PERIOD = re.compile(
    r"(?:(?:FY|CY|GJ|Q[1-4]|[1-4]Q|H[12]|[A-Z][a-zé]{2}\.?)[\s/-]?)?(?:19|20)\d\d"
    r"(?:[/–-]\d\d(?:\d\d)?)?|(?:FY|Q[1-4]|[1-4]Q|H[12])(?:\s?['’]?\d\d)?"
)
_DIGIT = re.compile(r"\d")
_UNIT = re.compile(
    r"\(?\b(?:in\s+)?((?:(?:SEK|EUR|USD|GBP|NOK|DKK|CHF|JPY|CNY)|[€$£¥%‰])\s?"
    r"(?:m|mn|bn|k|million|billion|thousand|000s?)?)(?!\w)\)?",
    re.IGNORECASE,
)


def find_unit(text: str) -> str | None:
    """Return the unit that a head or a caption gives: "SEK m", "%"."""
    match = _UNIT.search(text)
    return " ".join(match[1].split()) if match else None


def is_column_of_figures(texts: Sequence[str]) -> bool:
    """Return whether below the first, a word, all are figures of one shape: years, dates."""
    shapes = {_DIGIT.sub("0", text) for text in texts[1:]}
    return (
        len(texts) > 2 and len(shapes) == 1 and "0" in shapes.pop() and not _DIGIT.search(texts[0])
    )


def is_value(text: str) -> bool:
    """Return whether a text is a number and no year or quarter, which may be a head."""
    return bool(_NUMBER.fullmatch(text)) and not _PERIOD.fullmatch(text)
