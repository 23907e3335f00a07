"""One question on its way to an answer: what the kinds of answers share."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sourcebook.rag.answer import Answer, Conflict
from sourcebook.rag.events import Event, TextDelta
from sourcebook.rag.llm import Prompt
from sourcebook.rag.prompting import DraftFilter, prompts
from sourcebook.rag.record import make_record
from sourcebook.rag.refusal import Signals
from sourcebook.rag.retrieval import Evidence, as_of
from sourcebook.rag.verification import VerifiedDraft, cite, document_urls

from .evidence_search import EvidenceSearch

REFUSAL = "Your articles do not answer this."
EMPTY = "There are no articles to answer from yet."
NEAREST = 3
"""Sentences that a refusal shows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote, as far as a reader may see it; ``leaked``: it repeated its rules."""

    text: str
    leaked: bool


class Inquiry(EvidenceSearch):
    """A question on its way: what the model writes of the evidence, and the answer made of it."""

    def weigh(self, evidence: Sequence[Evidence]) -> Signals:
        """Return the signals that the evidence states the answer; the model reads it.

        Args:
            evidence: from `fit`; not empty.

        Raises:
            ModelError: the model cannot run.
        """
        log_odds = self.resources.steps.probe(self.resources.model, self.trace.probe, self.cancel)
        return Signals(log_odds, max(item.similarity for item in evidence))

    def write(
        self, prompt: Prompt, evidence: Sequence[Evidence], max_tokens: int | None = None
    ) -> Generator[Event, None, Reply]:
        """Yield the pieces of the model's reply to a prompt; return it as a whole.

        Args:
            prompt: with the excerpts and the question; the trace keeps it.
            evidence: what stands in the prompt.
            max_tokens: of the reply; by default the settings'.

        Raises:
            ModelError: the model cannot run.
        """
        resources = self.resources
        most = max_tokens or resources.settings.answer_tokens
        self.trace = replace(self.trace, prompt=prompt)
        guard = DraftFilter(
            prompts.RULES,
            prompts.format_context(self.question.standalone, evidence),
            most,
            allowed=document_urls(evidence),
        )
        if not self.is_stopped:
            stream = resources.steps.draft(resources.model, prompt, most, self.cancel)
            for piece in guard.pieces(stream):
                if self.timings.first_token is None:
                    self.timings = replace(self.timings, first_token=self.elapsed())
                yield TextDelta(piece)
        return Reply(guard.text, guard.fault == "leak")

    # -- the answer ------------------------------------------------------------------------

    def answer(
        self,
        reply: VerifiedDraft,
        confidence: float,
        *,
        signals: Signals | None = None,
        conflicts: tuple[Conflict, ...] = (),
    ) -> Answer:
        """Return a reply as the answer.

        Args:
            reply: what was verified.
            confidence: the probability that it is right.
            signals: from `weigh`, for the record.
            conflicts: those between sources about the question.
        """
        question = self.question
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            text=reply.text,
            sentences=reply.sentences,
            citations=reply.citations,
            abstained=False,
            confidence=confidence,
            conflicts=conflicts,
            timings=replace(self.timings, total=self.elapsed()),
            record=self._record(signals, reply.text),
            stopped=self.is_stopped,
            filters=question.filters,
            as_of=as_of(question, reply.citations, changed=bool(conflicts)),
            left_out=reply.left_out,
            kind=question.kind,
        )

    def refusal(
        self, reason: str | None, *, confidence: float = 0.0, signals: Signals | None = None
    ) -> Answer:
        """Return a refusal, with the sentences that come nearest.

        Args:
            reason: in one line for the reader.
            confidence: the probability that an answer would be right.
            signals: from `weigh`, for the record.
        """
        question, stopped = self.question, self.is_stopped
        text = REFUSAL if len(self.resources.library) else EMPTY
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            text="Stopped." if stopped else text,
            sentences=(),
            citations=(),
            abstained=not stopped,
            confidence=confidence,
            nearest=tuple(
                cite(number, item) for number, item in enumerate(self.trace.evidence[:NEAREST], 1)
            ),
            timings=replace(self.timings, total=self.elapsed()),
            record=self._record(signals, None),
            stopped=stopped,
            filters=question.filters,
            reason=None if stopped else reason,
            kind=question.kind,
        )

    def _record(self, signals: Signals | None, text: str | None) -> dict[str, Any]:
        resources = self.resources
        return make_record(
            resources.library,
            resources.model,
            resources.settings,
            self.trace,
            calibration=resources.calibration,
            signals=signals,
            text=text,
        )
