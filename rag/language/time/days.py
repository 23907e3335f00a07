"""Days as a text names them: "13 January", "January 13, 2022", "on Thursday".

An answer has no date of its own to read them by, so its words are read as far as they go. What
words mean where there is a clock or a date to read them by is for `dates` to say, and so is
whether a source names the same day ("yesterday").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sourcebook.rag.language.calendar import MONTH_WORDS, WEEKDAYS, month_number

_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if m != "may" else "may" for m in MONTH_WORDS)
_DAY = r"(?P<{}>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_DAY_FIRST = (  # 13 January 2022; 13 and 14 January; the 13th of January
    rf"\b{_DAY.format('day')}(?:(?:\s*[-–]\s*|\s+(?:and|to|or)\s+){_DAY.format('other')})?"
    rf"(?:\s+of)?\s+(?P<month>{_MONTH}|sept)\b\.?(?:,?\s+(?P<year>[12]\d{{3}})\b)?"
)
_MONTH_FIRST = (  # January 13, 2022; January 13-14
    rf"\b(?P<month>{_MONTH}|sept)\b\.?\s+{_DAY.format('day')}\b(?!\s*:)"
    rf"(?:\s*[-–]\s*{_DAY.format('other')}\b)?(?:,?\s+(?P<year>[12]\d{{3}})\b)?"
)
_ISO = r"\b(?P<year>[12]\d{3})-(?P<number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b"
_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in (_DAY_FIRST, _MONTH_FIRST, _ISO))
_WEEKDAY = re.compile(rf"\b(?P<weekday>{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a text names it: a day of a month, or a weekday. None: the text does not say.

    ``text`` is at ``start:end`` of the whole text.
    """

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    @property
    def key(self) -> str:
        """Two mentions with the same key are the same day."""
        if self.month is None or self.day is None:
            return f"!{self.weekday}"
        return f"!{self.year or '----'}-{self.month:02}-{self.day:02}"

    def is_same(self, other: Day) -> bool:
        """Return whether both can be one day."""
        if self.weekday is not None or other.weekday is not None:
            return self.weekday == other.weekday
        same = (self.month, self.day) == (other.month, other.day)
        return same and (self.year == other.year or not self.year or not other.year)

    def is_on(self, day: date) -> bool:
        """Return whether it can be ``day``."""
        if self.weekday is not None:
            return self.weekday == day.weekday()
        return (self.month, self.day) == (day.month, day.day) and self.year in (None, day.year)


def find_days(text: str) -> list[Day]:
    """Return the days that ``text`` names, in order."""
    results: list[Day] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < day.end and day.start < match.end() for day in results):
                results.extend(_days_in(match))
    for match in _WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["weekday"].casefold())
        results.append(Day(match.group(), *match.span(), weekday=number))
    return sorted(results, key=lambda day: day.start)


def without_days(text: str, mentions: Sequence[Day]) -> str:
    """Return ``text`` with letters in place of its days, so that their "13" is no number.

    All offsets stay the same.
    """
    for day in mentions:
        text = text[: day.start] + "x" * (day.end - day.start) + text[day.end :]
    return text


def _days_in(match: re.Match[str]) -> Iterator[Day]:
    groups = match.groupdict()
    number = groups.get("number")
    month = int(number) if number else month_number(groups["month"])
    year = int(groups["year"]) if groups.get("year") else None
    for name in ("day", "other"):
        if groups.get(name) and _is_day(year or 2000, month, int(groups[name])):
            yield Day(match.group(), *match.span(), year, month, int(groups[name]))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
