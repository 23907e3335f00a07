"""What a turn says besides what it asks: thanks and remarks before it, polite clauses behind it."""

from __future__ import annotations

import re

from sourcebook.rag.question.kind import is_small_talk
from sourcebook.rag.question.turns import Turn

from .ellipsis import asks_of_all, capitalize
from .requests import Completion, find_request, is_filler, matches_whole

_PART_ENDS = re.compile(r"(?<=[.!,;–…]) ")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…]) ")
_THEN = re.compile(
    r"^(?P<item>.*\b(?:what|how) about\b.*) (?:then|instead)(?P<mark>[?!. ]*)$", re.IGNORECASE
)
"""No time is meant: "What about version 3 then?"."""

_MARKS = " .!?,;–…"


def without_remarks(question: str) -> str:
    """Return a turn without the thanks and remarks before its question and "please" behind it."""
    parts = _PART_ENDS.split(question)
    while len(parts) > 1 and _is_remark(parts[0]):
        parts.pop(0)
    while len(parts) > 1 and parts[-2].endswith(",") and is_filler(parts[-1]):
        mark = parts.pop()[-1]
        parts[-1] = parts[-1].rstrip(_MARKS) + (mark if mark in _MARKS else "")
    rest = _THEN.sub(r"\g<item>\g<mark>", " ".join(parts))
    return question if rest == question else capitalize(rest)


def find_request_beside(question: str, turn: Turn) -> tuple[str, Completion | None]:
    """Return the one sentence of a turn that asks of the last answer, with what it asks for.

    What the others say is of that answer: "That is a lot. Could you put it in one sentence?" Where
    no sentence does, the turn is returned as it is, with None.
    """
    for sentence in map(without_remarks, [question, *_SENTENCE_ENDS.split(question)]):
        if request := find_request(sentence, turn):
            return sentence, request
        if asks_of_all(sentence):
            return sentence, None
    return question, None


def _is_remark(part: str) -> bool:
    words = part.strip(_MARKS).replace("’", "'")
    return is_small_talk(part) or matches_whole("remarks", words)
