"""One turn of a conversation: a question and its answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and the answer's text (without marks)."""

    question: str
    answer: str
