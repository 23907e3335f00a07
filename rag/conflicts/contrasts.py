"""Words that tell two things apart: "men" and "women", "first" and "second", a plan and a fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcebook.rag.language import ParsedSentence, word_set
from sourcebook.rag.language.calendar import WEEKDAYS
from sourcebook.rag.language.word_lists import read_groups

_OUTCOMES = read_groups("outcomes")[0]
"""Fates of people. If the question asks for one, the other sentence must have it too."""

_CONTRASTS = (*read_groups("contrasts"), _OUTCOMES, tuple(map(word_set, WEEKDAYS)))
"""Groups of opposite words, which tell two things apart."""

_ANOTHER = re.compile(
    r"\b(?:(?:an|the|its|their|his|her|this|that|of) (?:earlier|later|other|former|previous|next)|"
    r"another|return|separate|half|quarter|ago|formerly|once|used to|originally|initially|"
    r"at first|in all|in total|altogether|among)\b",
    re.IGNORECASE,
)
"""Words for another thing, an older one, a part of it or all of it."""

_NOT_FACTUAL = re.compile(
    r"\b(can|able to|would|could|may|might|should|will|plan(?:s|ned|ning)?|expect\w*|if|"
    r"forecast\w*|"
    r"predict\w*|propos\w*|demand\w*|threat\w*|want(?:s|ed)?|hop(?:e|es|ed|ing)|intend\w*|"
    r"target\w*|aim(?:s|ed|ing)?|scheduled|due|(?:is|are|was|were) to|capacity|capable|"
    r"prepar\w+ (?:for|to)|likely|possibl[ey]|potential\w*|feared?|fears|budget\w*|goal|"
    r"limit\w*)\b",
    re.IGNORECASE,
)


def has_contrast(question: ParsedSentence, first: ParsedSentence, second: ParsedSentence) -> bool:
    """Return whether ``second`` has only the opposite of a word in ``first`` or ``question``."""
    for group in _CONTRASTS:
        second_sides = _sides(group, second)
        for text in (first, question):
            sides = _sides(group, text)
            if sides and second_sides and not sides & second_sides:
                return True
    return False


def _sides(group: Sequence[frozenset[str]], text: ParsedSentence) -> set[int]:
    """The sides of a group of which the text has a word."""
    return {index for index, side in enumerate(group) if side & text.words}


def different_outcome(
    question: ParsedSentence, first: ParsedSentence, second: ParsedSentence
) -> bool:
    """Return whether the question asks for a fate ("died") that only one of two texts has."""
    return any(
        side & question.words and bool(side & first.words) != bool(side & second.words)
        for side in _OUTCOMES
    )


def is_factual(near: str) -> bool:
    """Return whether the words around a value state it as a fact, not as a plan or a fear."""
    return not _NOT_FACTUAL.search(near)


def instance_markers(near: str) -> set[str]:
    """Return the words around a value that mark another thing, an older one, a part or a total."""
    return {word.casefold() for word in _ANOTHER.findall(near)}
