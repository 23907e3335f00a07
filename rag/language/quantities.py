"""Amounts in a text: their units, and the bounds between which the writer puts them (`numbers`)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .calendar import MONTH_WORDS
from .numbers import (
    Bound,
    Number,
    Tokens,
    find_qualifier,
    number_key,
    read_numbers,
    spread,
    tokenize,
    word_at,
    words_at,
)
from .stems import word_set
from .units import MEASURES, PEOPLE, find_counted_noun, find_fate

_OF_ANOTHER_KIND = word_set(
    "another additional extra further including every first second third last past next "
    "previous other remaining"
)
"""Words in front of a part, a rest, or a span on the calendar: not the amount itself."""
_OFFSETS = word_set("ago before after later earlier old from afterwards")
"""Words after a number of years or hours that says when or how old, not how long."""
_ALSO_OFFSETS = frozenset(("in", "within", "since", "until", "by", "every", "after"))
_NUMBERED = re.compile(
    r"\b(article|chapter|clause|page|no|number|section|group|channel|room|flight|route|highway|"
    r"type|version|phase|round|stage|line|act|part|bus|unit|item|point)\.?\s*$",
    re.IGNORECASE,
)
_BEFORE_YEARS = word_set("in since of by until from during before after the") | set(MONTH_WORDS)
_LASTING = word_set("last lasts lasted lasting took take takes taken for ran went after")
_CHANGES = re.compile(
    r"\b(rose|risen|rise|fell|fallen|fall|grew|grown|grow|increas\w*|decreas\w*|dropp?\w*|"
    r"climb\w*|declin\w*|cut|reduc\w*|up|down|lengthen\w*|extend\w*|prolong\w*)\b[^.;]*$",
    re.IGNORECASE,
)
_PER = re.compile(
    r"\s*(per|an?|each|every)\s+(person|head|day|week|month|year|hour|minute|second|barrel|tonne|"
    r"ton|kilo|litre|liter|gallon|share|ticket|unit|child|pupil|household|mile|km|kilometre)\b"
    r"|\s*(annually|daily|weekly|monthly|yearly|each)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount: ``text[start:end]`` as written, with its qualifier and what it counts.

    ``unit`` is what may be compared ("time", "percent", "soldiers"), ``noun`` the word for it as
    written. ``number`` is the number written, of a range the lower one; ``value`` the same in the
    base of its unit (seconds, metres, kilograms, hectares, else as it is), of a range its middle.
    ``low`` and ``high`` bound what it says, in that base too, ends included only where ``bound`` is
    BETWEEN. ``step`` is how fine it is stated (10 for "70", 1 for "68"), times the factor to the
    base.
    """

    text: str
    start: int
    end: int
    number: float
    value: float
    bound: Bound
    low: float
    high: float
    step: float
    unit: str
    noun: str

    @property
    def key(self) -> str:
        """The number written, in the form of `Claim.key`."""
        return number_key(self.number)

    def agrees(self, other: Quantity) -> bool:
        """Return whether both can be right about one amount."""
        if self.unit != other.unit:
            return True
        if _same(self.value, other.value):
            return {self.bound, other.bound} != {Bound.BELOW, Bound.ABOVE}
        sided = (Bound.BELOW, Bound.ABOVE, Bound.BETWEEN)
        if self.bound in sided and other.bound in sided:
            return max(self.low, other.low) < min(self.high, other.high)
        if self.bound in sided:
            return self._holds(other.value)
        if other.bound in sided:
            return other._holds(self.value)
        # Two points: the coarser may be the finer one rounded.
        coarse, fine = (self, other) if self.step >= other.step else (other, self)
        if coarse.step == fine.step:
            return False
        return coarse._may_be_rounded() and coarse._holds(fine.value)

    def _holds(self, value: float) -> bool:
        if self.bound is Bound.BETWEEN:
            return self.low <= value <= self.high
        return self.low < value < self.high

    def _may_be_rounded(self) -> bool:
        """Whether the writer may have rounded: "about 70", "8,500"; not "70" or "12"."""
        return self.bound is Bound.ABOUT or self.step >= 100 or self.unit in MEASURES


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other))


def find_quantities(text: str) -> list[Quantity]:
    """Return the amounts of ``text`` whose unit is known, in order.

    Some numbers are left out, as they are not amounts of the thing itself: years and days of the
    month, numbers of articles and rooms, parts ("30 of them", "another 20"), and spans on the
    calendar ("two days ago", "in the past 30 years").
    """
    tokens = tokenize(text)
    results: list[Quantity] = []
    for number in read_numbers(tokens):
        quantity = _quantity(text, tokens, number)
        if quantity is not None:
            if results and quantity.start < results[-1].end:
                results.pop()  # A number stood between a number and its noun: "0 EIGHT people".
            results.append(quantity)
    return results


