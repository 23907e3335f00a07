"""Dates and times as a spreadsheet shows them, from the number of days that it stores."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quote>[^"]*)"?|\\(?P<escape>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<half>am/pm|a/p)|(?P<fraction>\.0+)|(?P<general>general)"
    r"|(?P<part>y+|m+|d+|h+|s+|e+|g+|b+)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAX_DAYS = 2_958_466  # the year 10000


@lru_cache(maxsize=512)
def is_date_code(section: str) -> bool:
    """Whether a section of a format shows a number as a date, a time or a duration."""
    return any(
        match["elapsed"] or (match["part"] and match["part"][0].lower() in "ymdhs")
        for match in _tokens(section)
    )


def show_date(days: float, section: str, epoch_1904: bool = False) -> str | None:
    """Return a date as a cell shows it.

    Args:
        days: Days since the epoch, the time of day as a fraction.
        section: A section of a format, of which `is_date_code` holds.
        epoch_1904: Whether the epoch is 1904, not 1900.

    Returns:
        None where there is no such date: the cell shows the number.
    """
    tokens = _tokens(section)
    if any(match["elapsed"] for match in tokens):
        return _show_duration(days, tokens)
    if not 0 <= days < _MAX_DAYS:
        return None
    moment = _moment(days, epoch_1904, has_fraction=any(match["fraction"] for match in tokens))
    if _is_unclear(section):
        time_part = section[_time_start(section) :]
        day = f"{moment:%Y-%m-%d}"
        clock = _show(moment, _tokens(time_part)).strip() if time_part else ""
        return f"{day} {clock}".strip()
    return " ".join(_show(moment, tokens).split())


def _moment(days: float, epoch_1904: bool, has_fraction: bool) -> datetime:
    """Excel takes 1900 for a leap year, so that its days before March 1900 are one too late."""
    year, month, day = (1904, 1, 1) if epoch_1904 else (1899, 12, 30)
    epoch = datetime(year, month, day, tzinfo=UTC)
    if not epoch_1904 and 1 <= days < 60:
        epoch += timedelta(days=1)
    precision = 1000 if has_fraction else 1
    return epoch + timedelta(seconds=round(days * 86400 * precision) / precision)


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[re.Match[str], ...]:
    return tuple(_TOKEN.finditer(section))


@lru_cache(maxsize=512)
def _is_unclear(section: str) -> bool:
    """Whether a format writes day, month and year in numbers, the year not first and no points
    between: 3/4/24 is one day in London and another in New York."""
    parts = [match["part"].lower() for match in _tokens(section) if match["part"]]
    date_parts = "".join(part[0] for part in _without_minutes(parts))
    has_words = any(part[0] in "md" and len(part) > 2 for part in parts)
    if has_words or not all(part in date_parts for part in "ymd"):
        return False
    return not date_parts.startswith("y") and "." not in section.split("h", maxsplit=1)[0]


def _without_minutes(parts: list[str]) -> list[str]:
    """Return the parts of the date: "m" behind hours or before seconds is minutes."""
    date_parts: list[str] = []
    for at, part in enumerate(parts):
        before, after = parts[at - 1] if at else "", parts[at + 1] if at + 1 < len(parts) else ""
        is_minute = part[0] == "m" and (before[:1] == "h" or after[:1] == "s")
        if part[0] in "ymd" and not is_minute:
            date_parts.append(part)
    return date_parts


def _time_start(section: str) -> int:
    for match in _tokens(section):
        if match["part"] and match["part"][0].lower() in "hs":
            return match.start()
    return len(section)


def _show(moment: datetime, tokens: tuple[re.Match[str], ...]) -> str:
    has_half = any(match["half"] for match in tokens)
    pieces: list[str] = []
    before = ""  # the part of the date or time before
    for at, match in enumerate(tokens):
        part = (match["part"] or "").lower()
        if part:
            after = next((m["part"].lower() for m in tokens[at + 1 :] if m["part"]), "")
            is_minute = part[0] == "m" and len(part) < 3 and (before == "h" or after[:1] == "s")
            pieces.append(_part(moment, part, has_half, is_minute))
            before = part[0]
        elif match["half"]:
            pieces.append("AM" if moment.hour < 12 else "PM")
        elif match["fraction"]:
            digits = f"{moment.microsecond:06}"[: len(match["fraction"]) - 1]
            pieces.append(f".{digits}")
        else:
            pieces.append(match["quote"] or match["escape"] or match["sign"] or "")
    return "".join(pieces).replace(";@", "")


def _part(moment: datetime, part: str, has_half: bool, is_minute: bool) -> str:
    kind, width = part[0], len(part)
    if kind in "ye":
        return f"{moment.year:04}" if width > 2 or kind == "e" else f"{moment.year % 100:02}"
    if kind == "m" and is_minute:
        return str(moment.minute).rjust(width, "0")
    if kind == "m" and width > 2:
        name = _MONTHS[moment.month - 1]
        return {3: name[:3], 5: name[0]}.get(width, name)
    if kind == "d" and width > 2:
        name = _DAYS[moment.weekday()]
        return name[:3] if width == 3 else name
    hour = moment.hour % 12 or 12 if has_half else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}.get(kind)
    return "" if number is None else str(number).rjust(min(width, 2), "0")


def _show_duration(days: float, tokens: tuple[re.Match[str], ...]) -> str:
    """Return a length of time: hours (or minutes, seconds) may be over 24 (or 60)."""
    has_fraction = next((m["fraction"] for m in tokens if m["fraction"]), None)
    places = len(has_fraction) - 1 if has_fraction else 0
    ticks = round(abs(days) * 86400 * 10**places)
    seconds, fraction = divmod(ticks, 10**places)
    largest = next(m["elapsed"][0].lower() for m in tokens if m["elapsed"])
    size = {"h": 3600, "m": 60, "s": 1}[largest]
    pieces: list[str] = ["-"] if days < 0 else []
    for match in tokens:
        part = (match["part"] or "").lower()
        if match["elapsed"]:
            pieces.append(str(seconds // size).rjust(len(match["elapsed"]), "0"))
        elif part and part[0] in "hms":
            number = {"h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60}[part[0]]
            pieces.append(str(number).rjust(len(part), "0"))
        elif match["fraction"]:
            pieces.append(f".{fraction:0{places}}")
        else:
            pieces.append(match["quote"] or match["escape"] or match["sign"] or "")
    return "".join(pieces).replace(";@", "")
