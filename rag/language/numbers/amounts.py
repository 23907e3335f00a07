"""Numbers in running text: digits, words, ranges, with currency sign and how round they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sourcebook.rag.language.units import CURRENCIES, MEASURES, find_counted_noun
from sourcebook.rag.language.word_lists import read_lines

from .tokens import Tokens, is_adjacent, plain_digits, word_at, words_at

ONES = read_lines("numbers_below_twenty")
"""In order, from zero."""

_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SPELLED = {word: float(n) for n, word in enumerate(ONES)} | {
    word: float(n * 10) for n, word in enumerate(_TENS, 2)
}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def read_number_words(words: list[str]) -> tuple[float, int]:
    """Return the value of the number words at the start of ``words``, and their count (0: none)."""
    if not words or words[0] not in SPELLED:
        return 0.0, 0
    # "one" is mostly a pronoun or an article: it counts only in front of a scale.
    if words[0] == "one" and (len(words) < 2 or words[1] not in SCALES):
        return 0.0, 0
    value, length = SPELLED[words[0]], 1
    if value >= 20 and len(words) > length and 0 < SPELLED.get(words[length], 0) < 10:
        value, length = value + SPELLED[words[length]], length + 1
    if words[length : length + 3] == ["and", "a", "half"]:
        value, length = value + 0.5, length + 3
    while len(words) > length and words[length] in SCALES:
        value, length = value * SCALES[words[length]], length + 1
    return value, length


_LARGEST = 1e18
"""From here on digits are an identifier, no amount."""

_SCALES = SCALES | {
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "bn": 1e9,
    "tausend": 1e3,
    "mio": 1e6,
    "millionen": 1e6,
    "mrd": 1e9,
    "milliarde": 1e9,
    "milliarden": 1e9,
}


@dataclass(frozen=True, slots=True)
class Number:
    """Tokens ``start:stop`` as a number; a range has ``low < high``.

    ``step`` is the place of the last digit that counts: 10 for "70", 0.1 for "3.5", 1e6 for
    "5 million". ``currency`` is the unit of its sign ("dollars"); empty where it has none.
    """

    start: int
    stop: int
    low: float
    high: float
    step: float
    currency: str = ""


def number_key(value: float) -> str:
    """Return what the forms of a number share: the `Claim.key` of "8" and "eight"."""
    return f"#{value:.15g}"


def read_numbers(tokens: Tokens) -> Iterator[Number]:
    """Yield the numbers among ``tokens``, in order."""
    at = 0
    while at < len(tokens):
        number = read_number(tokens, at)
        if number is not None:
            yield number
        at = number.stop if number else at + 1


def read_number(tokens: Tokens, at: int) -> Number | None:
    """Return the number that begins at token ``at``, as `read_plain_number`; else None.

    It may be a range too, or "a dozen", "half an" hour, "an" hour and a half, "one" hour.
    """
    first = _read_idiom(tokens, at) or read_plain_number(tokens, at)
    if first is None or first.low >= _LARGEST:
        return None
    between = at > 0 and word_at(tokens, at - 1) == "between"
    link = word_at(tokens, first.stop)
    if link in {"to", "-", "–", "and"} and (link != "and" or between):
        start = first.stop + 1
        second = _read_idiom(tokens, start) or read_plain_number(tokens, start)
        if second is not None:
            low = first.low
            if first.step < 1000:  # "5 to 7 million" has its scale once.
                low *= _find_scale(tokens, second)
            if low < second.low <= 100 * low:
                return Number(at, second.stop, low, second.high, second.step, first.currency)
    return first


def _find_scale(tokens: Tokens, number: Number) -> float:
    return _SCALES.get(word_at(tokens, number.stop - 1), 1.0)


def read_plain_number(tokens: Tokens, at: int) -> Number | None:
    """Return the number at ``at``: digits, with currency sign and scale, or number words."""
    currency = CURRENCIES.get(word_at(tokens, at), "")
    begin = at
    if currency:
        at += 1
    word = word_at(tokens, at)
    if not word[:1].isdecimal():
        return None if currency else _read_spelled_number(tokens, at)
    if is_adjacent(tokens, at) and re.fullmatch(r"[\w.,]", tokens[at - 1].group()[-1]):
        return None  # "F16", or the end of "3.2.1"
    digits = plain_digits(word)
    value, stop, step = float(digits), at + 1, _step(digits)
    place = stop + (word_at(tokens, stop) == "-")
    if scale := _SCALES.get(word_at(tokens, place)):
        if _is_scale(tokens, place, has_currency=bool(currency)):
            return Number(begin, place + 1, value * scale, value * scale, step * scale, currency)
    elif words_at(tokens, stop, 3) == ["and", "a", "half"]:
        return Number(begin, stop + 3, value + 0.5, value + 0.5, 0.5, currency)
    return Number(begin, stop, value, value, step, currency)


def _is_scale(tokens: Tokens, at: int, *, has_currency: bool) -> bool:
    """Whether a scale stands for one: "m" are metres too, if nothing follows that is counted."""
    word = word_at(tokens, at)
    if word == "m" and not has_currency:
        counted = [token.group() for token in tokens[at + 1 : at + 2]]
        return is_adjacent(tokens, at) and find_counted_noun(counted) == 0
    return len(word) > 2 or has_currency or is_adjacent(tokens, at)


def _read_idiom(tokens: Tokens, at: int) -> Number | None:
    """Return a number that only its unit makes one: "half an hour", "a dozen cars"."""
    word, after = word_at(tokens, at), word_at(tokens, at + 1)
    if word == "half" and after in {"a", "an"}:
        return Number(at, at + 2, 0.5, 0.5, 0.5)
    if word in {"a", "an"} and after in {"hour", "minute", "day", "week", "month", "year"}:
        if words_at(tokens, at + 2, 3) == ["and", "a", "half"]:
            return Number(at, at + 1, 1.5, 1.5, 0.5)
        return None
    if word == "a" and (after == "dozen" or after in _SCALES):
        value = 12.0 if after == "dozen" else _SCALES[after]
        return Number(at, at + 2, value, value, value if value > 12 else 1.0)
    unit = word_at(tokens, at + 2) if after == "-" else after
    return Number(at, at + 1, 1.0, 1.0, 1.0) if word == "one" and unit in _MEASURES_WORDS else None


def _read_spelled_number(tokens: Tokens, at: int) -> Number | None:
    # Hyphens are tokens of their own here and part number words elsewhere.
    run: list[str] = []
    places: list[int] = []
    for place in range(at, min(at + 12, len(tokens))):
        if (token := word_at(tokens, place)) == "-":
            continue
        if not token.isalpha():
            break
        run.append(token)
        places.append(place)
    value, length = read_number_words(run)
    if not length:
        return None
    step = 0.5 if value % 1 else _step(f"{value:.0f}")
    return Number(at, places[length - 1] + 1, value, value, step)


_MEASURES_WORDS = frozenset(word for _, _, words in MEASURES.values() for word in words)


def _step(digits: str) -> float:
    """The place of the last digit that counts: 10 for "70", 0.1 for "3.5"."""
    integer, _, fraction = digits.partition(".")
    if fraction:
        return 10.0 ** -len(fraction)
    zeros = len(integer) - len(integer.rstrip("0"))
    return 10.0 ** min(zeros, 18) if float(integer) else 1.0
