"""Dates in a text, with the time of day and the zone beside them.

A date such as "03/04/2022" is read only where the language settles the order of day and month. A
date without a time is the beginning of that day in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen januari janeiro",
            "february feb februar février fevrier févr febrero febbraio februari fevereiro fev",
            "march mar märz mär maerz mars marzo maart mrt março",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mei maio",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet juil julio luglio julho",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
        ),
        1,
    )
    for word in words.split()
}
"""The number of a month by its name or abbreviation, in small letters, in seven languages."""

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|º|\.)?"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)"
_HAS_YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")

_ISO = rf"(?<!\d){_YEAR}(?P<mark>[-/.])(?P<m>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\d)"
_MONTH_FIRST = rf"(?<!\w){_MONTH} {_DAY},? {_YEAR}(?!\d)"
_DAY_FIRST = rf"(?<!\d){_DAY}(?: of| de)? {_MONTH},?(?: de| del)? {_YEAR}(?!\d)"
_NUMBERS = rf"(?<!\d)(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark){_YEAR}(?!\d)"
_EAST_ASIAN = rf"{_YEAR}\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일]"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (_ISO, _MONTH_FIRST, _DAY_FIRST, _NUMBERS, _EAST_ASIAN)
]
_DAY_AND_MONTH = re.compile(rf"(?<!\w)(?:{_MONTH} {_DAY}(?!\d))", re.IGNORECASE)
_DAY_BEFORE_MONTH = re.compile(rf"(?<!\d){_DAY} {_MONTH}", re.IGNORECASE)

_ZONE = r"(?P<zone>Z\b|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?\b|[A-Z]{2,4}\b)"
_TIME = (
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    rf"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*(?:hrs|uhr)\b)?(?:\s*\(?(?-i:{_ZONE}))?"
)
_TIME_AFTER = re.compile(rf"(?:T|,?\s+(?:at |um |à |[-–—|]\s*)?|\s*[|]\s*){_TIME}", re.IGNORECASE)
_TIME_BEFORE = re.compile(
    rf"(?:^|(?<=[\s|(])){_TIME}\)?(?:,| on| [-–—|])?\s+(?:\w+,?\s+)?$", re.IGNORECASE
)

# Hours from UTC. Names of several zones (CST, IST, BST) are left out: only the day is certain.
_ZONES = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "JST": 9,
    "KST": 9,
    "HKT": 8,
    "SGT": 8,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}
_DAY_FIRST_REGIONS = {"GB", "UK", "IE", "AU", "NZ", "IN", "ZA", "NG", "KE", "PK"}
_DAY_FIRST_LANGUAGES = frozenset(
    {"de", "fr", "es", "it", "pt", "nl", "ru", "uk", "pl", "cs", "sk", "da", "nb", "nn", "no"}
    | {"fi", "el", "tr", "ro", "bg", "hr", "sr", "sl", "et", "lv", "ar", "he", "id", "vi", "ca"}
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in a text and its place there: ``text[start:end]``, the time of day included."""

    moment: datetime
    start: int
    end: int


def day_comes_first(locale: str | None) -> bool | None:
    """Whether "03/04" is the third of April in ``locale`` ("en-GB", "de").

    Returns:
        None where the locale does not settle it: "en" alone does not.
    """
    language, _, region = (locale or "").replace("_", "-").partition("-")
    region = region.upper()
    if region == "US":
        return False
    if region in _DAY_FIRST_REGIONS or language.casefold() in _DAY_FIRST_LANGUAGES:
        return True
    return None


def find_dates(text: str, locale: str | None = None) -> Iterator[DateSpan]:
    """Yield the complete dates in ``text``, in their order.

    Ambiguous dates and days that are not in the calendar are left out.
    """
    if not _HAS_YEAR.search(text):
        return
    matches = sorted(
        ((match.start(), match) for pattern in _DATES for match in pattern.finditer(text)),
        key=lambda item: (item[0], -item[1].end()),
    )
    last = 0
    for start, match in matches:
        if start < last:
            continue
        day = _day(match, locale)
        if day is not None:
            last = match.end()
            yield _with_time(text, match, day)


def parse_date(text: str, locale: str | None = None) -> datetime | None:
    """Return the one date in ``text``; None when there is none, or several."""
    dates = list(find_dates(text.strip(), locale))
    return dates[0].moment if len({span.moment for span in dates}) == 1 else None


def find_day_and_month(text: str) -> tuple[int, int, int, int] | None:
    """Find the first day of a month without a year.

    Returns:
        Day, month, start and end in ``text``; None when there is none.
    """
    for pattern in (_DAY_AND_MONTH, _DAY_BEFORE_MONTH):
        if match := pattern.search(text):
            return int(match["day"]), MONTHS[match["month"].casefold()], match.start(), match.end()
    return None


def start_of_day(year: int, month: int, day: int) -> datetime | None:
    """Return the beginning of a day in UTC; None when there is no such day."""
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _day(match: re.Match[str], locale: str | None) -> datetime | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("a"):
        first, second = int(parts["a"]), int(parts["b"])
        if first > 12 or first == second or parts["mark"] == "." or second > 12:
            day_first: bool | None = second <= 12
        else:
            day_first = day_comes_first(locale)
        if day_first is None:
            return None
        day, month = (first, second) if day_first else (second, first)
        return start_of_day(year, month, day)
    month = int(parts["m"]) if parts.get("m") else MONTHS[parts["month"].casefold()]
    return start_of_day(year, month, int(parts["day"]))


def _with_time(text: str, match: re.Match[str], day: datetime) -> DateSpan:
    """Return the date, with the time of day where a time and a known zone stand beside it."""
    start, end = match.span()
    time_match = _TIME_AFTER.match(text, end)
    if time_match and _is_time(time_match):
        end = time_match.end()
    else:
        time_match = _TIME_BEFORE.search(text[max(0, start - 40) : start])
        if time_match is None or not _is_time(time_match):
            return DateSpan(day, start, end)
        start = max(0, start - 40) + time_match.start()
    zone = _zone(time_match["zone"])
    hour = (
        int(time_match["hour"]) % 12 + 12 * (time_match["half"] in "pP")
        if time_match["half"]
        else int(time_match["hour"])
    )
    if zone is None or hour > 23:
        return DateSpan(day, start, end)
    time_of_day = time(
        hour, int(time_match["minute"] or 0), min(59, int(time_match["second"] or 0))
    )
    return DateSpan(datetime.combine(day.date(), time_of_day, zone), start, end)


def _is_time(match: re.Match[str]) -> bool:
    return bool(match["minute"] or match["half"]) and int(match["minute"] or 0) < 60


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?", name)
    if offset is None or int(offset[2]) > 14:
        return None
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))


_DIGITS = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}")
_COMPACT_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")


def to_datetime(value: object) -> datetime | None:
    """Convert a value to an aware datetime, in UTC where it has no zone.

    Numbers are seconds or, with 12 or 13 digits, milliseconds since 1970.

    Returns:
        None when the value is no date, or one with an ambiguous order of day and month (3/4/2022).
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = f"{value:.0f}"
    return _parse_datetime(value.strip()) if isinstance(value, str) else None


def _parse_datetime(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if _DIGITS.fullmatch(text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        return to_datetime(datetime.fromisoformat(text))
    except (ValueError, OverflowError, OSError):
        pass
    try:
        if _COMPACT_DAY.fullmatch(text):
            year, month, day = map(int, re.split(r"[-/.]", text))
            return datetime(year, month, day, tzinfo=UTC)
        return to_datetime(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
