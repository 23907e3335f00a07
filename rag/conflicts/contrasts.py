"""Words that tell two things apart: "men" and "women", "first" and "second", "planned" and done."""

from __future__ import annotations

import re

from sourcebook.rag.language.calendar import WEEKDAYS
from sourcebook.rag.language.stems import word_set

_OUTCOMES = (
    "dead died die dies killed deaths death fatalities kill kills toll lives lost victims|"
    "injured wounded hurt injuries injure wounding|missing|arrested detained arrests arrest|"
    "evacuated evacuate|rescued saved rescue|displaced|sick infected cases"
)
"""What became of those who are counted. When it is asked for, the other sentence must say it."""


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
"""Words of which one thing has one and another thing the other."""

_ANOTHER = re.compile(
    r"\b(?:(?:an|the|its|their|his|her|this|that|of) (?:earlier|later|other|former|previous|next)|"
    r"another|return|separate|half|quarter|ago|formerly|once|used to|originally|initially|"
    r"at first|in all|in total|altogether|among)\b",
    re.IGNORECASE,
)
"""Says of the one thing that it is another, an older one, or a part or the whole of it."""

_NOT_FACTUAL = re.compile(
    r"\b(can|able to|would|could|may|might|should|will|plan(?:s|ned|ning)?|expect\w*|if|"
    r"forecast\w*|"
    r"predict\w*|propos\w*|demand\w*|threat\w*|want(?:s|ed)?|hop(?:e|es|ed|ing)|intend\w*|"
    r"target\w*|aim(?:s|ed|ing)?|scheduled|due|(?:is|are|was|were) to|capacity|capable|"
    r"prepar\w+ (?:for|to)|likely|possibl[ey]|potential\w*|feared?|fears|budget\w*|goal|"
    r"limit\w*)\b",
    re.IGNORECASE,
)


def has_contrast(question: str, one: str, other: str) -> bool:
    """Whether a text, or the question, has a word of a group and another text its opposite."""
    asked, ours_all, theirs_all = _words(question), _words(one), _words(other)
    for group in _CONTRASTS:
        ours = {i for i, side in enumerate(group) if side & ours_all}
        theirs = {i for i, side in enumerate(group) if side & theirs_all}
        if ours and theirs and not ours & theirs:
            return True
        wanted = {i for i, side in enumerate(group) if side & asked}
        if wanted and theirs and not wanted & theirs:
            return True
    return False


def different_outcome(question: str, one: str, other: str) -> bool:
    """Whether the fate of people is asked for ("died"), and only one of two texts tells it."""
    asked, ours, theirs = _words(question), _words(one), _words(other)
    return any(
        side & asked and bool(side & ours) != bool(side & theirs) for side in _sides(_OUTCOMES)
    )


def is_factual(near: str) -> bool:
    """Whether the words around a value tell it as a fact, not as a plan, a demand or a fear."""
    return not _NOT_FACTUAL.search(near)


def instance_markers(near: str) -> set[str]:
    """The words around a value that say it is of another one, an older one, a part or a whole."""
    return {word.casefold() for word in _ANOTHER.findall(near)}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))
