"""Words that tell two things apart: "men" and "women", "first" and "second", a plan and a fact."""

from __future__ import annotations

import re

from sourcebook.rag.language.calendar import WEEKDAYS
from sourcebook.rag.language.stems import word_set

_OUTCOMES = (
    "dead died die dies killed deaths death fatalities kill kills toll lives lost victims|"
    "injured wounded hurt injuries injure wounding|missing|arrested detained arrests arrest|"
    "evacuated evacuate|rescued saved rescue|displaced|sick infected cases"
)
"""Fates of people. If the question asks for one, the other sentence must have it too."""


_BEGIN_END = (
    "began begin begins start started starts opened opening open opens beginning|"
    "ended end ends finished finish closed closing close closes ending"
)


def _sides(pair: str) -> list[frozenset[str]]:
    return [word_set(side) for side in pair.split("|")]


_CONTRASTS = [
    _sides(pair)
    for pair in (
        "men man male males|women woman female females",
        "boys boy|girls girl",
        "import imports imported|export exports exported",
        _BEGIN_END,
        "arrived arrive arrives arrival|left leave leaves departed departure departs",
        "won win wins victory victories|lost lose loses defeat defeats|drew draw draws",
        "profit profits|loss losses|revenue revenues turnover sales|debt debts",
        "born|died",
        _OUTCOMES,
        "bought buy buys purchase|sold sell sells sale",
        "minimum lowest least smallest|maximum highest most largest|average mean median",
        "first|second|third|fourth|fifth|final last",
        "north northern|south southern|east eastern|west western",
        "summer|winter|spring|autumn",
        "|".join(WEEKDAYS),
        "morning|afternoon|evening|night",
        "phone telephone telephoned|video|letter|dinner lunch breakfast",
        "upper|lower",
        "paid pay pays|asked ask asks demanded",
        "ordered order orders|delivered deliver delivers",
        "freed free released|held hold holds",
        "adults adult|children child",
        "urban city|rural",
        "rose rise rises increase increased grew|fell fall falls decrease decreased dropped",
        "height|length|width|depth|weight weighs weighed",
        "announced announcement|opened opening|signed signing|ratified",
        "former|current currently",
        "favour|against",
    )
]
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


def has_contrast(question: str, first: str, second: str) -> bool:
    """Return whether ``second`` has only the opposite of a word in ``first`` or ``question``."""
    question_words, first_words, second_words = _words(question), _words(first), _words(second)
    for group in _CONTRASTS:
        first_sides = {i for i, side in enumerate(group) if side & first_words}
        second_sides = {i for i, side in enumerate(group) if side & second_words}
        if first_sides and second_sides and not first_sides & second_sides:
            return True
        question_sides = {i for i, side in enumerate(group) if side & question_words}
        if question_sides and second_sides and not question_sides & second_sides:
            return True
    return False


def different_outcome(question: str, first: str, second: str) -> bool:
    """Return whether the question asks for a fate ("died") that only one of two texts has."""
    question_words, first_words, second_words = _words(question), _words(first), _words(second)
    return any(
        side & question_words and bool(side & first_words) != bool(side & second_words)
        for side in _sides(_OUTCOMES)
    )


def is_factual(near: str) -> bool:
    """Return whether the words around a value state it as a fact, not as a plan or a fear."""
    return not _NOT_FACTUAL.search(near)


def instance_markers(near: str) -> set[str]:
    """Return the words around a value that mark another thing, an older one, a part or a total."""
    return {word.casefold() for word in _ANOTHER.findall(near)}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))
