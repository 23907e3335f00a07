"""The dates of records: ISO 8601, the form of e-mail, seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

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
