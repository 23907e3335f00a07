"""The words with which English and German ask about a library, as patterns of ``lists/library``.

Each of `TASKS` begins a part of a question and says what is asked; what stands behind it describes
the documents, and `CONSTRAINTS` read that piece by piece.
"""

from __future__ import annotations

import re
from typing import cast, get_args

from sourcebook.rag.language.word_lists import read_lines

from .request import Order, Task

_NUMBER = (
    r"(?:(?P<{}>\d{{1,3}}|one|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs"
    r"|sieben|acht|neun|zehn)\s+)?"
)


def _named(name: str) -> list[tuple[str, str]]:
    """Return the lines of a list: a name, a colon, a pattern."""
    pairs = (line.partition(": ") for line in read_lines(f"library/{name}"))
    return [(key, pattern) for key, _, pattern in pairs]


_PHRASES = dict(_named("phrases"))
_PLACE = re.compile(rf"(?<!\?P)<({'|'.join(_PHRASES)})>")


def _compile(pattern: str) -> re.Pattern[str]:
    """Return a pattern with each <name> replaced by what it stands for."""
    while _PLACE.search(pattern):
        pattern = _PLACE.sub(lambda match: _PHRASES[match[1]], pattern)
    return re.compile(pattern, re.IGNORECASE)


TASKS: tuple[tuple[Task, re.Pattern[str]], ...] = tuple(
    (cast(Task, task), _compile(f"^(?:{pattern})")) for task, pattern in _named("tasks")
)
CONSTRAINTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, _compile(f"^(?:{pattern})")) for name, pattern in _named("constraints")
)
ORDERS: tuple[tuple[Order, re.Pattern[str]], ...] = tuple(
    (
        order,
        _compile(
            rf"\b(?:(?:the|my|our|der|die|das|den|meine?) )?{_NUMBER.format('count')}"
            rf"(?:<{order}>)\b(?: {_NUMBER.format('after')})?"
        ),
    )
    for order in cast(tuple[Order, ...], get_args(Order))
    if order in _PHRASES
)

POLITE = _compile("<polite>")
"""What stands before a question."""

JOINT = _compile("<joint>")
"""Where one question ends and another begins."""

TITLES, THEIR_TITLES = _compile("<titles>"), _compile("<their titles>")
"""The word for titles; the titles of the documents that were just spoken of."""

BACK = _compile("<back>")
"""A word for the documents that were just spoken of."""

DETERMINERS = _compile("<determiners>")
"""What stands before the noun for the documents."""

NOUN_ENDS = _compile("<noun ends>")
"""A word that ends it."""
