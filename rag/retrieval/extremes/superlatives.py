"""The superlative of a question: which end of a measure it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sourcebook.rag.language import content_stems, find_names
from sourcebook.rag.language.word_lists import any_of, read_lines

Direction = Literal["max", "min"]

_ASKS_FOR_ONE = re.compile(
    r"\b(which|what|who|whose|when|where|welche[rnms]?|was|wer|wann|wo)\b|"
    r"\b(how many|how much|wie viele?)\b",
    re.IGNORECASE,
)
_ASKS_IN_GERMAN = re.compile(r"\b(?:welche[rnms]?|wer|wann|wo|wie viele?)\b", re.IGNORECASE)
_NO_MEASURE = re.compile(
    r"\b(?:at (?:the )?(?:most|least)|most (?:of|recent\w*|important|common|likely|popular|famous)|"
    r"mostly|meistens|am meisten von|zumindest|at (?:the )?latest)\b",
    re.IGNORECASE,
)
"""Words that only look like the superlative of a measure."""


_MEDIUM = "table list listed column row tabelle liste spalte zeile"


@dataclass(frozen=True, slots=True)
class Superlative:
    """The end of a measure that a question asks for.

    ``words`` are those of the question; ``measures`` the words by which a head shows that it is of
    that measure, none for any. ``change`` tells that the end of a rise (1) or a fall (-1) between
    two periods is asked for, 0 that of the measure itself.
    """

    words: str
    direction: Direction
    measures: frozenset[str]
    change: int = 0


def find_superlative(question: str) -> Superlative | None:
    """Return the superlative of a question for one thing; None without one."""
    text = _NO_MEASURE.sub(" ", question.lower())
    match = _pattern().search(text)
    if match is None or not _ASKS_FOR_ONE.search(question):
        return None
    _, direction, measures = _entries()[match["word"]]
    change = next((sign for verbs, sign in _changes() if verbs.search(text)), 0)
    return Superlative(match.group().strip(), direction, measures, change)


def stems_beside(question: str, superlative: Superlative) -> frozenset[str]:
    """Return the stems of a question without those of its superlative and of the table itself."""
    return frozenset(content_stems(question)) - set(content_stems(f"{superlative.words} {_MEDIUM}"))


def stems_of_names(question: str) -> frozenset[str]:
    """Return the stems of the names in a question: they say of whom a measure is, not of what.

    None of a German question, where every noun is written like a name.
    """
    if _ASKS_IN_GERMAN.search(question):
        return frozenset()
    return frozenset(stem for name in find_names(question) for stem in content_stems(name.text))


@cache
def _entries() -> dict[str, tuple[str, Direction, frozenset[str]]]:
    entries: dict[str, tuple[str, Direction, frozenset[str]]] = {}
    for line in read_lines("extremes/superlatives"):
        word, direction, measures = (part.strip() for part in line.split("|"))
        entries[word] = (word, "max" if direction == "max" else "min", frozenset(measures.split()))
    return entries


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<word>{any_of(_entries())})(?:e[nmrs]?)?\b")


@cache
def _changes() -> list[tuple[re.Pattern[str], int]]:
    lines = (line.rpartition("|") for line in read_lines("extremes/changes"))
    return [
        (
            re.compile(rf"\b(?:{any_of(verb.strip() for verb in verbs.split(','))})\b"),
            1 if way.strip() == "up" else -1,
        )
        for verbs, _, way in lines
    ]
