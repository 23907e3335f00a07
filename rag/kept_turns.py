"""The records of conversations that are kept, and how a row on disk becomes one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

__all__ = ["KeptTurn", "Rating", "Summary", "moment", "turn_of"]

Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list: ``changed`` is when it was last asked, ``turns`` how often."""

    id: str
    name: str
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and what became of it. ``number`` counts from 1.

    ``answer`` is the JSON form of an answer (`Answer.to_dict`); None where there is none: then
    ``problem`` says why, or the answer was never finished. ``ignored`` are keys of filters that the
    question was asked without.
    """

    number: int
    question: str
    asked: datetime
    ignored: frozenset[str] = frozenset()
    answer: Mapping[str, Any] | None = None
    problem: str | None = None
    rating: Rating | None = None
    reason: str | None = None


def turn_of(row: Sequence[Any]) -> KeptTurn:
    """Of number, question, moment, ignored keys, answer, problem, rating, reason, as on disk."""
    number, question, asked, ignored, kept, problem, rating, reason = row
    answer: Any = None
    keys: Any = []
    try:
        keys = json.loads(ignored)
        answer = json.loads(kept) if kept is not None else None
        if not isinstance(answer, dict | None) or not isinstance(keys, list):
            raise ValueError("no answer")
    except (ValueError, RecursionError):
        answer, keys = None, []
        problem = "What was kept of this answer cannot be read."
    return KeptTurn(
        number,
        question,
        moment(asked),
        frozenset(map(str, keys)),
        answer,
        problem,
        rating if rating in ("up", "down") else None,
        reason,
    )


def moment(text: str) -> datetime:
    """An ISO time; the beginning of 1970 where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
