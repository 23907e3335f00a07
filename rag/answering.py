"""One question on its way: evidence -> probability -> draft -> verified answer -> conflicts."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.library import Library
from sourcebook.rag.conflicts.detection import POOL
from sourcebook.rag.llm.base import LanguageModel
from sourcebook.rag.prompting import prompts
from sourcebook.rag.prompting.drafts import Guard
from sourcebook.rag.refusal import abstention, reasons
from sourcebook.rag.refusal.calibration import Calibration, Signals
from sourcebook.rag.retrieval.evidence import Evidence, embedded
from sourcebook.rag.retrieval.recency import as_of, newest_first, preference, wants_newest
from sourcebook.rag.verification.citations import (
    Verified,
    addresses,
    cite,
    is_gone,
    without_unsupported,
)

from .answer import Answer, Timings
from .events import AnswerReady, Event, EvidenceFound, TextDelta
from .record import Made, make_record
from .settings import Settings
from .steps import AnswerSteps

REFUSAL = "Your articles do not answer this."
EMPTY = "There are no articles to answer from yet."
NEAREST = 3
"""Sentences shown when nothing answers."""


@dataclass(frozen=True, slots=True)
class Means:
    """What questions are answered with."""

    library: Library
    model: LanguageModel
    embedder: Embedder
    settings: Settings
    calibration: Calibration
    steps: AnswerSteps


@dataclass(frozen=True, slots=True)
class _Written:
    """The model's draft after its verification, and how sure an answer from it would be."""

    draft: str
    verified: Verified
    signals: Signals
    confidence: float
    hopeless: bool
    leaked: bool
    stopped: bool


