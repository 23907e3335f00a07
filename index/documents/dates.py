"""A date written in a text, with its time and zone where they stand beside it.

A day and a month that could change places ("03/04/2022") are read only where the language says in
which order they stand. A day alone is that day in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen januari janeiro",
            "february feb februar février fevrier févr febrero febbraio februari fevereiro fev",
            "march mar märz maerz mars marzo maart mrt março",
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
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
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

# Hours from UTC. Names that mean several zones (CST, IST, BST) are left out: the day alone is sure.
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
class Written:
    """A date in a text, ``text[start:end]`` with its time."""

    moment: datetime
    start: int
    end: int


def day_comes_first(locale: str | None) -> bool | None:
    """Whether "03/04" is the third of April where ``locale`` ("en-GB", "de") is written; None where
    it does not say. English alone does not."""
    language, _, region = (locale or "").replace("_", "-").partition("-")
    region = region.upper()
    if region == "US":
        return False
    if region in _DAY_FIRST_REGIONS or language.casefold() in _DAY_FIRST_LANGUAGES:
        return True
    return None


def written_moments(text: str, locale: str | None = None) -> Iterator[Written]:
    """The complete dates in ``text``, in order; what is ambiguous or no day of the calendar is
    passed over."""
    if not _HAS_YEAR.search(text):
        return
    found = sorted(
        ((match.start(), match) for pattern in _DATES for match in pattern.finditer(text)),
        key=lambda item: (item[0], -item[1].end()),
    )
    last = 0
    for start, match in found:
        if start < last:
            continue
        day = _day(match, locale)
        if day is not None:
            last = match.end()
            yield _with_time(text, match, day)


def read_moment(text: str, locale: str | None = None) -> datetime | None:
    """The one date that ``text`` is; None when it is none, or several."""
    found = list(written_moments(text.strip(), locale))
    return found[0].moment if len({written.moment for written in found}) == 1 else None


def day_and_month(text: str) -> tuple[int, int, int, int] | None:
    """The first day of a month named without a year: day, month, and where it stands."""
    for pattern in (_DAY_AND_MONTH, _DAY_BEFORE_MONTH):
        if match := pattern.search(text):
            return int(match["day"]), _MONTHS[match["month"].casefold()], match.start(), match.end()
    return None


def calendar_day(year: int, month: int, day: int) -> datetime | None:
    """The beginning of that day in UTC; None when there is no such day."""
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
        return calendar_day(year, month, day)
    month = int(parts["m"]) if parts.get("m") else _MONTHS[parts["month"].casefold()]
    return calendar_day(year, month, int(parts["day"]))


def _with_time(text: str, match: re.Match[str], day: datetime) -> Written:
    """With the time of day where it and a zone that is sure stand beside the date."""
    start, end = match.span()
    beside = _TIME_AFTER.match(text, end)
    if beside and _is_time(beside):
        end = beside.end()
    else:
        beside = _TIME_BEFORE.search(text[max(0, start - 40) : start])
        if beside is None or not _is_time(beside):
            return Written(day, start, end)
        start = max(0, start - 40) + beside.start()
    zone = _zone(beside["zone"])
    hour = (
        int(beside["hour"]) % 12 + 12 * (beside["half"] in "pP")
        if beside["half"]
        else int(beside["hour"])
    )
    if zone is None or hour > 23:
        return Written(day, start, end)
    at = time(hour, int(beside["minute"] or 0), min(59, int(beside["second"] or 0)))
    return Written(datetime.combine(day.date(), at, zone), start, end)


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


def moment(value: object) -> datetime | None:
    """An aware datetime; without a zone it is taken as UTC. None when it is no date.

    Numbers are seconds or, with 12 or 13 digits, milliseconds since 1970. A date of days and months
    in an order of its own (3/4/2022) is none: it could be either.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = f"{value:.0f}"
    return _parsed(value.strip()) if isinstance(value, str) else None


def _parsed(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if _DIGITS.fullmatch(text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        return moment(datetime.fromisoformat(text))
    except (ValueError, OverflowError, OSError):
        pass
    try:
        if _COMPACT_DAY.fullmatch(text):
            year, month, day = map(int, re.split(r"[-/.]", text))
            return datetime(year, month, day, tzinfo=UTC)
        return moment(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
