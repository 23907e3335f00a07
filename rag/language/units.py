"""What numbers count: measures with their factors, and nouns that count the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sourcebook.index.search.stop_words import STOP_WORDS

from .stems import content_stems, word_set
from .word_lists import read_lines, read_words

_HOW_MANY = re.compile(r"\b(?:how many|(?:what|which) number of)\b", re.IGNORECASE)
_HOUR, _DAY = 3600.0, 86_400.0

MEASURES: dict[str, tuple[str, float, tuple[str, ...]]] = {
    "second": ("time", 1.0, ("second", "seconds", "sec", "secs")),
    "minute": ("time", 60.0, ("minute", "minutes", "min", "mins")),
    "hour": ("time", _HOUR, ("hour", "hours", "hr", "hrs")),
    "day": ("time", _DAY, ("day", "days")),
    "week": ("time", 7 * _DAY, ("week", "weeks")),
    "month": ("time", 30.44 * _DAY, ("month", "months")),
    "year": ("time", 365.25 * _DAY, ("year", "years")),
    "decade": ("time", 3652.5 * _DAY, ("decade", "decades")),
    "kilometre": (
        "length",
        1000.0,
        ("km", "kilometre", "kilometres", "kilometer", "kilometers"),
    ),
    "metre": ("length", 1.0, ("metre", "metres", "meter", "meters", "m")),
    "mile": ("length", 1609.344, ("mile", "miles")),
    "foot": ("length", 0.3048, ("foot", "feet", "ft")),
    "kilogram": ("weight", 1.0, ("kg", "kilo", "kilos", "kilogram", "kilograms")),
    "tonne": ("weight", 1000.0, ("tonne", "tonnes")),
    "ton": ("tons", 1.0, ("ton", "tons")),
    "litre": ("volume", 1.0, ("litre", "litres", "liter", "liters")),
    "hectare": ("area", 1.0, ("hectare", "hectares")),
    "acre": ("area", 0.404686, ("acre", "acres")),
    "percent": ("percent", 1.0, ("%", "percent")),
    "dollar": ("dollars", 1.0, ("dollar", "dollars")),
    "euro": ("euros", 1.0, ("euro", "euros")),
    "pound": ("pounds", 1.0, ("pound", "pounds")),
}
"""Name -> the dimension it is compared in, the factor to its base, and its words."""

DIMENSIONS = frozenset(dimension for dimension, _, _ in MEASURES.values())

CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}

_CURRENCY_NAMES = {
    word: line.split()[0] for line in read_lines("currencies") for word in line.split()
}
_MEASURE_NAMES = {
    word: (dimension, name)
    for name, (dimension, _, words) in MEASURES.items()
    if name not in _CURRENCY_NAMES
    for word in words
} | {word: ("currency", name) for word, name in _CURRENCY_NAMES.items()}
_SCALE = r"(?:\s*(?:hundred|thousand|million|billion|trillion|m|mn|bn|k)\b)?"
_BEHIND = re.compile(rf"{_SCALE}[\s-]*(?P<word>[^\W\d_]+|[$€£¥₹₽%])")
_BEFORE = re.compile(r"(?P<word>[^\W\d_]{2,4}|(?:us)?[$€£¥₹₽])\s?$", re.IGNORECASE)

_PLURALS = read_words("plurals")
_FATES = word_set("dead killed injured wounded hurt missing arrested")
_NOT_PLURALS = ("ss", "ous", "'s", "’s", "us", "is")


@dataclass(frozen=True, slots=True)
class NounGroups:
    """Groups of nouns that count the same things."""

    groups: tuple[tuple[str, ...], ...]

    def unit(self, noun: str) -> str:
        """Return the first word of the noun's group; of a noun without a group its stem."""
        for group in self.groups:
            if noun in group:
                return group[0]
        return (content_stems(noun) or [noun])[0]


PEOPLE = NounGroups(tuple(tuple(line.split()) for line in read_lines("nouns_of_one_count")))
"""Common nouns that reports use for one another."""

ROLES = frozenset(
    PEOPLE.unit(noun)
    for noun in word_set("soldiers police workers pupils children firefighters visitors protesters")
)
"""Units of people of one kind: a number of these is a number of nothing else."""


def unit_in_question(question: str) -> str | None:
    """Return the unit that "how many ..." asks for; None when it asks for none, or for any."""
    match = _HOW_MANY.search(question)
    if match is None:
        return None
    words = re.findall(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*|\S", question[match.end() :])[:5]
    place = find_counted_noun(words)
    if place is None:
        return None
    folded = words[place].casefold()
    for unit, _, names in MEASURES.values():
        if folded in names:
            return unit
    return PEOPLE.unit(folded)


def measure_of(number: str, text: str) -> tuple[str, str] | None:
    """Return the dimension and the name of the measure that a text gives a number.

    "85,000 crowns" is ("currency", "crown"), "$5" ("currency", "dollar"), "90 seconds" ("time",
    "second"); None where it stands without one, or nowhere.

    Args:
        number: as the text has it.
        text: a sentence.
    """
    start = text.find(number)
    if start < 0:
        return None
    before = _BEFORE.search(text[:start])
    behind = _BEHIND.match(text, start + len(number))
    words = [match["word"].casefold() for match in (before, behind) if match]
    signs = [number[:1], number[-1:]]
    return next((_MEASURE_NAMES[word] for word in [*words, *signs] if word in _MEASURE_NAMES), None)


def find_currency(text: str) -> str | None:
    """Return the name of the first currency that a text names; None without one."""
    words = re.findall(r"[^\W\d_]+|[$€£¥₹₽]", text.casefold())
    return next((_CURRENCY_NAMES[word] for word in words if word in _CURRENCY_NAMES), None)


def find_fate(words: Sequence[str]) -> str | None:
    """Return the fate of a number without a noun: "killed" of "were killed"; else None."""
    while words and words[0] in {"were", "was", "are", "have", "has", "had", "been"}:
        words = words[1:]
    return words[0] if words and words[0] in _FATES else None


def find_counted_noun(words: Sequence[str]) -> int | None:
    """Return the position of the noun that a number in front of ``words`` counts, or None.

    It is the first plural before the phrase ends: "troops" of "Russian troops have gathered".
    """
    for place, word in enumerate(words):
        folded = word.casefold()
        if not word[0].isalpha() or folded in STOP_WORDS:
            return None
        if folded in _PLURALS:
            return place
        if len(folded) > 3 and folded.endswith("s") and not folded.endswith(_NOT_PLURALS):
            return None if word[0].isupper() and place else place
    return None
