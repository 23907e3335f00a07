"""One question on its way: evidence -> probability -> draft -> verified answer -> conflicts."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.library import Library
from sourcebook.rag.conflicts import POOL
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.prompting import DraftFilter, prompts
from sourcebook.rag.refusal import (
    NOTHING_FOUND,
    Calibration,
    DraftCase,
    Signals,
    abstention,
    is_hopeless,
    refusal_reason,
    unsupported_reason,
)
from sourcebook.rag.retrieval import (
    Evidence,
    as_of,
    date_preference,
    embed_evidence,
    sort_newest_first,
    wants_newest,
)
from sourcebook.rag.verification import (
    VerifiedDraft,
    cite,
    document_urls,
    drop_unsupported,
    is_gone,
)

from .answer import Answer, Timings
from .events import AnswerReady, Event, EvidenceFound, TextDelta
from .record import AnswerTrace, make_record
from .settings import Settings
from .steps import AnswerSteps

REFUSAL = "Your articles do not answer this."
EMPTY = "There are no articles to answer from yet."
NEAREST = 3
"""Sentences that a refusal shows."""


@dataclass(frozen=True, slots=True)
class AnswerResources:
    """The library, models, settings and steps that an answer is made with."""

    library: Library
    model: LanguageModel
    embedder: Embedder
    settings: Settings
    calibration: Calibration
    steps: AnswerSteps


@dataclass(frozen=True, slots=True)
class _VerifiedDraft:
    """The model's draft after its verification, and how sure an answer from it would be."""

    draft: str
    verified: VerifiedDraft
    signals: Signals
    confidence: float
    hopeless: bool
    leaked: bool
    stopped: bool


