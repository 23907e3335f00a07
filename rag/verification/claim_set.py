"""What a text claims (its numbers, days and names), and whether another states it too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sourcebook.rag.language.calendar import MONTH_WORDS
from sourcebook.rag.language.claims import Claim, find_claims, states
from sourcebook.rag.language.time.dates import day_of, times_in_article
from sourcebook.rag.language.time.days import Day, find_days, without_days
from sourcebook.rag.language.time.expressions import Mention


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """The numbers, days and names of a text; ``days`` holds those that are days, by key."""

    claims: tuple[Claim, ...]
    days: Mapping[str, Day] = field(default_factory=dict)

    def repeats(self, claim: Claim, other: ClaimSet) -> bool:
        """Whether a claim of ``other`` stands in this text as well."""
        day = other.days.get(claim.key)
        if day is not None:
            return any(day.is_same(mine) for mine in self.days.values())
        return any(mine.key == claim.key for mine in self.claims)

    def is_full_day(self, claim: Claim) -> bool:
        """Whether a claim is a day of a month, not a weekday."""
        day = self.days.get(claim.key)
        return day is not None and day.day is not None


def extract_claims(text: str) -> ClaimSet:
    """What ``text`` claims, its days as days: the 13 of "13 January" is no number."""
    named = find_days(text)
    rest = find_claims(without_days(text, named))
    by_key = {day.key: day for day in named}
    return ClaimSet((*(Claim(d.text, d.key) for d in by_key.values()), *rest), by_key)


def states_claim(
    claim: Claim, named: Mapping[str, Day], text: str, published: datetime | None
) -> bool:
    """Whether ``text``, published then, states the claim: a day in any form, a number, a name."""
    day = named.get(claim.key)
    if day is None:
        return states(text, claim) or names_period_of(claim, text, published)
    return names_day(day, text, published)


# --- the day that an answer names ----------------------------------------------------------------

_SPAN = re.compile(r"[-–]|\b(?:and|to|or|until)\b")


def names_day(said: Day, source: str, published: datetime | None) -> bool:
    """Whether ``source``, published then, names the day that was ``said``."""
    for day in find_days(source):
        # A year that the source leaves out is known from its article, where that is dated.
        if said.is_same(day) and not (said.year and not day.year and published):
            return True
    return any(
        said.is_on(day)
        for mention in times_in_article(source, day_of(published))
        for day in _ends(mention)
    )


def names_any_day(source: str, published: datetime | None) -> bool:
    """Whether ``source`` names some day."""
    return bool(find_days(source)) or any(
        _ends(mention) for mention in times_in_article(source, day_of(published))
    )


def names_period_of(claim: Claim, source: str, published: datetime | None) -> bool:
    """Whether a claim is the month or year of a time that ``source`` names, as "last month"."""
    if not (claim.is_number or claim.key[1:] in MONTH_WORDS):
        return False
    for mention in times_in_article(source, day_of(published)):
        first, last = mention.days.first, mention.days.last
        if first is None or last is None or first.year != last.year:
            continue
        known = {f"#{first.year}"}
        if first.month == last.month:
            known.add(f"@{MONTH_WORDS[first.month - 1]}")
        if claim.key in known:
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
