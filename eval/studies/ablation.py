"""What each mechanism of an answer is worth: the same questions, asked with it and without it.

A mechanism is left out by putting something that does nothing in its place, where it is called. So
the product has no switches for it, and this table says exactly what was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from sourcebook.eval.errors import EvaluationError
from sourcebook.rag import answering, chatbot
from sourcebook.rag.question.turns import Turn
from sourcebook.rag.question.understanding import Question, understand
from sourcebook.rag.refusal import abstention
from sourcebook.rag.retrieval import evidence
from sourcebook.rag.verification import citations, support
from sourcebook.rag.verification import coverage as covering
from sourcebook.rag.verification.citations import Verified
from sourcebook.rag.verification.support import SUPPORTED_FROM, Support

Place = tuple[ModuleType | type, str, Any]
"""Where a mechanism is called, by which name, and what stands there instead."""


@dataclass(frozen=True)
class Mechanism:
    """``without`` says what happens when it is left out."""

    name: str
    without: str
    places: Sequence[Place]


def _asked_alone(question: str, _history: Sequence[Turn] = (), *rest: Any) -> Question:
    return understand(question, (), *rest)


def _without_filters(question: str, history: Sequence[Turn] = (), *_rest: Any) -> Question:
    return understand(question, history)


def _as_written(_question: str, draft: Verified, *_rest: Any) -> Verified:
    return draft


def _without_odds(*given: Any) -> Any:
    return replace(_SIGNALS(*given), log_odds=_MEAN_ODDS)


def _carried_by_likeness(found: Support) -> bool:
    return found.support >= SUPPORTED_FROM


_SIGNALS = abstention.signals
_MEAN_ODDS = 1.0
"""Near the mean of the questions the refusal was fitted on; the same for all, it tells nothing."""

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        "follow_ups",
        "a question is asked as typed, whatever was said before it",
        [(chatbot, "understand", _asked_alone)],
    ),
    Mechanism(
        "named_filters",
        "dates and sources named in a question are words like others",
        [(chatbot, "understand", _without_filters)],
    ),
    Mechanism(
        "neighbours",
        "the model reads the best sentences without those around the very best",
        [(answering, "with_neighbours", lambda ranked: list(ranked[: evidence.TAKEN]))],
    ),
    Mechanism(
        "reading_order",
        "the instant evidence stands best first, not as it stands in the articles",
        [(answering, "as_shown", list)],
    ),
    Mechanism(
        "odds",
        "the model is not asked whether the excerpts state the answer",
        [(abstention, "signals", _without_odds)],
    ),
    Mechanism(
        "kind_of_answer",
        "a draft need not be of the kind asked for, nor the fact asked for stand in a source",
        [(answering, "answers", lambda *_: True)],
    ),
    Mechanism(
        "claims",
        "numbers, dates, names and denials are not checked: likeness alone supports a sentence",
        [(citations, "_is_supported", _carried_by_likeness)],
    ),
    Mechanism(
        "denials",
        "a sentence may say the contrary of its source",
        [(support, "contrary", lambda *_: None), (support, "baseless", lambda *_: None)],
    ),
    Mechanism(
        "same_thing",
        "a source may say what is new in a sentence of something else",
        [(support, "said_of_another", lambda *_: [])],
    ),
    Mechanism(
        "several_sources",
        "a sentence is cited from one source, also when that does not state all of it",
        [
            (covering.Candidates, "cover", lambda _self, chosen, missing: (chosen, missing)),
            (covering.Candidates, "cover_words", lambda _self, chosen, _stems: chosen),
        ],
    ),
    Mechanism(
        "articles_words",
        "the model's sentences are given as it wrote them",
        [(answering, "in_the_articles_words", _as_written)],
    ),
)


def mechanism(name: str) -> Mechanism:
    """The mechanism of that name. Raises EvaluationError, with the names there are."""
    for known in MECHANISMS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in MECHANISMS)
    raise EvaluationError(f"there is no mechanism {name!r}; there are: {names}")


@contextmanager
def left_out(chosen: Mechanism) -> Iterator[None]:
    """While this lasts, every answer of this process is made without ``chosen``."""
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in chosen.places]
    try:
        for owner, name, instead in chosen.places:
            setattr(owner, name, instead)
        yield
    finally:
        for owner, name, was in kept:
            setattr(owner, name, was)
