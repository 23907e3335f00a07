"""The question as it can be asked alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..index.errors import EmptyQuestion, QuestionTooLong
from .answer import Turn
from .words import content_stems

LONGEST = 2000
"""Characters of a question."""

_PERSON = re.compile(r"\b(he|she|him|her|his|hers|they|them|their|theirs|it|its)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(that|this|these|those|there|then|both|the (first|second|other|same|latter|former))"
    r"(?=\W*$|\W+(meeting|talks|call|day|time|year|place|statement|attack|happen\w*)\b)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^\W*(and|but|so|or|what about|how about|why|when|where)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """``asked`` is what the reader typed, ``standalone`` what it means without the conversation."""

    asked: str
    standalone: str


def understand(question: str, history: Sequence[Turn] = ()) -> Question:
    """The question, made stand-alone when it points back at the conversation.

    A follow-up is put behind the turn it points to: that turn's question and answer carry the
    names that its pronouns stand for, to retrieval and to the model alike, without another call.

    Raises:
        EmptyQuestion, QuestionTooLong: with the limit.
    """
    asked = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not re.search(r"\w", asked):
        raise EmptyQuestion("the question is empty: type one")
    if len(asked) > LONGEST:
        raise QuestionTooLong(
            f"the question has {len(asked):,} characters, the limit is {LONGEST:,}: shorten it"
        )
    if not history or not points_back(asked):
        return Question(asked, asked)
    last = history[-1]
    context = " ".join([last.question.strip(), *last.answer.split()[:60]])
    return Question(asked, f"{context} {asked}")


def points_back(question: str) -> bool:
    """Whether a question leans on what was said before.

    It does with a pronoun for a person or thing that has no name in front of it, with "that" or
    "there" where nothing follows that they could belong to, or with almost no words of its own.
    """
    if len(content_stems(question)) <= 1 or _THING.search(question):
        return True
    pronoun = _PERSON.search(question)
    if pronoun:
        return not re.search(r"\s[A-Z][a-z]+", question[: pronoun.start()])
    return bool(_CONTINUES.match(question)) and len(content_stems(question)) <= 2
