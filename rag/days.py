"""Days that an answer names, and whether a source names the same day in whatever form.

An answer says "13 January", "January 13, 2022" or "on Thursday" and has no date of its own to read
them by; its source may say "yesterday". So the answer's words are read as far as they go, and the
source's by `dates`, against the day the article was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from .dates import Mention, day_of, days_reported
from .words import MONTHS, WEEKDAYS, Claim

_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if m != "may" else "may" for m in MONTHS)
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
_SPAN = re.compile(r"[-–]|\b(?:and|to|or|until)\b")


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a text names it, a day of a month or a weekday; None: that was not said.

    ``text`` stands at ``start:end`` of the text it was found in.
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
        """Whether both can be one day, by what both say."""
        if self.weekday is not None or other.weekday is not None:
            return self.weekday == other.weekday
        same = (self.month, self.day) == (other.month, other.day)
        return same and (self.year == other.year or not self.year or not other.year)

    def is_on(self, day: date) -> bool:
        """Whether it can be that day."""
        if self.weekday is not None:
            return self.weekday == day.weekday()
        return (self.month, self.day) == (day.month, day.day) and self.year in (None, day.year)


def days(text: str) -> list[Day]:
    """The days that ``text`` names, in order."""
    found: list[Day] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < day.end and day.start < match.end() for day in found):
                found.extend(_of(match))
    for match in _WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["weekday"].casefold())
        found.append(Day(match.group(), *match.span(), weekday=number))
    return sorted(found, key=lambda day: day.start)


def names_day(said: Day, source: str, published: datetime | None) -> bool:
    """Whether ``source``, published then, names the day that was ``said``."""
    for day in days(source):
        # A year that the source leaves out is known from its article, where that is dated.
        if said.is_same(day) and not (said.year and not day.year and published):
            return True
    return any(
        said.is_on(day)
        for mention in days_reported(source, day_of(published))
        for day in _ends(mention)
    )


def names_any_day(source: str, published: datetime | None) -> bool:
    """Whether ``source`` names some day."""
    return bool(days(source)) or any(
        _ends(mention) for mention in days_reported(source, day_of(published))
    )


def lies_in(claim: Claim, source: str, published: datetime | None) -> bool:
    """Whether a claim is the month or year of a time that ``source`` names, as "last month"."""
    if not (claim.is_number or claim.key[1:] in MONTHS):
        return False
    for mention in days_reported(source, day_of(published)):
        first, last = mention.days.first, mention.days.last
        if first is None or last is None or first.year != last.year:
            continue
        known = {f"#{first.year}"}
        if first.month == last.month:
            known.add(f"@{MONTHS[first.month - 1]}")
        if claim.key in known:
            return True
    return False


def without_days(text: str, named: list[Day]) -> str:
    """``text`` with its days blotted out by letters, offsets kept, so that "13" is no number."""
    for day in named:
        text = text[: day.start] + "x" * (day.end - day.start) + text[day.end :]
    return text


def _of(match: re.Match[str]) -> Iterator[Day]:
    groups = match.groupdict()
    number = groups.get("number")
    month = int(number) if number else _month(groups["month"])
    year = int(groups["year"]) if groups.get("year") else None
    for name in ("day", "other"):
        if groups.get(name) and _is_day(year or 2000, month, int(groups[name])):
            yield Day(match.group(), *match.span(), year, month, int(groups[name]))


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name.casefold()[:3]))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _ends(mention: Mention) -> list[date]:
    """The days a mention names: itself, or the first and last it spells out; none for a month."""
    first, last = mention.days.first, mention.days.last
    if first is not None and first == last:
        return [first]
    if not days(mention.text):
        return []
    # "Since Monday" names Monday, "13 and 14 January" both.
    ends = (first, last) if _SPAN.search(mention.text) else (first,)
    return [day for day in ends if day is not None]
