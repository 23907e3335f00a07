"""Questions: their standalone form, their filters and the type of answer they ask for."""

from .answer_type import asks_for_a_fact, asks_yes_or_no, matches_answer_type
from .filters import QuestionFilter, reporting_period
from .turns import Turn
from .understanding import LONGEST, Question, understand

__all__ = [
    "LONGEST",
    "Question",
    "QuestionFilter",
    "Turn",
    "asks_for_a_fact",
    "asks_yes_or_no",
    "matches_answer_type",
    "reporting_period",
    "understand",
]
