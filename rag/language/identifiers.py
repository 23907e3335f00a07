"""Identifiers: names that hold digits, of which a neighbour differs by one sign.

"AB-1234-X", "CVE-2031-9999", "version 3.10", "room 402": what is said of one is said of no other,
however near the two are in meaning and in spelling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .word_lists import any_of, read_words

_CODE = re.compile(
    r"(?<![\w.,/-])(?=[\w./-]*\d)(?=[\w./-]*[^\W\d_])[^\W_]+(?:[-./_][^\W_]+)*(?![\w-])"
)
_MEASURE = re.compile(
    r"\d[\d.,]*(?:st|nd|rd|th|am|pm|uhr|h|km|m|cm|mm|kg|g|mg|l|ml|s|ms|min|k|m|bn|mn|x|gb|mb|kb|kv|v"
    r"|w|kw|kwh|hz|c|f|p|er|ers|[a-z]{4,})|\d+(?:-[a-z]+)+|[a-z]+-(?:19|20)\d\d|(?:19|20)\d\ds"
    r"|[a-z]{2,}\d?(?:-\d{1,2})?-?(?:19|20)\d\d|[a-zü]+-\d+s"
    r"|(?:over|under|above|below|mid|early|late|pre|post|top|sub|plus|unter|über)-\d+",
    re.IGNORECASE,
)
"""A number with its unit, an ordinal, an age, a bound ("over-65s", "top-10") or a time written as
one word: no identifier."""

_VERSION = re.compile(
    r"\b(?P<word>version|release|v)[ .]?(?P<number>\d+(?:\.\d+)*)(?![\w%]|[.,]\d)", re.IGNORECASE
)
_NUMBERED = re.compile(
    rf"\b(?P<word>{any_of(read_words('numbered_things'))})s?\.?\s(?:no\.? ?|nr\.? ?|#)?"
    r"(?P<number>\d+(?:\.\d+)*)(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier as a text has it.

    ``token`` is the part with digits, in small letters ("402" of "room 402"); ``shape`` is what its
    neighbours share with it, digits as 0 and letters as a. ``is_exact``: it is written in one way
    only, so a text that lacks the token says nothing of it.
    """

    text: str
    token: str
    shape: str
    is_exact: bool

    def stands_in(self, text: str) -> bool:
        """Return whether a text holds the token, as a whole."""
        pattern = rf"(?<![\w-])(?<!\d\.){re.escape(self.token)}(?![\w-]|\.\d)"
        return bool(re.search(pattern, text, re.IGNORECASE))


def find_identifiers(text: str) -> list[Identifier]:
    """Return the identifiers in a text, in no order, each token once."""
    identifiers: dict[str, Identifier] = {}
    for pattern in (_VERSION, _NUMBERED):
        for match in pattern.finditer(text):
            token = match["number"]
            shape = f"{match['word'].casefold()} {_shape(token)}"
            identifiers.setdefault(token, Identifier(match.group(), token, shape, is_exact=True))
    for match in _CODE.finditer(text):
        token = match.group().casefold()
        bare = token.removeprefix("v")
        if _MEASURE.fullmatch(token) or bare in identifiers:
            continue
        is_exact = len(token) >= 5 and sum(c.isdigit() for c in token) > 1
        identifiers.setdefault(token, Identifier(match.group(), token, _shape(token), is_exact))
    return list(identifiers.values())


def is_neighbour(identifier: Identifier, text: str) -> bool:
    """Return whether a text names another identifier of the same shape, and not this one."""
    if identifier.stands_in(text):
        return False
    return any(other.shape == identifier.shape for other in find_identifiers(text))


def _shape(token: str) -> str:
    """Return a token with its digits as 0 and its letters as a, each run once."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", token))
