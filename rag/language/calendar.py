"""Calendar days: the names of months and weekdays, ranges of days, and how both are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""As they are written."""

MONTH_WORDS = tuple(month.lower() for month in MONTHS)
SHORT_MONTHS = {month[:3]: month for month in MONTH_WORDS} | {"sept": "september"}
"""Abbreviations, without a full stop, and the month."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In small letters, as words are compared; in the order of ``date.weekday``."""

CALENDAR_WORDS = frozenset((*MONTH_WORDS, *WEEKDAYS))

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Calendar days from ``first`` to ``last``, both inside; None leaves that side open.

    Raises:
        ValueError: it ends before it begins, or both sides are open.
    """

    first: date | None
    last: date | None

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise ValueError("a range of days needs a first or a last day")
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"a range of days cannot end on {self.last}, before {self.first}")

    def __contains__(self, day: date) -> bool:
        return (self.first or date.min) <= day <= (self.last or date.max)

    def overlaps(self, other: DateRange) -> bool:
        """Whether some day lies in both."""
        begin = max(self.first or date.min, other.first or date.min)
        return begin <= min(self.last or date.max, other.last or date.max)

    @property
    def days(self) -> int | None:
        """How many days; None when a side is open."""
        return (self.last - self.first).days + 1 if self.first and self.last else None

    def label(self) -> str:
        """``13 January 2022``, ``10–16 January 2022``, ``December 2021``, ``since 2021``."""
        if self.first is None and self.last:
            return f"until {human_day(self.last)}"
        if self.last is None and self.first:
            return f"since {_period(self.first, None)}"
        assert self.first is not None
        assert self.last is not None
        return _period(self.first, self.last)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form: ISO dates or None."""
        return {
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
        }


def month_number(name: str) -> int:
    """Return the number of a month: 1 for "January", "january" and "Jan."."""
    return next(n for n, month in enumerate(MONTH_WORDS, 1) if month[:3] == name[:3].casefold())


def human_day(day: date) -> str:
    """Return ``13 January 2022``, in every locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _period(first: date, last: date | None) -> str:
    if last is None:
        starts_year, starts_month = first.month == first.day == 1, first.day == 1
        month = f"{MONTHS[first.month - 1]} {first.year}"
        return str(first.year) if starts_year else month if starts_month else human_day(first)
    after = last + _DAY if last < date.max else last
    if first == last:
        return human_day(first)
    if first.day == 1 and after.day == 1:
        if first.month == 1 and after.month == 1:
            years = (first.year, last.year)
            return str(first.year) if first.year == last.year else f"{years[0]} to {years[1]}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{MONTHS[first.month - 1]} {first.year}"
        begin = MONTHS[first.month - 1] + (f" {first.year}" if first.year != last.year else "")
        return f"{begin} to {MONTHS[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{human_day(last)}"
    return f"{human_day(first)} – {human_day(last)}"
