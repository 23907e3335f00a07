"""What became of a question, in a word a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` as shown; ``good`` whether it is what should happen."""

    word: str
    good: bool


FAILED = Verdict("failed", False)
RIGHT = Verdict("right", True)
ANSWERED = Verdict("answered", True)
WRONG = Verdict("wrong", False)
REFUSED = Verdict("refused, answerable", False)
REJECTED = Verdict("rightly refused", True)
INVENTED = Verdict("answered, unanswerable", False)
FIRST = Verdict("found first", True)
NEAR = Verdict("found in 5", True)
FAR = Verdict("found in 10", False)
MISSED = Verdict("not found", False)


def verdict(record: Mapping[str, Any]) -> Verdict:
    """The verdict on one record of a run."""
    scores: Mapping[str, float] = record["scores"]
    if record.get("error"):
        return FAILED
    if record.get("answer") is None:
        if scores.get("hit@1"):
            return FIRST
        if scores.get("hit@5"):
            return NEAR
        return FAR if scores.get("recall@10") else MISSED
    abstained = record["answer"]["abstained"]
    if not record["question"]["answerable"]:
        return REJECTED if abstained else INVENTED
    if abstained:
        return REFUSED
    if "right" not in scores:
        return ANSWERED
    return RIGHT if scores["right"] else WRONG
