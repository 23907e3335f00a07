"""The dates of a dump: in numbers, in words, as seconds; their order from the whole column.

25/12/2023 shows that 04/03/2024 in the same column is the fourth of March. A date of which nothing
shows the order stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from sourcebook.index.documents.dates import parse_date, to_datetime

_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/.-]|\d)")
_HYPHENS = re.compile(r"(?<=\w)[-/](?=[^\W\d_]{3})|(?<=[^\W\d_]{3})[-/](?=\d)")
_SHORT_YEAR = re.compile(
    r"(?P<before>\b\d{1,2}(?:st|nd|rd|th)?[. ]+[^\W\d_]{3,9}\.?,? |\b[^\W\d_]{3,9}\.? \d{1,2}, |"
    r"(?<![\d/.-])\d{1,2}(?P<mark>[/.])\d{1,2}(?P=mark))'?(?P<year>\d\d)(?![\d:/.-])"
)
_FINE_EPOCH = re.compile(r"\d{16}|\d{19}")
_LONGEST = 80


def find_day_first(values: Iterable[object]) -> bool | None:
    """Return whether the day comes before the month in a column of dates.

    Returns:
        None where no date shows it, or one contradicts another.
    """
    has_day_first = has_month_first = False
    for value in values:
        match = _NUMBERS.search(value) if isinstance(value, str) else None
        if match is None or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        has_day_first |= first > 12 >= second
        has_month_first |= second > 12 >= first
    return has_day_first if has_day_first != has_month_first else None


def is_in_numbers(value: object) -> bool:
    """Whether a value is a date whose order of day and month is to be asked for."""
    return isinstance(value, str) and bool(_NUMBERS.search(value))


def read_date(
    value: object, *, day_first: bool | None = None, locale: str | None = None
) -> datetime | None:
    """Return the date that a record gives.

    Args:
        value: A text in one of many forms, or a number of seconds, milliseconds or less since 1970.
        day_first: Whether the column writes the day before the month; None where it is not known.
        locale: The language of the record, which may settle that order.

    Returns:
        None where the value is no date, or one that cannot be told apart.
    """
    if moment := to_datetime(value):
        return moment
    text = " ".join(str(value).split())
    if _FINE_EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if not isinstance(value, str) or len(text) > _LONGEST:
        return None
    text = _HYPHENS.sub(" ", text)
    text = _SHORT_YEAR.sub(lambda match: f"{match['before']}{_full_year(match['year'])}", text)
    if day_first is not None:
        locale = "en-GB" if day_first else "en-US"
    return parse_date(text, locale)


def _full_year(digits: str) -> str:
    """Return a year of two digits in full: not after the next one."""
    year = 2000 + int(digits)
    return str(year if year <= datetime.now(UTC).year + 1 else year - 100)
