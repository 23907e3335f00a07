"""The finding of evidence for a question: what an inquiry begins with."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from sourcebook.index.documents.records import Hit
from sourcebook.index.search.filters import Filters
from sourcebook.rag.answer import Timings
from sourcebook.rag.events import EvidenceFound
from sourcebook.rag.language.identifiers import Identifier
from sourcebook.rag.prompting import prompts
from sourcebook.rag.question import Kind, Question
from sourcebook.rag.record import AnswerTrace
from sourcebook.rag.refusal import abstention
from sourcebook.rag.retrieval import Evidence, date_preference, embed_evidence
from sourcebook.rag.verification import cite

from .resources import AnswerResources


class EvidenceSearch:
    """A question, what is found for it, its timings, and its trace for the record.

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
        self.timings = Timings()

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
        self.timings = replace(self.timings, retrieve=self.elapsed())
        return self.trace.hits

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
        self.timings = replace(self.timings, evidence=self.elapsed())
        shown = tuple(cite(number, item) for number, item in enumerate(evidence, 1))
        return EvidenceFound(shown, tuple(self.trace.hits))

    def fit(self, evidence: Sequence[Evidence], tokens: int | None = None) -> list[Evidence]:
        """Return the evidence that fits the prompt, with its vectors, and note it in the trace.

        Args:
            evidence: best first.
            tokens: of the prompt; by default the settings'.
        """
        resources, question = self.resources, self.question.standalone
        selection = resources.steps.fit_budget(
            evidence, tokens or resources.settings.evidence_tokens, resources.model.count_tokens
        )
        embedded = embed_evidence(selection, question, resources.embedder)
        self.trace = replace(
            self.trace,
            evidence=embedded,
            probe=prompts.probe_prompt(question, embedded),
            prompt=prompts.answer_prompt(question, embedded),
        )
        return embedded

    def elapsed(self) -> float:
        """Return the seconds since the question."""
        return time.perf_counter() - self._start
