"""The words, numbers and signs of a text, as its language writes numbers."""

from __future__ import annotations

import re

from sourcebook.rag.language.reading import text_language
from sourcebook.rag.language.stems import word_set

Tokens = list[re.Match[str]]

_WORD_OR_SIGN = r"[^\W\d_]+(?:['’][^\W\d_]+)*|\S"
_WITH_POINT = re.compile(
    rf"[$€£%]|\d+(?:[,\u00a0\u202f]\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|{_WORD_OR_SIGN}"
)
_WITH_COMMA = re.compile(
    rf"[$€£%]|\d{{1,3}}(?:[.\u00a0\u202f]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?|{_WORD_OR_SIGN}"
)
"""Where a comma parts the decimals: "44,7" and "250.000"; "44.7", as some write it, too."""

_COMMA_LANGUAGES = word_set("cs da de es fr it nl no pl pt ru sv tr uk")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?:,\d+)?")


def tokenize(text: str) -> Tokens:
    """Return the words, numbers and single signs of ``text``, with their positions."""
    pattern = _WITH_COMMA if text_language() in _COMMA_LANGUAGES else _WITH_POINT
    return list(pattern.finditer(text))


def plain_digits(token: str) -> str:
    """Return the digits of a number without signs between thousands, with a point before the
    decimals."""
    if text_language() not in _COMMA_LANGUAGES:
        return re.sub(r"[,\u00a0\u202f]", "", token)
    if _THOUSANDS.fullmatch(token):
        token = re.sub(r"[.\u00a0\u202f]", "", token)
    return token.replace(",", ".")


def word_at(tokens: Tokens, at: int) -> str:
    """Return the token in small letters; an empty string where there is none."""
    return tokens[at].group().casefold() if 0 <= at < len(tokens) else ""


def words_at(tokens: Tokens, at: int, count: int) -> list[str]:
    """Return at most ``count`` tokens in small letters."""
    return [word_at(tokens, i) for i in range(at, min(at + count, len(tokens)))] if at >= 0 else []


def is_adjacent(tokens: Tokens, at: int) -> bool:
    """Return whether nothing stands between a token and the one before it."""
    return 0 < at < len(tokens) and tokens[at - 1].end() == tokens[at].start()
