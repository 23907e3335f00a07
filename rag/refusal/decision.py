"""The decision to refuse, with its reason: from what is known of a draft, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sourcebook.rag.answer import Sentence
from sourcebook.rag.retrieval import Evidence

from .abstention import declines
from .reasons import REMOVED, RULES_LEAKED, RefusalCase, explain_dropped, explain_refusal

HOPELESS = 0.5
"""A draft is not begun when the probability before it is under this share of the threshold."""


@dataclass(frozen=True, slots=True)
class DraftCase:
    """What is known of a draft when it is to become an answer or a refusal.

    ``draft`` is None when none was begun. ``confidence`` is the probability that an answer from it
    is right, ``needed`` the one that an answer needs. ``leaked``: it repeats the instructions;
    ``removed``: an article that it cites has left the library; ``stopped``: its reader ended it.
    """

    question: str
    evidence: Sequence[Evidence]
    draft: str | None
    sentences: Sequence[Sentence]
    confidence: float
    needed: float
    leaked: bool = False
    removed: bool = False
    stopped: bool = False


def is_hopeless(confidence: float, needed: float) -> bool:
    """Return whether no draft is worth its time.

    Args:
        confidence: the probability, before there is a draft, that an answer would be right.
        needed: the probability that an answer needs.
    """
    return confidence < needed * HOPELESS


def refusal_reason(case: DraftCase) -> str | None:
    """Return why a draft is refused, in one line for the reader; None when it is not.

    A draft is refused when it repeats the instructions, when an article it cites is gone, when it
    says itself that there is no answer, and when an answer from it is not probable enough. A draft
    that its reader stopped is not judged by its probability.
    """
    if case.leaked:
        return RULES_LEAKED
    if case.removed:
        return REMOVED
    has_declined = case.draft is not None and declines(case.draft)
    is_unsure = not case.stopped and case.confidence < case.needed
    if case.draft is not None and not has_declined and not is_unsure:
        return None
    return explain_refusal(_as_refusal(case, has_declined))


def unsupported_reason(case: DraftCase, remaining: Sequence[Sentence]) -> str | None:
    """Return why a draft of which no sentence is left is refused; None when one is left.

    Args:
        case: the draft.
        remaining: its sentences after those that no article supports were dropped.
    """
    is_dropped = bool(case.draft) and not remaining and not case.stopped
    return explain_dropped(_as_refusal(case)) if is_dropped else None


def _as_refusal(case: DraftCase, declined: bool = False) -> RefusalCase:
    return RefusalCase(
        case.question,
        case.evidence,
        case.confidence,
        case.needed,
        case.draft,
        case.sentences,
        declined,
    )
