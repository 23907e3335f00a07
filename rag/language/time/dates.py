"""The days that words mean in a question and in an article.

A question is read against the reader's clock ("last month", "on Thursday": the last one), a
sentence of an article against the day the article was published. Days are calendar days as an
article shows them, so that a filter and the date printed on a card never disagree by a time zone.
The expressions themselves are found in `expressions`; days without a clock are in `days`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from .expressions import Mention, find_times
from .meanings import Clock


def day_of(moment: datetime | None) -> date | None:
    """Return the day that an article shows: that of its own time zone."""
    return moment.date() if moment else None


def newest_day(days: Sequence[date | None]) -> date | None:
    """Return the newest of ``days``; None when they do not hold two different ones."""
    dated = {day for day in days if day is not None}
    return max(dated) if len(dated) > 1 else None


# --- to the reader ------------------------------------------------------------------------------


def times_in_question(question: str, now: datetime, newest: date | None = None) -> list[Mention]:
    """Return the time expressions of a question, in order, read against the reader's clock.

    Args:
        question: its text.
        now: the reader's clock.
        newest: the newest publication day of the library. A month or day named without its year is
            the last one that the reader and the library both know: over articles of a past winter,
            "in December" is that winter's.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now.isoformat()} has no time zone: give an aware datetime")
    today = now.date()
    return list(find_times(question, Clock(today, min(today, newest or today), in_article=False)))


_NEWEST = re.compile(
    r"\b(?:the )?(?:latest|newest|most recent(?:ly)?|most up[- ]to[- ]date)\b"
    r"|\b(?:currently|at present|at the moment|right now|nowadays|these days|so far"
    r"|as of (?:now|today))\b"
    r"|(?<!\buntil )(?<!\bby )(?<!\bfor )(?<!\btill )\bnow\b(?! that\b)"
    r"|(?<!electric )(?<!ocean )(?<!alternating )(?<!direct )\bcurrent(?= [a-z])(?! account)",
    re.IGNORECASE,
)


def asks_for_newest(question: str) -> re.Match[str] | None:
    """Return the words that ask for the newest ("the latest", "currently", "now"), or None."""
    return _NEWEST.search(question)


# --- to an article ------------------------------------------------------------------------------


def times_in_article(sentence: str, published: date | None) -> list[Mention]:
    """Return the time expressions of an article's sentence, with the days that they mean.

    A day of the week is the last one up to the day of publication, or the next one where the
    sentence looks ahead ("will meet on Wednesday").

    Args:
        sentence: its text.
        published: the day on which the article was published; without it only complete dates are
            read.
    """
    if published is None:
        # Any day will do: the expressions that depend on it are left out.
        times = find_times(sentence, Clock(date(2000, 1, 1), date(2000, 1, 1), in_article=True))
        return [mention for mention in times if not mention.relative]
    return list(find_times(sentence, Clock(published, published, in_article=True)))


def relative_times(sentence: str, published: date | None) -> list[Mention]:
    """Return those of `times_in_article` that need the article's date to be understood."""
    return [mention for mention in times_in_article(sentence, published) if mention.relative]
