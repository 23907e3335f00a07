"""The words for days, as a table of patterns.

dateparser, parsedatetime and dateutil read points in time. Here periods are asked for ("last month"
is a calendar month, "between 10 and 14 January" five days), with offsets, and "may" and "march" are
mostly verbs.
"""

from __future__ import annotations

import re

from sourcebook.rag.language.calendar import MONTH_WORDS, MONTHS, SHORT_MONTHS, WEEKDAYS
from sourcebook.rag.language.word_lists import any_of

from .meanings import (
    NUMBERS,
    Meaning,
    ago_of,
    calendar_unit_of,
    day_word_of,
    days_of_month_of,
    decade_of,
    iso_of,
    month_of,
    rolling_of,
    season_of,
    weekday_of,
    weekend_of,
    year_of,
)

_MONTH = "|".join(MONTHS)
_SHORT_MONTH = "|".join(word for word in SHORT_MONTHS if len(word) == 3 and word != "may")
_ANY_MONTH = rf"(?:{_MONTH}|Sept|(?:{_SHORT_MONTH})\b)\.?"
_WEEKDAY = "|".join(WEEKDAYS)
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_Y = r"(?:1\d|20)\d\d(?!\d)"
_OF_YEAR = rf"(?:,? (?:of )?(?P<year>{_Y})\b| (?P<whose>last|this|next) year\b)?"
_COUNT = rf"\d{{1,4}}|{any_of(NUMBERS)}"
_PART_OF_DAY = "(?:morning|afternoon|evening|night)"
_PART = r"(?:(?P<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[ -])?"


_LAST_NEXT = r"last|this past|this coming|this|next|coming|past|previous"
_UNIT = r"(?P<unit>day|week|month|year)s?\b"

_SEASON = r"(?P<season>spring|summer|autumn|winter|fall)"


def _table() -> list[tuple[str, re.Pattern[str], Meaning]]:
    """Kind of word that must be there, pattern, meaning."""
    rows: list[tuple[str, str, Meaning]] = [
        ("digits", rf"(?P<year>{_Y})-(?P<month>[01]\d)(?:-(?P<day>[0-3]\d))?\b(?![-\d])", iso_of),
        (
            "month",
            rf"(?P<day>{_D}) ?(?:-|–|to|and|until) ?(?P<until>{_D})(?: of)? (?P<month>{_ANY_MONTH})"
            + _OF_YEAR,
            days_of_month_of,
        ),
        (
            "month",
            rf"(?P<month>{_ANY_MONTH}) (?P<day>{_D}) ?(?:-|–|to|and) ?(?P<until>{_D}){_OF_YEAR}",
            days_of_month_of,
        ),
        (
            "month",
            rf"(?:(?:{_WEEKDAY}),? )?(?:the )?(?P<day>{_D})(?: of)? (?P<month>{_ANY_MONTH})"
            + _OF_YEAR,
            days_of_month_of,
        ),
        (
            "month",
            rf"(?:(?:{_WEEKDAY}),? )?(?P<month>{_ANY_MONTH}) (?P<day>{_D}){_OF_YEAR}",
            days_of_month_of,
        ),
        ("month", rf"{_PART}(?P<month>{_MONTH}|Sept\.?)\b{_OF_YEAR}", month_of),
        ("month", rf"(?P<month>{_ANY_MONTH}),? (?P<year>{_Y})(?P<part>)", month_of),
        (
            "month",
            rf"(?P<which>{_LAST_NEXT}) (?P<month>{_MONTH})\b(?! \d)(?P<year>)(?P<part>)",
            month_of,
        ),
        ("season", rf"{_SEASON}(?: of|,)? (?P<year>{_Y})", season_of),
        ("season", rf"(?P<which>last|this|next) {_SEASON}\b(?P<year>)", season_of),
        ("digits", rf"(?:the )?{_PART}(?:the )?(?P<year>(?:1\d|20)\d0)[’']?s\b", decade_of),
        ("digits", rf"{_PART}(?P<year>{_Y})", year_of),
        (
            "day",
            (
                rf"(?:the day before yesterday|yesterday(?: {_PART_OF_DAY})?|last night|tomorrow"
                rf"|today|tonight|this {_PART_OF_DAY})\b"
            ),
            day_word_of,
        ),
        (
            "unit",
            (
                r"(?:(?P<side>earlier|later) )?(?P<which>(?:the )?(?:current|coming|previous)|this"
                r"|last|next) (?P<unit>week|month|year)\b"
            ),
            calendar_unit_of,
        ),
        (
            "unit",
            (
                rf"(?:the |these )?(?P<which>last|past|previous|next|coming) (?P<count>{_COUNT}) "
                r"(?P<unit>hour|day|week|month|year)s?\b"
            ),
            rolling_of,
        ),
        ("unit", r"the (?P<which>past) (?P<count>)(?P<unit>day|week|month|year)\b", rolling_of),
        ("unit", rf"(?P<count>{_COUNT}) {_UNIT} ago\b", ago_of),
        (
            "weekday",
            (
                rf"(?:(?P<which>{_LAST_NEXT}) )?(?P<weekday>{_WEEKDAY})\b(?: {_PART_OF_DAY}\b)?"
                r"(?: (?:of )?(?P<week>(?:last|this|next) week)\b)?"
            ),
            weekday_of,
        ),
        ("unit", rf"(?:(?P<which>{_LAST_NEXT}|the) )weekend\b", weekend_of),
    ]
    return [
        (kind, re.compile(rf"(?<![\w.,$€£-]){pattern}", re.IGNORECASE), meaning)
        for kind, pattern, meaning in rows
    ]


TABLE = _table()
_KINDS = {
    **dict.fromkeys((*MONTH_WORDS, *SHORT_MONTHS), "month"),
    **dict.fromkeys(WEEKDAYS, "weekday"),
    **{
        f"{unit}{s}": "unit" for unit in ("hour", "day", "week", "month", "year") for s in ("", "s")
    },
    **dict.fromkeys(("weekend", "weekends"), "unit"),
    **dict.fromkeys(("yesterday", "today", "tonight", "tomorrow", "night"), "day"),
    **dict.fromkeys(("morning", "afternoon", "evening"), "day"),
    **dict.fromkeys(("spring", "summer", "autumn", "winter", "fall"), "season"),
}
_TOKEN = re.compile(r"[a-z]{3,}|(?<!\d)(?:1\d|20)\d\d(?!\d)")


def kinds_of(text: str) -> set[str]:
    """Which kinds of patterns are worth trying: most sentences hold no word of time."""
    tokens = set(_TOKEN.findall(text.lower()))
    kinds = {_KINDS[token] for token in tokens & _KINDS.keys()}
    return kinds | {"digits"} if any(token.isdigit() for token in tokens) else kinds
