"""What a text claims (its numbers, days and names), and whether another states it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .dates import lies_in, names_day
from .days import Day, days, without_days
from .words import Claim, claims, states


@dataclass(frozen=True, slots=True)
class Said:
    """The numbers, days and names of a text; ``days`` holds those that are days, by key."""

    claims: tuple[Claim, ...]
    days: Mapping[str, Day] = field(default_factory=dict)

    def repeats(self, claim: Claim, other: Said) -> bool:
        """Whether a claim of ``other`` stands in this text as well."""
        day = other.days.get(claim.key)
        if day is not None:
            return any(day.is_same(mine) for mine in self.days.values())
        return any(mine.key == claim.key for mine in self.claims)

    def is_full_day(self, claim: Claim) -> bool:
        """Whether a claim is a day of a month, not a weekday."""
        day = self.days.get(claim.key)
        return day is not None and day.day is not None


def said(text: str) -> Said:
    """What ``text`` claims, its days as days: the 13 of "13 January" is no number."""
    named = days(text)
    rest = claims(without_days(text, named))
    by_key = {day.key: day for day in named}
    return Said((*(Claim(d.text, d.key) for d in by_key.values()), *rest), by_key)


def stands(claim: Claim, named: Mapping[str, Day], text: str, published: datetime | None) -> bool:
    """Whether ``text``, published then, states the claim: a day in any form, a number, a name."""
    day = named.get(claim.key)
    if day is None:
        return states(text, claim) or lies_in(claim, text, published)
    return names_day(day, text, published)
