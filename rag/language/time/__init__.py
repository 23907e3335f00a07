"""Time expressions, and the days they mean."""

from .dates import day_of, newest_day, relative_times, times_in_article, times_in_question
from .days import Day, find_days
from .expressions import Mention

__all__ = [
    "Day",
    "Mention",
    "day_of",
    "find_days",
    "newest_day",
    "relative_times",
    "times_in_article",
    "times_in_question",
]
