"""The steps from a question to its answer, as one value.

`Chatbot` takes them; an ablation hands in a record that has one of them replaced.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.rag.answer import Conflict
from sourcebook.rag.conflicts import find_conflicts
from sourcebook.rag.language.identifiers import Identifier
from sourcebook.rag.llm import LanguageModel, Prompt
from sourcebook.rag.prompting import prompts
from sourcebook.rag.question import Question, understand
from sourcebook.rag.refusal import abstention
from sourcebook.rag.retrieval import (
    Evidence,
    Preference,
    find_absent,
    retrieve,
    with_answer_type,
    without_neighbours,
)
from sourcebook.rag.retrieval.evidence import order_for_reader, select_evidence
from sourcebook.rag.retrieval.extremes import Extreme, find_extreme
from sourcebook.rag.retrieval.sentence_ranking import rank_by_preference
from sourcebook.rag.verification import (
    CHECKS,
    Checks,
    VerifiedDraft,
    check_odds,
    quote_articles,
    verify_reply,
)


def probe_model(model: LanguageModel, probe: Prompt, cancel: threading.Event | None) -> float:
    """Return the model's log-odds that the excerpts hold the answer. Raises GenerationFailed."""
    log_odds = model.yes_log_odds(probe, cancel=cancel)
    check_odds(log_odds, model)
    return log_odds


def write_draft(
    model: LanguageModel, prompt: Prompt, max_tokens: int, cancel: threading.Event | None
) -> Iterator[str]:
    """Yield the pieces of the model's draft. Raises GenerationFailed."""
    return model.stream(prompt, max_tokens=max_tokens, cancel=cancel)


@dataclass(frozen=True, slots=True)
class AnswerSteps:
    """The functions that make an answer, in the order of their calls.

    Each has the parameters and the result of its default; ``checks`` are the steps inside
    ``verify`` that compare one sentence with its sources, corroboration among them.
    """

    understand: Callable[..., Question] = understand
    retrieve: Callable[..., tuple[list[Hit], Question]] = retrieve
    find_extreme: Callable[[str, Callable[[], Sequence[Hit]], Embedder], Extreme | None] = (
        find_extreme
    )
    rank_evidence: Callable[[str, Sequence[Hit], Embedder, Preference | None], list[Evidence]] = (
        rank_by_preference
    )
    find_absent: Callable[[str, Sequence[Evidence]], list[Identifier]] = find_absent
    leave_out_neighbours: Callable[[str, Sequence[Evidence]], list[Evidence]] = without_neighbours
    select_evidence: Callable[..., list[Evidence]] = select_evidence
    add_answer_type: Callable[[str, Sequence[Evidence], Sequence[Evidence]], list[Evidence]] = (
        with_answer_type
    )
    order_for_reader: Callable[[Sequence[Evidence]], list[Evidence]] = order_for_reader
    fit_budget: Callable[[Sequence[Evidence], int, Callable[[str], int]], list[Evidence]] = (
        prompts.fit_budget
    )
    probe: Callable[[LanguageModel, Prompt, threading.Event | None], float] = probe_model
    draft: Callable[[LanguageModel, Prompt, int, threading.Event | None], Iterator[str]] = (
        write_draft
    )
    verify: Callable[..., tuple[str, VerifiedDraft]] = verify_reply
    checks: Checks = CHECKS
    fits_question: Callable[..., bool] = abstention.is_answer
    quote_articles: Callable[..., VerifiedDraft] = quote_articles
    find_conflicts: Callable[..., tuple[Conflict, ...]] = find_conflicts


ANSWER_STEPS = AnswerSteps()
"""The steps of the product."""
