"""One fact: one sentence of the model, verified, or one of an article in its place."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from sourcebook.rag.answer import Answer
from sourcebook.rag.conflicts import POOL
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.prompting import prompts
from sourcebook.rag.question import asks_yes_or_no
from sourcebook.rag.refusal import (
    ABSENT,
    NOTHING_FOUND,
    DraftCase,
    Signals,
    abstention,
    is_hopeless,
    refusal_reason,
    unsupported_reason,
)
from sourcebook.rag.retrieval import (
    Evidence,
    embed_evidence,
    select_passages,
    sort_newest_first,
    wants_newest,
)
from sourcebook.rag.verification import (
    Splitter,
    VerifiedDraft,
    drop_unsupported,
    is_gone,
    split_sentences,
)

from .inquiry import Inquiry

_PASSAGE_TOKENS = 650
"""Tokens of the passages that are read as a whole."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """The model's draft after its verification, and how sure an answer from it would be."""

    text: str
    verified: VerifiedDraft
    signals: Signals
    confidence: float
    hopeless: bool
    leaked: bool


class Fact:
    """Answers what one sentence of an article tells.

    Args:
        task: what the model is asked to do with the evidence.
        neighbours: how many of the best sentences bring those around them.
        by_passage: whether it reads the passages of the best sentences as a whole instead.
        split: cuts the draft into what is verified by itself.
    """

    def __init__(
        self,
        task: str = prompts.ANSWER,
        neighbours: int = 1,
        *,
        by_passage: bool = False,
        split: Splitter = split_sentences,
    ) -> None:
        self._task = task
        self._neighbours = neighbours
        self._by_passage = by_passage
        self._split = split

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the evidence, the pieces of the draft and the answer."""
        steps, question = inquiry.resources.steps, inquiry.question
        ranked = inquiry.rank(inquiry.find_hits())
        if ranked and (absent := inquiry.find_absent(ranked)):
            evidence = inquiry.fit(steps.select_evidence(ranked))
            yield inquiry.show(steps.order_for_reader(evidence))
            yield AnswerReady(inquiry.refusal(ABSENT.format(f"“{absent[0].text}”")))
            return
        ranked = steps.leave_out_neighbours(question.standalone, ranked)
        best = steps.select_evidence(ranked, self._neighbours)
        best = steps.add_answer_type(question.standalone, best, ranked)
        if wants_newest(inquiry.question):
            best = sort_newest_first(best)
        yield inquiry.show(steps.order_for_reader(best))
        evidence = select_passages(ranked) if self._by_passage else best
        if not evidence:
            has_articles = bool(len(inquiry.resources.library))
            yield AnswerReady(inquiry.refusal(NOTHING_FOUND if has_articles else None))
            return
        tokens = _PASSAGE_TOKENS if self._by_passage else None
        draft = yield from self._draft(inquiry, inquiry.fit(evidence, tokens))
        if self._is_unfounded(inquiry, draft):
            draft = self._draft_from_best(inquiry, best) or draft
        yield AnswerReady(self._decide(inquiry, draft, ranked))

    def _draft(
        self, inquiry: Inquiry, evidence: Sequence[Evidence]
    ) -> Generator[Event, None, _Draft]:
        """Yield the pieces of the draft; return the draft verified."""
        resources, question, steps = inquiry.resources, inquiry.question, inquiry.resources.steps
        signals = inquiry.weigh(evidence)
        confidence = resources.calibration.probability(signals)
        hopeless = is_hopeless(confidence, inquiry.threshold)
        reply_text, leaked = "", False
        if not hopeless:
            prompt = prompts.answer_prompt(question.standalone, evidence, self._task)
            reply = yield from inquiry.write(prompt, evidence)
            reply_text, leaked = reply.text, reply.leaked
        text, verified = steps.verify(
            reply_text,
            question.sentence,
            evidence,
            inquiry.trace.hits,
            resources.embedder,
            checks=steps.checks,
            split=self._split,
        )
        if asks_yes_or_no(question.standalone):
            verified = self._quote(inquiry, verified)  # the quotes that a yes gives way to
        if text and not inquiry.is_stopped:
            is_supported = any(sentence.supported for sentence in verified.sentences)
            if not steps.fits_question(question.text, text, evidence, is_supported=is_supported):
                confidence *= abstention.BESIDE_THE_POINT
        return _Draft(text, verified, signals, confidence, hopeless, leaked)

    def _is_unfounded(self, inquiry: Inquiry, draft: _Draft) -> bool:
        """Whether a draft was written of which no source supports a sentence."""
        sentences = draft.verified.sentences
        is_whole = bool(draft.text) and not draft.leaked and not inquiry.is_stopped
        return is_whole and not any(sentence.supported for sentence in sentences)

    def _draft_from_best(self, inquiry: Inquiry, evidence: Sequence[Evidence]) -> _Draft | None:
        """Return a draft from the best sentence alone, where one is supported: among others a small
        model takes the number of the next item. Else None, and the trace stays as it was."""
        trace = inquiry.trace
        # A reader sees the first draft until the answer replaces it.
        draft = _last(self._draft(inquiry, inquiry.fit(evidence[:1])))
        if any(sentence.supported for sentence in draft.verified.sentences):
            return draft
        inquiry.trace = trace
        return None

    def _decide(self, inquiry: Inquiry, draft: _Draft, ranked: Sequence[Evidence]) -> Answer:
        """Return the answer, or a refusal with its reason."""
        resources = inquiry.resources
        case = self._case(inquiry, draft)
        reason = refusal_reason(case)
        is_final = reason or asks_yes_or_no(inquiry.question.standalone)  # or quoted before
        reply = draft.verified if is_final else self._quote(inquiry, draft.verified)
        if resources.settings.unsupported == "drop":
            reply = drop_unsupported(reply)
        reason = reason or unsupported_reason(case, reply.sentences)
        if reason:
            return inquiry.refusal(reason, confidence=draft.confidence, signals=draft.signals)
        conflicts = resources.steps.find_conflicts(
            inquiry.question,
            draft.verified.sentences,
            draft.verified.citations,
            [
                *embed_evidence(ranked[:POOL], inquiry.question.standalone, resources.embedder),
                *inquiry.trace.evidence,
            ],
            reply_citations=reply.citations,
        )
        return inquiry.answer(reply, draft.confidence, signals=draft.signals, conflicts=conflicts)

    def _case(self, inquiry: Inquiry, draft: _Draft) -> DraftCase:
        """Return what the decision to refuse is taken from."""
        library = inquiry.resources.library
        return DraftCase(
            question=inquiry.question.text,
            evidence=inquiry.trace.evidence,
            draft=None if draft.hopeless else draft.text,
            sentences=draft.verified.sentences,
            confidence=draft.confidence,
            needed=inquiry.threshold,
            leaked=draft.leaked,
            removed=library.generation != inquiry.generation and is_gone(draft.verified, library),
            stopped=inquiry.is_stopped,
        )

    def _quote(self, inquiry: Inquiry, verified: VerifiedDraft) -> VerifiedDraft:
        """Return a draft as a reader sees it, or what an article says in its place."""
        if inquiry.is_stopped:
            return verified
        resources, trace = inquiry.resources, inquiry.trace
        return resources.steps.quote_articles(
            trace.question.sentence,
            verified,
            trace.evidence,
            trace.hits,
            resources.embedder,
            checks=resources.steps.checks,
        )


def _last(events: Generator[Event, None, _Draft]) -> _Draft:
    """Return what a generator returns at its end."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            draft: _Draft = end.value
            return draft