class Answering:
    """The answer to one question from its passages; ``began`` is when it was asked, by
    `time.perf_counter`."""

    def __init__(
        self, means: Means, made: Made, began: float, cancel: threading.Event | None
    ) -> None:
        self._means = means
        self._made = made
        self._began = began
        self._cancel = cancel
        self._generation = means.library.generation
        self._needed = abstention.threshold(means.settings)
        self._timings = Timings(self._elapsed(), 0.0, None, 0.0)

    def events(self) -> Iterator[Event]:
        """Evidence, pieces of the draft, the answer. Raises LibraryError, ModelError."""
        question, hits, steps = self._made.question, self._made.hits, self._means.steps
        ranked = steps.rank_evidence(
            question.standalone, hits, self._means.embedder, preference(question, hits)
        )
        chosen = steps.select_evidence(ranked)
        chosen = newest_first(chosen) if wants_newest(question) else chosen
        self._timings = replace(self._timings, evidence=self._elapsed())
        yield EvidenceFound(
            tuple(
                cite(number, item) for number, item in enumerate(steps.order_for_reader(chosen), 1)
            ),
            tuple(hits),
        )
        if not chosen:
            none = reasons.NOTHING_FOUND if len(self._means.library) else None
            yield AnswerReady(self._refusal(None, why=none))
            return
        written = yield from self._draft(self._for_the_model(chosen))
        yield AnswerReady(self._decide(written, ranked))

    def _for_the_model(self, chosen: Sequence[Evidence]) -> Sequence[Evidence]:
        """What the model is given to read."""
        means, words = self._means, self._made.question.standalone
        evidence = means.steps.fit_budget(
            embedded(chosen, words, means.embedder),
            means.settings.evidence_tokens,
            means.model.count_tokens,
        )
        self._made = replace(
            self._made,
            evidence=evidence,
            probe=prompts.probe_prompt(words, evidence),
            prompt=prompts.answer_prompt(words, evidence),
        )
        return evidence

    def _draft(self, evidence: Sequence[Evidence]) -> Generator[Event, None, _Written]:
        """The pieces of the draft as they come; returns it verified."""
        means, question, steps = self._means, self._made.question, self._means.steps
        log_odds = steps.probe(means.model, self._made.probe, self._cancel)
        signals = steps.weigh_evidence(question.asked, evidence, log_odds)
        confidence = means.calibration.before.probability(signals)
        guard = Guard(
            prompts.RULES,
            prompts.case(question.standalone, evidence),
            means.settings.answer_tokens,
            allowed=addresses(evidence),
        )
        hopeless = confidence < self._needed * abstention.HOPELESS
        if not hopeless and not self._is_stopped():
            stream = steps.draft(
                means.model, self._made.prompt, means.settings.answer_tokens, self._cancel
            )
            for piece in guard.pieces(stream):
                if self._timings.first_token is None:
                    self._timings = replace(self._timings, first_token=self._elapsed())
                yield TextDelta(piece)
        stopped = self._is_stopped()
        draft, verified = steps.verify(
            guard.text,
            question.standalone,
            evidence,
            self._made.hits,
            means.embedder,
            checks=steps.checks,
        )
        if draft and not stopped:
            signals = abstention.with_draft(signals, verified.sentences)
            confidence = means.calibration.after.probability(signals)
            if not steps.fits_question(question.asked, draft, signals, evidence):
                confidence *= abstention.BESIDE_THE_POINT
        return _Written(
            draft, verified, signals, confidence, hopeless, guard.fault == "leak", stopped
        )

    def _decide(self, written: _Written, ranked: Sequence[Evidence]) -> Answer:
        """The answer, or a refusal with its reason."""
        why = self._why_not(written)
        given = written.verified if why else self._worded(written)
        if not why and not written.stopped and written.draft and not given.sentences:
            why = reasons.UNSUPPORTED
        if why:
            return self._refusal(written, why=why)
        return self._reply(written, given, ranked)

    def _why_not(self, written: _Written) -> str | None:
        """Why nothing of the draft may be given; None: it may."""
        library = self._means.library
        if written.leaked:
            return reasons.LEAKED
        if library.generation != self._generation and is_gone(written.verified, library):
            return reasons.REMOVED
        declined = abstention.declines(written.draft)
        too_low = not written.stopped and written.confidence < self._needed
        if not too_low and not declined:
            return None
        refused = reasons.Refused(
            self._made.question.asked,
            self._made.evidence,
            written.confidence,
            self._needed,
            None if written.hopeless else written.draft,
            written.verified.sentences,
            declined and not written.hopeless,
        )
        return reasons.reason(refused)

    def _worded(self, written: _Written) -> Verified:
        """The draft as it is given; without sentences when nothing of it may be."""
        means, made, given = self._means, self._made, written.verified
        if not written.stopped:
            given = means.steps.quote_articles(
                made.question.standalone,
                given,
                made.evidence,
                made.hits,
                means.embedder,
                checks=means.steps.checks,
            )
        return without_unsupported(given) if means.settings.unsupported == "drop" else given

    def _reply(self, written: _Written, given: Verified, ranked: Sequence[Evidence]) -> Answer:
        means, question = self._means, self._made.question
        conflicts = means.steps.find_conflicts(
            question,
            written.verified.sentences,
            written.verified.citations,
            [
                *embedded(ranked[:POOL], question.standalone, means.embedder),
                *self._made.evidence,
            ],
            shown=given.citations,
        )
        return Answer(
            question=question.asked,
            standalone_question=question.standalone,
            text=given.text,
            sentences=given.sentences,
            citations=given.citations,
            abstained=False,
            confidence=written.confidence,
            conflicts=conflicts,
            timings=replace(self._timings, total=self._elapsed()),
            record=self._record(written.signals, given.text),
            stopped=written.stopped,
            filters=question.filters,
            as_of=as_of(question, given.citations, changed=bool(conflicts)),
            left_out=given.left_out,
        )

    def _refusal(self, written: _Written | None, why: str | None) -> Answer:
        question, nearest = self._made.question, self._made.evidence[:NEAREST]
        stopped = written is not None and written.stopped
        text = REFUSAL if len(self._means.library) else EMPTY
        return Answer(
            question=question.asked,
            standalone_question=question.standalone,
            text="Stopped." if stopped else text,
            sentences=(),
            citations=(),
            abstained=not stopped,
            confidence=written.confidence if written else 0.0,
            nearest=tuple(cite(number, item) for number, item in enumerate(nearest, 1)),
            timings=replace(self._timings, total=self._elapsed()),
            record=self._record(written.signals if written else None, None),
            stopped=stopped,
            filters=question.filters,
            reason=None if stopped else why,
        )

    def _record(self, signals: Signals | None, text: str | None) -> dict[str, Any]:
        means = self._means
        return make_record(
            means.library,
            means.model,
            means.settings,
            self._made,
            calibration=means.calibration,
            signals=signals,
            text=text,
        )

    def _elapsed(self) -> float:
        return time.perf_counter() - self._began

    def _is_stopped(self) -> bool:
        return self._cancel is not None and self._cancel.is_set()
