"""What matched words for days mean, given a clock."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sourcebook.rag.language.calendar import WEEKDAYS, DateRange, month_number
from sourcebook.rag.language.numbers import ONES


@dataclass(frozen=True, slots=True)
class Clock:
    """``today`` of the reader or of the article; ``newest``: days without a year are not later.

    ``in_article``: days without a year are the nearest, and sentences may look ahead.
    """

    today: date
    newest: date
    in_article: bool


Meaning = Callable[[re.Match[str], Clock, bool], DateRange]
"""Takes the match, the clock, and whether the sentence looks ahead.
May raise ValueError or OverflowError: there is no such day."""

NUMBERS = {word: n for n, word in enumerate(ONES[1:13], start=1)} | {
    "a": 1,
    "an": 1,
    "couple of": 2,
    "a couple of": 2,
    "few": 3,
    "a few": 3,
    "several": 5,
}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

# --- calendar -----------------------------------------------------------------------------------


def month_range(year: int, month: int) -> DateRange:
    """All days of a month."""
    return DateRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def year_range(year: int) -> DateRange:
    """All days of a year."""
    return DateRange(date(year, 1, 1), date(year, 12, 31))


def _months_from(day: date, months: int) -> DateRange:
    total = day.year * 12 + day.month - 1 + months
    return month_range(total // 12, total % 12 + 1)


def _week(day: date) -> DateRange:
    monday = day - timedelta(days=day.weekday())
    return DateRange(monday, monday + timedelta(days=6))


def _third(days: DateRange, part: str) -> DateRange:
    """The early, middle or late third of a month, a year, a decade or a century."""
    assert days.first is not None
    assert days.last is not None
    third = 0 if part in ("early", "beginning", "start") else 1 if part in ("mid", "middle") else 2
    if days.first.year != days.last.year:
        # Ten years have no even thirds, and writers put the borders in different places. A year
        # across which one falls belongs to both parts, as a year too many costs less than one too
        # few: 1990-1993, 1993-1996, 1996-1999.
        years = days.last.year - days.first.year + 1
        begin = days.first.year + years * third // 3
        end = days.first.year - -years * (third + 1) // 3 - 1
        return DateRange(date(begin, 1, 1), date(end, 12, 31))
    if days.first.month != days.last.month:
        last = month_range(days.first.year, 4 * third + 4).last
        return DateRange(days.first.replace(month=4 * third + 1), last)
    size = (days.last - days.first).days + 1
    first = days.first + timedelta(days=size * third // 3)
    last = days.first + timedelta(days=size * (third + 1) // 3 - 1)
    return DateRange(first, last)


def _in_part(days: DateRange, match: re.Match[str]) -> DateRange:
    part = match.group("part")
    return _third(days, part.casefold().split()[-2 if " of" in part else 0]) if part else days


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.casefold()]


def _year_of(
    match: re.Match[str], clock: Clock, ahead: bool, candidates: Callable[[int], DateRange]
) -> DateRange:
    """The period that ``candidates`` gives for the year named, or for the one that is meant."""
    if match.group("year"):
        return candidates(int(match.group("year")))
    if whose := match.groupdict().get("whose"):
        return candidates(clock.today.year + {"last": -1, "this": 0, "next": 1}[whose.lower()])
    possible = list(_possible(clock, candidates))
    if not clock.in_article:
        return max((d for d in possible if d.first and d.first <= clock.newest), key=_begin)
    if ahead:
        return min((d for d in possible if d.last and d.last >= clock.today), key=_begin)
    return min(possible, key=lambda days: _distance(days, clock.today))


def _possible(clock: Clock, candidates: Callable[[int], DateRange]) -> Iterator[DateRange]:
    # 29 February is there every fourth year, and not in 1900 or 2100.
    for year in range(clock.newest.year - 8, clock.today.year + 9):
        try:
            yield candidates(year)
        except ValueError:
            continue


def _begin(days: DateRange) -> date:
    return days.first or date.min


def _distance(days: DateRange, day: date) -> int:
    assert days.first is not None
    assert days.last is not None
    return max((days.first - day).days, (day - days.last).days, 0)


# --- what each pattern means --------------------------------------------------------------------


def iso_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    year, month, day = match.group("year", "month", "day")
    if day is None:
        return month_range(int(year), int(month))
    only = date(int(year), int(month), int(day))
    return DateRange(only, only)


def days_of_month_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    month = month_number(match.group("month"))
    first, last = (
        int(re.sub(r"\D", "", text)) if text else 0
        for text in (match.group("day"), match.groupdict().get("until"))
    )
    return _year_of(
        match,
        clock,
        ahead,
        lambda year: DateRange(date(year, month, first), date(year, month, last or first)),
    )


def month_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    month = month_number(match.group("month"))
    which = (match.groupdict().get("which") or "").casefold()
    if which and not match.group("year"):
        year = clock.today.year
        if which in ("next", "coming"):
            return month_range(year + (month <= clock.today.month), month)
        if which in ("last", "past", "previous"):
            return month_range(year - (month >= clock.today.month), month)
        return month_range(year, month)
    return _in_part(_year_of(match, clock, ahead, lambda year: month_range(year, month)), match)


def season_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    """Of the northern half of the world; a winter goes by the year in which it begins."""
    begin = _SEASONS[match.group("season").casefold()]

    def season(year: int) -> DateRange:
        return DateRange(date(year, begin, 1), _months_from(date(year, begin, 1), 2).last)

    if match.group("year"):
        return season(int(match.group("year")))
    near = [season(clock.today.year + shift) for shift in (-2, -1, 0, 1)]
    which = match.group("which").casefold()
    if which == "last":
        return max((s for s in near if s.last and s.last < clock.today), key=_begin)
    if which == "next":
        return min((s for s in near if s.first and s.first > clock.today), key=_begin)
    return min(near, key=lambda days: _distance(days, clock.today))


def year_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    return _in_part(year_range(int(match.group("year"))), match)


def decade_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    """The 1990s are ten years, the 1900s mostly a hundred; the early 2000s are of the first ten."""
    first = int(match.group("year"))
    years = 10 if first % 100 or (first == 2000 and match.group("part")) else 100
    return _in_part(DateRange(date(first, 1, 1), date(first + years - 1, 12, 31)), match)


def day_word_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    expression = match.group().casefold()
    shift = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1}
    word = next((word for word in shift if expression.startswith(word)), None)
    day = clock.today + timedelta(days=shift[word] if word else 0)
    return DateRange(day, day)


def calendar_unit_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    """This, last and next week, month, year; "earlier" and "later" cut them at today."""
    which, unit = match.group("which").casefold(), match.group("unit").casefold()
    step = {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(which.split()[-1], 0)
    if unit == "week":
        days = _week(clock.today + timedelta(weeks=step))
    elif unit == "month":
        days = _months_from(clock.today, step)
    else:
        days = year_range(clock.today.year + step)
    side = (match.group("side") or "").casefold()
    if side and not step:
        earlier = side == "earlier"
        return DateRange(
            days.first if earlier else clock.today, clock.today if earlier else days.last
        )
    return days


def rolling_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    """The last three days: today and the two before; the past month: today and the 30 days before
    (a year: 365)."""
    count, unit = _number(match.group("count") or "one"), match.group("unit").casefold()
    size = timedelta(days=count * {"hour": 1, "day": 1, "week": 7, "month": 30, "year": 365}[unit])
    if unit == "hour":
        size = timedelta(days=-(-count // 24) + 1)
    if match.group("which").casefold() in ("next", "coming"):
        return DateRange(clock.today, clock.today + size)
    return DateRange(clock.today - size + timedelta(days=unit in ("day", "hour")), clock.today)


def ago_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    """As exact as its unit: three days ago is a day, two months ago a month."""
    count, unit = _number(match.group("count")), match.group("unit").casefold()
    if unit == "month":
        return _months_from(clock.today, -count)
    if unit == "year":
        return year_range(clock.today.year - count)
    day = clock.today - timedelta(days=count * (7 if unit == "week" else 1))
    around = timedelta(days=3 if unit == "week" and count > 1 else 0)
    return DateRange(day - around, min(day + around, clock.today))


def weekday_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    weekday = WEEKDAYS.index(match.group("weekday").casefold())
    which, week = (match.group("which") or "").casefold(), (match.group("week") or "").casefold()
    monday = clock.today - timedelta(days=clock.today.weekday())
    if week:
        day = monday + timedelta(days=weekday + {"last": -7, "this": 0, "next": 7}[week.split()[0]])
    elif which in ("next", "coming", "this coming") or (ahead and which not in _BACK):
        day = clock.today + timedelta(days=(weekday - clock.today.weekday()) % 7)
        day += timedelta(days=7 if which and day == clock.today else 0)
    elif which == "this":
        day = monday + timedelta(days=weekday)
    else:
        day = clock.today - timedelta(days=(clock.today.weekday() - weekday) % 7)
        day -= timedelta(days=7 if which and day == clock.today else 0)
    return DateRange(day, day)


def weekend_of(match: re.Match[str], clock: Clock, ahead: bool) -> DateRange:
    which = (match.group("which") or "").casefold()
    saturday = clock.today - timedelta(days=(clock.today.weekday() - 5) % 7)
    if which in ("next", "this coming", "coming") or (ahead and which not in _BACK):
        saturday += timedelta(days=7)
    return DateRange(saturday, saturday + timedelta(days=1))


_BACK = ("last", "past", "this past", "previous")