class Answering:
    """Makes the answer to one question from its passages.

    Args:
        resources: the library, models, settings and steps.
        trace: the question and the passages that a search returned for it.
        start: the time of the question, by `time.perf_counter`.
        cancel: when set, the answer ends early and is marked as stopped.
    """

    def __init__(
        self,
        resources: AnswerResources,
        trace: AnswerTrace,
        start: float,
        cancel: threading.Event | None,
    ) -> None:
        self._resources = resources
        self._trace = trace
        self._start = start
        self._cancel = cancel
        self._generation = resources.library.generation
        self._threshold = abstention.threshold(resources.settings)
        self._timings = Timings(self._elapsed(), 0.0, None, 0.0)

    def events(self) -> Iterator[Event]:
        """Yield the evidence, the pieces of the draft and the answer.

        Raises:
            LibraryError, ModelError: the library or a model cannot be used.
        """
        question, hits, steps = self._trace.question, self._trace.hits, self._resources.steps
        ranked = steps.rank_evidence(
            question.standalone, hits, self._resources.embedder, date_preference(question, hits)
        )
        evidence = steps.select_evidence(ranked)
        evidence = sort_newest_first(evidence) if wants_newest(question) else evidence
        self._timings = replace(self._timings, evidence=self._elapsed())
        yield EvidenceFound(
            tuple(
                cite(number, item)
                for number, item in enumerate(steps.order_for_reader(evidence), 1)
            ),
            tuple(hits),
        )
        if not evidence:
            none = NOTHING_FOUND if len(self._resources.library) else None
            yield AnswerReady(self._refusal(None, reason=none))
            return
        draft = yield from self._draft(self._fit_evidence(evidence))
        yield AnswerReady(self._decide(draft, ranked))

    def _fit_evidence(self, evidence_pool: Sequence[Evidence]) -> Sequence[Evidence]:
        """Return the evidence that fits the prompt, and note it in the trace."""
        resources, question = self._resources, self._trace.question.standalone
        evidence = resources.steps.fit_budget(
            embed_evidence(evidence_pool, question, resources.embedder),
            resources.settings.evidence_tokens,
            resources.model.count_tokens,
        )
        self._trace = replace(
            self._trace,
            evidence=evidence,
            probe=prompts.probe_prompt(question, evidence),
            prompt=prompts.answer_prompt(question, evidence),
        )
        return evidence

    def _draft(self, evidence: Sequence[Evidence]) -> Generator[Event, None, _VerifiedDraft]:
        """Yield the pieces of the draft; return the draft verified."""
        resources, question, steps = self._resources, self._trace.question, self._resources.steps
        log_odds = steps.probe(resources.model, self._trace.probe, self._cancel)
        signals = steps.weigh_evidence(question.text, evidence, log_odds)
        confidence = resources.calibration.before.probability(signals)
        guard = DraftFilter(
            prompts.RULES,
            prompts.format_context(question.standalone, evidence),
            resources.settings.answer_tokens,
            allowed=document_urls(evidence),
        )
        hopeless = is_hopeless(confidence, self._threshold)
        if not hopeless and not self._is_stopped():
            stream = steps.draft(
                resources.model, self._trace.prompt, resources.settings.answer_tokens, self._cancel
            )
            for piece in guard.pieces(stream):
                if self._timings.first_token is None:
                    self._timings = replace(self._timings, first_token=self._elapsed())
                yield TextDelta(piece)
        stopped = self._is_stopped()
        draft, verified = steps.verify(
            guard.text,
            question.sentence,
            evidence,
            self._trace.hits,
            resources.embedder,
            checks=steps.checks,
        )
        if draft and not stopped:
            signals = abstention.add_draft(signals, verified.sentences)
            confidence = resources.calibration.after.probability(signals)
            if not steps.fits_question(question.text, draft, signals, evidence):
                confidence *= abstention.BESIDE_THE_POINT
        return _VerifiedDraft(
            draft, verified, signals, confidence, hopeless, guard.fault == "leak", stopped
        )

    def _decide(self, draft: _VerifiedDraft, ranked: Sequence[Evidence]) -> Answer:
        """Return the answer, or a refusal with its reason."""
        case = self._case(draft)
        if reason := refusal_reason(case):
            return self._refusal(draft, reason=reason)
        reply = self._quote(draft)
        if reason := unsupported_reason(case, reply.sentences):
            return self._refusal(draft, reason=reason)
        return self._reply(draft, reply, ranked)

    def _case(self, draft: _VerifiedDraft) -> DraftCase:
        """Return what the decision to refuse is taken from."""
        library = self._resources.library
        return DraftCase(
            question=self._trace.question.text,
            evidence=self._trace.evidence,
            draft=None if draft.hopeless else draft.draft,
            sentences=draft.verified.sentences,
            confidence=draft.confidence,
            needed=self._threshold,
            leaked=draft.leaked,
            removed=library.generation != self._generation and is_gone(draft.verified, library),
            stopped=draft.stopped,
        )

    def _quote(self, draft: _VerifiedDraft) -> VerifiedDraft:
        """Return the draft as a reader sees it, or an article's own sentence in its place."""
        resources, trace, reply = self._resources, self._trace, draft.verified
        if not draft.stopped:
            reply = resources.steps.quote_articles(
                trace.question.sentence,
                reply,
                trace.evidence,
                trace.hits,
                resources.embedder,
                checks=resources.steps.checks,
            )
        return drop_unsupported(reply) if resources.settings.unsupported == "drop" else reply

    def _reply(
        self, draft: _VerifiedDraft, reply: VerifiedDraft, ranked: Sequence[Evidence]
    ) -> Answer:
        resources, question = self._resources, self._trace.question
        conflicts = resources.steps.find_conflicts(
            question,
            draft.verified.sentences,
            draft.verified.citations,
            [
                *embed_evidence(ranked[:POOL], question.standalone, resources.embedder),
                *self._trace.evidence,
            ],
            reply_citations=reply.citations,
        )
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            text=reply.text,
            sentences=reply.sentences,
            citations=reply.citations,
            abstained=False,
            confidence=draft.confidence,
            conflicts=conflicts,
            timings=replace(self._timings, total=self._elapsed()),
            record=self._record(draft.signals, reply.text),
            stopped=draft.stopped,
            filters=question.filters,
            as_of=as_of(question, reply.citations, changed=bool(conflicts)),
            left_out=reply.left_out,
        )

    def _refusal(self, draft: _VerifiedDraft | None, reason: str | None) -> Answer:
        question, nearest = self._trace.question, self._trace.evidence[:NEAREST]
        stopped = draft is not None and draft.stopped
        text = REFUSAL if len(self._resources.library) else EMPTY
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            text="Stopped." if stopped else text,
            sentences=(),
            citations=(),
            abstained=not stopped,
            confidence=draft.confidence if draft else 0.0,
            nearest=tuple(cite(number, item) for number, item in enumerate(nearest, 1)),
            timings=replace(self._timings, total=self._elapsed()),
            record=self._record(draft.signals if draft else None, None),
            stopped=stopped,
            filters=question.filters,
            reason=None if stopped else reason,
        )

    def _record(self, signals: Signals | None, text: str | None) -> dict[str, Any]:
        resources = self._resources
        return make_record(
            resources.library,
            resources.model,
            resources.settings,
            self._trace,
            calibration=resources.calibration,
            signals=signals,
            text=text,
        )

    def _elapsed(self) -> float:
        return time.perf_counter() - self._start

    def _is_stopped(self) -> bool:
        return self._cancel is not None and self._cancel.is_set()
