"""One question on its way to an answer: what the kinds of answers share."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.library import Library
from sourcebook.index.search.filters import Filters
from sourcebook.rag.answer import Answer, Conflict, Timings
from sourcebook.rag.events import Event, EvidenceFound, TextDelta
from sourcebook.rag.language.identifiers import Identifier
from sourcebook.rag.llm import LanguageModel, Prompt
from sourcebook.rag.prompting import DraftFilter, prompts
from sourcebook.rag.question import Kind, Question
from sourcebook.rag.record import AnswerTrace, make_record
from sourcebook.rag.refusal import Calibration, Signals, abstention
from sourcebook.rag.retrieval import Evidence, as_of, date_preference, embed_evidence
from sourcebook.rag.settings import Settings
from sourcebook.rag.steps import AnswerSteps
from sourcebook.rag.verification import VerifiedDraft, cite, document_urls

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
class Reply:
    """What the model wrote, as far as a reader may see it; ``leaked``: it repeated its rules."""

    text: str
    leaked: bool


class Inquiry:
    """A question with all that is needed to answer it, its timings, and its trace for the record.

    Args:
        resources: the library, models, settings and steps.
        trace: the question, with its hits where they are given instead of searched.
        start: the time of the question, by `time.perf_counter`.
        limits: the caller's own filters.
        has_passages: whether the hits are given.
        cancel: when set, the answer ends early and is marked as stopped.
    """

    def __init__(
        self,
        resources: AnswerResources,
        trace: AnswerTrace,
        start: float,
        *,
        limits: Filters | None = None,
        has_passages: bool = False,
        cancel: threading.Event | None = None,
    ) -> None:
        self.resources = resources
        self.trace = trace
        self.limits = limits
        self.has_passages = has_passages
        self.cancel = cancel
        self.generation = resources.library.generation
        self.threshold = abstention.threshold(resources.settings)
        self._start = start
        self._timings = Timings()

    @property
    def question(self) -> Question:
        """The question, after a search with its final filters."""
        return self.trace.question

    def take_for(self, kind: Kind) -> None:
        """Take the question for one of another kind than it seemed to be."""
        self.trace = replace(self.trace, question=replace(self.question, kind=kind))

    @property
    def is_stopped(self) -> bool:
        """Whether the reader ended the answer."""
        return self.cancel is not None and self.cancel.is_set()

    # -- finding ---------------------------------------------------------------------------

    def find_hits(self, count: int | None = None) -> Sequence[Hit]:
        """Return the passages for the question, and note them in the trace.

        Args:
            count: how many; by default as many as the settings say.

        Raises:
            LibraryError, ModelError: the library cannot be searched.
        """
        if not self.has_passages:
            resources = self.resources
            hits, question = resources.steps.retrieve(
                resources.library,
                self.question,
                count or resources.settings.hits,
                self.limits,
                resources.embedder,
            )
            self.trace = replace(self.trace, question=question, hits=tuple(hits))
        self._timings = replace(self._timings, retrieve=self._elapsed())
        return self.trace.hits

    def find_hits_for(self, text: str, count: int) -> Sequence[Hit]:
        """Return the passages for another text than the question, within the same limits; the trace
        keeps those of both.

        Args:
            text: what is searched for: one side of a comparison, a topic.
            count: how many.

        Raises:
            LibraryError, ModelError: the library cannot be searched.
        """
        if self.has_passages:
            return self.trace.hits
        resources = self.resources
        hits, _ = resources.steps.retrieve(
            resources.library,
            replace(self.question, standalone=text),
            count,
            self.limits,
            resources.embedder,
        )
        by_id = {hit.passage.id: hit for hit in (*self.trace.hits, *hits)}
        self.trace = replace(self.trace, hits=tuple(by_id.values()))
        return hits

    def rank(self, hits: Sequence[Hit], text: str | None = None) -> list[Evidence]:
        """Return the sentences of passages, best first.

        Args:
            hits: the passages.
            text: what they are ranked for; by default the question.
        """
        return self.resources.steps.rank_evidence(
            text or self.question.standalone,
            hits,
            self.resources.embedder,
            date_preference(self.question, hits),
        )

    def find_absent(self, evidence: Sequence[Evidence]) -> list[Identifier]:
        """Return the exact identifiers of the question that no article mentions.

        Args:
            evidence: every sentence that was found.
        """
        absent = self.resources.steps.find_absent(self.question.standalone, evidence)
        if self.has_passages:
            return absent
        mentions = self.resources.library.mentions
        return [identifier for identifier in absent if not mentions(identifier.token)]

    def show(self, evidence: Sequence[Evidence]) -> EvidenceFound:
        """Return the event that shows evidence to the reader, in this order."""
        self._timings = replace(self._timings, evidence=self._elapsed())
        shown = tuple(cite(number, item) for number, item in enumerate(evidence, 1))
        return EvidenceFound(shown, tuple(self.trace.hits))

    def fit(self, evidence: Sequence[Evidence], tokens: int | None = None) -> list[Evidence]:
        """Return the evidence that fits the prompt, with its vectors, and note it in the trace.

        Args:
            evidence: best first.
            tokens: of the prompt; by default the settings'.
        """
        resources, question = self.resources, self.question.standalone
        chosen = resources.steps.fit_budget(
            evidence, tokens or resources.settings.evidence_tokens, resources.model.count_tokens
        )
        embedded = embed_evidence(chosen, question, resources.embedder)
        self.trace = replace(
            self.trace,
            evidence=embedded,
            probe=prompts.probe_prompt(question, embedded),
            prompt=prompts.answer_prompt(question, embedded),
        )
        return embedded

    # -- the model -------------------------------------------------------------------------

    def weigh(self, evidence: Sequence[Evidence]) -> Signals:
        """Return the signals that the articles hold the answer; the model reads the evidence.

        Args:
            evidence: from `fit`.

        Raises:
            ModelError: the model cannot run.
        """
        steps = self.resources.steps
        log_odds = steps.probe(self.resources.model, self.trace.probe, self.cancel)
        return steps.weigh_evidence(self.question.standalone, evidence, log_odds)

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
                if self._timings.first_token is None:
                    self._timings = replace(self._timings, first_token=self._elapsed())
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
            timings=replace(self._timings, total=self._elapsed()),
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
            confidence: the probability that the articles hold the answer.
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
            timings=replace(self._timings, total=self._elapsed()),
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

    def _elapsed(self) -> float:
        return time.perf_counter() - self._start