def find_bounds(text: str) -> dict[str, Bound]:
    """Return the bounds of the numbers of ``text`` that have one, by `Claim.key`.

    It reads what `find_quantities` reads, whatever the numbers count.
    """
    tokens = tokenize(text)
    bounds: dict[str, Bound] = {}
    for number in read_numbers(tokens):
        measured = _unit(tokens, number)
        _, bound = find_qualifier(tokens, number, measured[3] if measured else number.stop)
        if bound is not Bound.EXACT:
            bounds[number_key(number.low)] = bound
    return bounds


def _quantity(text: str, tokens: Tokens, number: Number) -> Quantity | None:
    measured = _unit(tokens, number)
    if measured is None:
        return None
    unit, noun, factor, stop = measured
    begin, bound = find_qualifier(tokens, number, stop)
    if _is_other_kind(text, tokens, begin, number):
        return None
    if unit == "time" and not _is_length(tokens, begin, stop, bound):
        return None
    low, high, step = number.low * factor, number.high * factor, number.step * factor
    value = (low + high) / 2
    end = tokens[stop - 1].end()
    if per := _PER.match(text, end):
        unit += f" {(per.group(2) or per.group()).strip().casefold()}"
    if word_at(tokens, begin - 1) == "by" and _CHANGES.search(text[: tokens[begin].start()]):
        unit += " more"
    low, high = spread(bound, low, high, step)
    start = tokens[begin].start()
    return Quantity(
        text[start:end], start, end, number.low, value, bound, low, high, step, unit, noun
    )


def _is_other_kind(text: str, tokens: Tokens, begin: int, number: Number) -> bool:
    before, after = word_at(tokens, begin - 1), words_at(tokens, number.stop, 3)
    if before in _OF_ANOTHER_KIND or after[:1] == ["more"]:
        return True
    if after[:1] and after[0] in {"other", "others", "additional", "further", "extra", "of"}:
        return True
    if after[:1] and after[0] in {":", "/"} and after[1:2] and after[1][:1].isdigit():
        return True
    if before in {":", "/"} and word_at(tokens, begin - 2)[:1].isdigit():
        return True
    if after[:1] in (["st"], ["nd"], ["rd"], ["th"]):
        return True
    if before == "from" and (number.low < number.high or "to" in words_at(tokens, number.stop, 6)):
        return True
    return bool(_NUMBERED.search(text[: tokens[begin].start()]))


def _unit(tokens: Tokens, number: Number) -> tuple[str, str, float, int] | None:
    """Unit, its noun as written, factor to the base, and the token behind it."""
    at = number.stop
    if number.currency:
        return number.currency, word_at(tokens, number.start), 1.0, at
    if word_at(tokens, at) in {"-", "–"}:
        at += 1
    word = word_at(tokens, at)
    if word == "per" and word_at(tokens, at + 1) == "cent":
        return "percent", "per cent", 1.0, at + 2
    if word in {"percentage", "percent", "%"} and word_at(tokens, at + 1).startswith("point"):
        return "percentage points", "percentage points", 1.0, at + 2
    for unit, factor, words in MEASURES.values():
        if word in words:
            stop = at + 1
            if unit == "time" and words_at(tokens, stop, 3) == ["and", "a", "half"]:
                stop += 3
            return unit, word, factor, stop
    if at > number.stop:
        return None  # "100,000-strong"
    if fate := find_fate(words_at(tokens, at, 3)):
        return PEOPLE.unit(fate), fate, 1.0, at
    noun_at = find_counted_noun([token.group() for token in tokens[at : at + 5]])
    if noun_at is None or _is_year(tokens, number):
        return None
    noun = tokens[at + noun_at].group()
    return PEOPLE.unit(noun.casefold()), noun, 1.0, at + noun_at + 1


def _is_year(tokens: Tokens, number: Number) -> bool:
    """ "In 2014 people ..." counts nobody."""
    word = word_at(tokens, number.start)
    before = word_at(tokens, number.start - 1)
    return 1900 <= number.low <= 2100 and word.isdigit() and before in _BEFORE_YEARS


def _is_length(tokens: Tokens, begin: int, stop: int, bound: Bound) -> bool:
    """Whether a number of hours or years says how long, not when or how old."""
    before, after = word_at(tokens, begin - 1), word_at(tokens, stop)
    if after in _OFFSETS and words_at(tokens, stop, 2) != ["from", "start"]:
        return False
    if after == "-" and word_at(tokens, stop + 1) == "old":
        return False
    if word_at(tokens, begin) == "over" and bound is Bound.ABOVE:
        return before in _LASTING
    # "After 36 hours trapped in the shaft", but "after two weeks he called again".
    lasting = before == "after" and (after in {"of", "in"} or after.endswith("ed"))
    return lasting or before not in _ALSO_OFFSETS
