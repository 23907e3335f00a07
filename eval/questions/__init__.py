"""Question sets, their gold evidence and their libraries."""

from .dataset import EvalQuestion, GoldEvidence, QuestionSet
from .gold import GoldLocations, GoldLocator, GoldSpan, describe_missing, ranks
from .libraries import open_folder_library, open_set_library
from .loading import load
from .rated import RatedSet, rated_set

__all__ = [
    "EvalQuestion",
    "GoldEvidence",
    "GoldLocations",
    "GoldLocator",
    "GoldSpan",
    "QuestionSet",
    "RatedSet",
    "describe_missing",
    "load",
    "open_folder_library",
    "open_set_library",
    "ranks",
    "rated_set",
]
