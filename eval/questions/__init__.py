"""Question sets, their gold evidence and their libraries."""

from .dataset import EvalQuestion, GoldEvidence, QuestionSet
from .gold import GoldLocations, GoldLocator, GoldSpan
from .loading import load

__all__ = [
    "EvalQuestion",
    "GoldEvidence",
    "GoldLocations",
    "GoldLocator",
    "GoldSpan",
    "QuestionSet",
    "load",
]
