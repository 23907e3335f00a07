"""Questions: their standalone form, their filters and the type of answer they ask for."""

from .answer_type import asks_for_a_fact, asks_yes_or_no, matches_answer_type
from .filters import QuestionFilter, reporting_period
from .kind import ABOUT_NO_ARTICLE, KINDS, Kind, find_kind
from .turns import Turn
from .understanding import LONGEST, Question, understand

__all__ = [
    "ABOUT_NO_ARTICLE",
    "KINDS",
    "LONGEST",
    "Kind",
    "Question",
    "QuestionFilter",
    "Turn",
    "asks_for_a_fact",
    "asks_yes_or_no",
    "find_kind",
    "matches_answer_type",
    "reporting_period",
    "understand",
]
