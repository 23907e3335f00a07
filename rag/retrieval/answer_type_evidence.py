"""Evidence of the type that the question word asks for: a length of time, a date, a name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from sourcebook.rag.question.answer_type import missing_answer_type

from .evidence import Evidence

_OF_TYPE = 2
"""Sentences with what the question word asks for that are read where as many were found: the best
may have one of something else."""


def with_answer_type(
    question: str, evidence: Sequence[Evidence], ranked: Sequence[Evidence]
) -> list[Evidence]:
    """Return the evidence, with the best of the other sentences that have what the question word
    asks for where few in it have.

    Args:
        question: the stand-alone one.
        evidence: the selection.
        ranked: all sentences, best first.
    """
    if missing_answer_type(question, []) is None:
        return list(evidence)

    def has_type(item: Evidence) -> bool:
        return missing_answer_type(question, [item.text]) is None

    count = max(0, _OF_TYPE - sum(map(has_type, evidence)))
    places = {(item.document.id, item.start) for item in evidence}
    others = (
        item for item in ranked if (item.document.id, item.start) not in places and has_type(item)
    )
    return [*evidence, *islice(others, count)]
