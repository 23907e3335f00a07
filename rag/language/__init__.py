"""What words say, without a model: a sentence parsed once, its stems, claims, names and days."""

from .calendar import DateRange, human_day
from .claims import Claim, find_claims, find_names
from .names import Entity, find_entities
from .numbers import Bound
from .quantities import Quantity
from .sentence import ParsedSentence
from .stems import content_stems, word_set

__all__ = [
    "Bound",
    "Claim",
    "DateRange",
    "Entity",
    "ParsedSentence",
    "Quantity",
    "content_stems",
    "find_claims",
    "find_entities",
    "find_names",
    "human_day",
    "word_set",
]
