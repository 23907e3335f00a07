"""The bound that a number is written with, and how far it may be from the amount.

A number in prose is seldom one point. "Nearly 100" lies below it, "more than 100" above it, "about
100" around it; and a round number stands for what rounds to it (Krifka 2007, "Approximate
Interpretation of Number Words"). How far below or above follows from how round it is: "more than
seven" suggests fewer than eight, "more than 100" fewer than 150 (Cummins, Sauerland and Solt 2012,
"Granularity and Scalar Implicature in Numerical Expressions").
"""

from __future__ import annotations

import re
from enum import Enum

from sourcebook.rag.language.stems import word_set
from sourcebook.rag.language.word_lists import read_lines

from .amounts import Number, read_number
from .tokens import Tokens, word_at, words_at


class Bound(Enum):
    """The side of the written number on which the amount lies."""

    EXACT = "exact"
    ABOUT = "about"
    BELOW = "below"
    ABOVE = "above"
    BETWEEN = "between"


_BEFORE = {
    tuple(phrase.split()): bound
    for bound in (Bound.ABOUT, Bound.BELOW, Bound.ABOVE)
    for phrase in read_lines(f"bounds_{bound.value}")
}
_LONGEST_BEFORE = max(map(len, _BEFORE))
_BEHIND: dict[tuple[str, ...], Bound] = {
    ("or", "more"): Bound.ABOVE,
    ("or", "fewer"): Bound.BELOW,
    ("or", "less"): Bound.BELOW,
    ("or", "so"): Bound.ABOUT,
    ("at", "least"): Bound.ABOVE,
    ("at", "most"): Bound.BELOW,
}
_NEGATIONS = word_set("no not never cannot without")
_TURNED_BY_NEGATION = re.compile(r"\b(than|over|above|under|below|excess|exceed\w*)\b")
"""In phrases before a number that a negation turns round; it leaves "nearly" as it is."""
_OPPOSITES = {Bound.ABOVE: Bound.BELOW, Bound.BELOW: Bound.ABOVE}


def find_qualifier(tokens: Tokens, number: Number, stop: int) -> tuple[int, Bound]:
    """Return the token at which an amount begins with its qualifier, and the bound that this sets.

    Args:
        tokens: those of the text.
        number: in it.
        stop: the token behind its noun, where it has one.
    """
    at = number.start
    lengths = range(_LONGEST_BEFORE, 0, -1)
    begin = next((at - n for n in lengths if tuple(words_at(tokens, at - n, n)) in _BEFORE), at)
    phrase = tuple(words_at(tokens, begin, at - begin))
    bound = _BEFORE.get(phrase, Bound.EXACT)
    if number.low < number.high:
        return (at - 1 if word_at(tokens, at - 1) == "between" else begin), Bound.BETWEEN
    before = word_at(tokens, begin - 1)
    if _TURNED_BY_NEGATION.search(" ".join(phrase)) and (
        before in _NEGATIONS or before.endswith(("n't", "n’t"))
    ):
        begin, bound = begin - 1, _OPPOSITES[bound]
    if word_at(tokens, number.stop) == "+":
        return begin, Bound.ABOVE
    behind = _BEHIND.get(tuple(words_at(tokens, stop, 2)), bound)
    # "30 men or more than 40 women", "100 people, at least 3 of them".
    starts_another = word_at(tokens, stop + 2) == "than" or read_number(tokens, stop + 2)
    return begin, bound if starts_another else behind


def spread(bound: Bound, low: float, high: float, step: float) -> tuple[float, float]:
    """Return the least and the most that an amount may be.

    Args:
        bound: the side on which it lies.
        low: the number written, of a range the lower one.
        high: of a range the higher one, else the same.
        step: how fine it is stated.
    """
    if bound is Bound.BELOW:
        return low - min(step, low / 5), high
    if bound is Bound.ABOVE:
        return low, high + min(step, high / 2)
    if bound is Bound.BETWEEN:
        return low, high
    slack = min(step / 2, low / 10)
    return low - slack, high + slack
