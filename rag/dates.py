"""Days that words mean: to the reader who asks, and to the article that reports.

A question is read against the reader's clock ("last month", "on Thursday": the last one), a
sentence of an article against the day the article was published. Days are calendar days as an
article shows them, so that a filter and the date printed on a card never disagree by a time zone.
The words themselves are in `time_expressions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class Mention:
    """A time expression: ``given[start:end] == text`` in the text it was found in, and its days.

    ``relative``: it needs a clock or a publication date to be understood ("on Thursday").
    """

    text: str
    start: int
    end: int
    days: DateRange
    relative: bool


def day_of(moment: datetime | None) -> date | None:
    """The day an article shows: that of its own time zone."""
    return moment.date() if moment else None


def human_day(day: date) -> str:
    """``13 January 2022``, in every locale."""
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


# --- to the reader ------------------------------------------------------------------------------


def days_asked(question: str, now: datetime, newest: date | None = None) -> list[Mention]:
    """The time expressions of a question, in order, read against the reader's clock.

    ``newest`` is the newest publication day of the library: a month or day named without its year
    is the last one that the reader and the library both know. Over articles of a past winter,
    "in December" is that winter's.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now.isoformat()} has no time zone: give an aware datetime")
    from .time_expressions import mentions
    from .time_meanings import Clock

    today = now.date()
    return list(mentions(question, Clock(today, min(today, newest or today), in_article=False)))


_NEWEST = re.compile(
    r"\b(?:the )?(?:latest|newest|most recent(?:ly)?|most up[- ]to[- ]date)\b"
    r"|\b(?:currently|at present|at the moment|right now|nowadays|these days|so far"
    r"|as of (?:now|today))\b"
    r"|(?<!\buntil )(?<!\bby )(?<!\bfor )(?<!\btill )\bnow\b(?! that\b)"
    r"|(?<!electric )(?<!ocean )(?<!alternating )(?<!direct )\bcurrent(?= [a-z])(?! account)",
    re.IGNORECASE,
)


def asks_for_newest(question: str) -> re.Match[str] | None:
    """Where a question asks for the newest there is ("the latest", "currently", "now")."""
    return _NEWEST.search(question)


# --- to an article ------------------------------------------------------------------------------


def days_reported(sentence: str, published: date | None) -> list[Mention]:
    """The time expressions of an article's sentence, read against the day it was published.

    A day of the week is the last one up to that day, or the next one where the sentence looks
    ahead ("will meet on Wednesday"). Without ``published`` only what stands complete is read.
    """
    from .time_expressions import mentions
    from .time_meanings import Clock

    if published is None:
        # Any day will do: what depends on it is left out.
        found = mentions(sentence, Clock(date(2000, 1, 1), date(2000, 1, 1), in_article=True))
        return [mention for mention in found if not mention.relative]
    return list(mentions(sentence, Clock(published, published, in_article=True)))


def relative_days(sentence: str, published: date | None) -> list[Mention]:
    """Those of `days_reported` that a reader cannot place without the article's date."""
    return [mention for mention in days_reported(sentence, published) if mention.relative]


def annotate(sentence: str, published: date | None) -> str:
    """``sentence`` with the days that its relative expressions mean behind them, in brackets.

    "They met on Thursday." of 13 January 2022: "They met on Thursday [13 January 2022]."
    """
    pieces: list[str] = []
    at = 0
    for mention in relative_days(sentence, published):
        possessive = re.match(r"[’']s?\b", sentence[mention.end :])
        end = mention.end + (possessive.end() if possessive else 0)
        pieces += [sentence[at:end], f" [{mention.days.label()}]"]
        at = end
    return "".join([*pieces, sentence[at:]])


def newest_day(days: Sequence[date | None]) -> date | None:
    """The newest of ``days`` when they differ; None when fewer than two different are known."""
    known = {day for day in days if day is not None}
    return max(known) if len(known) > 1 else None
