"""Numbers written as words: "thirty-two", "two and a half", "one hundred thousand"."""

from __future__ import annotations

ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
"""In order, from zero."""

_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SPELLED = {word: float(n) for n, word in enumerate(ONES)} | {
    word: float(n * 10) for n, word in enumerate(_TENS, 2)
}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def number_at(words: list[str]) -> tuple[float, int]:
    """Value of the number words that ``words`` begins with, and how many they are (0: none)."""
    if not words or words[0] not in SPELLED:
        return 0.0, 0
    # "one" is mostly a pronoun or an article: it counts only in front of a scale.
    if words[0] == "one" and (len(words) < 2 or words[1] not in SCALES):
        return 0.0, 0
    value, used = SPELLED[words[0]], 1
    if value >= 20 and len(words) > used and 0 < SPELLED.get(words[used], 0) < 10:
        value, used = value + SPELLED[words[used]], used + 1
    if words[used : used + 3] == ["and", "a", "half"]:
        value, used = value + 0.5, used + 3
    while len(words) > used and words[used] in SCALES:
        value, used = value * SCALES[words[used]], used + 1
    return value, used
