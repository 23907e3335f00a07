"""What a text claims (its numbers, days and names), and whether another states it too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sourcebook.rag.language import Claim, ParsedSentence
from sourcebook.rag.language.calendar import MONTH_WORDS
from sourcebook.rag.language.time import Day, Mention, find_days


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """The numbers, days and names of a text; ``days`` holds those that are days, by key."""

    claims: tuple[Claim, ...]
    days: Mapping[str, Day] = field(default_factory=dict)

    def repeats(self, claim: Claim, other: ClaimSet) -> bool:
        """Whether a claim of ``other`` stands in this text as well."""
        day = other.days.get(claim.key)
        if day is not None:
            return any(day.is_same(own) for own in self.days.values())
        return any(own.key == claim.key for own in self.claims)

    def is_full_day(self, claim: Claim) -> bool:
        """Whether a claim is a day of a month, not a weekday."""
        day = self.days.get(claim.key)
        return day is not None and day.day is not None


def extract_claims(sentence: ParsedSentence) -> ClaimSet:
    """Return what a sentence claims, its days as days: the 13 of "13 January" is no number."""
    by_key = {day.key: day for day in sentence.days}
    day_claims = (Claim(day.text, day.key) for day in by_key.values())
    return ClaimSet((*day_claims, *sentence.claims_without_days), by_key)


def states_claim(claim: Claim, days: Mapping[str, Day], source: ParsedSentence) -> bool:
    """Return whether a source states a claim: a number, a name, or a day in any form.

    Args:
        claim: of another text.
        days: the days among the claims of that text, by key.
        source: the sentence.
    """
    day = days.get(claim.key)
    if day is not None:
        return names_day(day, source)
    if not claim.is_number:
        return source.states(claim) or names_period_of(claim, source)
    # "10 January" says of nothing that there are ten.
    keys = {number.key for number in source.claims_without_days}
    return claim.key in keys or names_period_of(claim, source)


# --- the day that an answer names ----------------------------------------------------------------

_SPAN = re.compile(r"[-–]|\b(?:and|to|or|until)\b")


def names_day(day: Day, source: ParsedSentence) -> bool:
    """Return whether ``source`` names the day."""
    for other in source.days:
        # A year that the source leaves out is known from its article, where that is dated.
        if day.is_same(other) and not (day.year and not other.year and source.published):
            return True
    return any(day.is_on(end) for mention in source.times for end in _ends(mention))


def names_any_day(source: ParsedSentence) -> bool:
    """Return whether ``source`` names some day."""
    return bool(source.days) or any(_ends(mention) for mention in source.times)


def names_period_of(claim: Claim, source: ParsedSentence) -> bool:
    """Return whether a claim is the month or year of a time in ``source``, as "last month"."""
    if not (claim.is_number or claim.is_month):
        return False
    for mention in source.times:
        first, last = mention.days.first, mention.days.last
        if first is None or last is None or first.year != last.year:
            continue
        keys = {f"#{first.year}"}
        if first.month == last.month:
            keys.add(f"@{MONTH_WORDS[first.month - 1]}")
        if claim.key in keys:
            return True
    return False


def _ends(mention: Mention) -> list[date]:
    """The days a mention names: itself, or the first and last it spells out; none for a month."""
    first, last = mention.days.first, mention.days.last
    if first is not None and first == last:
        return [first]
    if not find_days(mention.text):
        return []
    # "Since Monday" names Monday, "13 and 14 January" both.
    ends = (first, last) if _SPAN.search(mention.text) else (first,)
    return [day for day in ends if day is not None]
