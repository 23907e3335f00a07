"""Asks one question in the mode of the run, and makes its record with scores and context."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Literal

from sourcebook.eval.errors import EvaluationError
from sourcebook.eval.metrics import Judge, LexicalJudge, Scores, scoring
from sourcebook.eval.questions import (
    EvalQuestion,
    GoldLocations,
    GoldLocator,
    QuestionSet,
    describe_missing,
)
from sourcebook.index.documents.records import Hit
from sourcebook.index.errors import LibraryError, ModelFileAltered, ModelFileMissing, QuestionError
from sourcebook.index.library import Library
from sourcebook.rag.answer import Answer
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.events import AnswerReady, EvidenceFound, TextDelta
from sourcebook.rag.question.understanding import understand
from sourcebook.rag.settings import Settings

from . import context, provenance
from .batched_embedder import embedding_in_batches
from .reply_cache import ReplyCache

Mode = Literal["gold", "rag", "retrieval"]


class Examiner:
    """Asks the questions of a set over a library.

    ``questions`` are those that the mode can measure.
    """

    def __init__(
        self,
        questions: QuestionSet,
        library: Library,
        mode: Mode,
        chatbot: Chatbot | None,
        judge: Judge | None,
    ) -> None:
        self._set, self._library, self._mode = questions, library, mode
        self._chatbot = chatbot
        self._long = questions.long_answers
        self._judge = judge or LexicalJudge(library.embedder)
        self._locator = GoldLocator(library)
        self._started = datetime.now(UTC)
        self._locations = {q.id: self._locator.locate(q) for q in questions.questions}
        self._check_library()
        self.questions: Sequence[EvalQuestion] = [
            q for q in questions.questions if mode != "retrieval" or self._is_searchable(q)
        ]
        if not self.questions:
            raise EvaluationError(
                f"{questions.name}: no question has gold evidence, so there is nothing to measure "
                "in retrieval mode"
            )

    @contextmanager
    def ready(self, questions: Sequence[EvalQuestion]) -> Iterator[None]:
        """Prepare to ask ``questions`` quickly: load the models, or embed the questions together.

        Raises:
            SourcebookError: a model cannot be loaded.
        """
        if self._mode != "retrieval":
            if questions:
                self.bot().warm_up()
            yield
            return
        texts: list[str] = []
        for question in questions:
            with suppress(QuestionError):  # recorded when it is asked
                texts.append(_standalone(question))
        with embedding_in_batches(self._library, texts):
            yield

    def bot(self) -> Chatbot:
        """Return the chatbot, made on the first call: retrieval mode needs none."""
        if self._chatbot is None:
            # A prompt that an earlier run left on disk would count as read in no time.
            settings = Settings.load().model_copy(update={"state_disk": 0})
            self._chatbot = Chatbot(self._library, settings=settings)
        return self._chatbot

    def identity(self) -> dict[str, Any]:
        """Return what must be equal for a run to be resumed."""
        answering = self._mode != "retrieval"
        return {
            "set": {"name": self._set.name, "fingerprint": self._set.fingerprint},
            "mode": self._mode,
            "settings": self.bot().settings.model_dump(mode="json") if answering else None,
            "model": provenance.describe_model(self.bot().model.name) if answering else None,
            "embedder": provenance.describe_model(self._library.embedder.name),
            "library": provenance.describe_library(self._library, self._locator.content),
            "judge": self._judge.name if answering else None,
        }

    def about(self, name: str) -> dict[str, Any]:
        """Return everything that the figures depend on, for the summary."""
        return {
            "name": name,
            **self.identity(),
            "form": self._set.form,
            "left_out": len(self._set.questions) - len(self.questions),
            "warnings": describe_missing(self._locations),
            "code": provenance.describe_code(),
            "machine": provenance.describe_machine(),
            "peak_memory_mib": round(provenance.peak_memory(), 1),
            "started": self._started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def record(self, question: EvalQuestion, stop: threading.Event | None) -> dict[str, Any] | None:
        """Ask one question and return its line for the run folder; None when stopped."""
        if stop and stop.is_set():
            return None
        began = time.perf_counter()
        locations = self._locations[question.id]
        record: dict[str, Any] = {
            "id": question.id,
            "question": question.to_dict(),
            "type": question.type,
            "answer": None,
            "error": None,
        }
        answer_time = began
        try:
            if self._mode == "retrieval":
                by_mode = self._search(question)
                answer_time = time.perf_counter()
                record["scores"] = _score_search(locations, by_mode)
                record["hits"] = {
                    mode: [context.describe_hit(hit, locations) for hit in hits]
                    for mode, hits in by_mode.items()
                }
            else:
                hits_before = self._cache_hits()
                answer, evidence, first_words = self._ask(question, locations, stop)
                answer_time = time.perf_counter()
                if answer.stopped:
                    return None
                record["answer"] = context.describe_answer(answer)
                scores = self._score(question, locations, answer, evidence)
                scores["first_words"] = min(first_words, answer.timings.total)
                if question.has_points:
                    record["points"] = _describe_points(question, answer)
                if self._cache_hits() > hits_before:
                    scores = scoring.without_timings(scores)
                record["scores"] = scores
        except (LibraryError, ModelFileMissing, ModelFileAltered, KeyboardInterrupt):
            raise  # no question could be answered
        except Exception as error:  # noqa: BLE001  whatever it is, it is this question's result
            answer_time = answer_time if answer_time > began else time.perf_counter()
            record["error"] = f"{type(error).__name__}: {error}"
            record["scores"] = scoring.score_failure(question, locations, self._mode, self._long)
        record["gold"] = context.describe_gold(locations, self._locator.document)
        ended = time.perf_counter()
        record["seconds"] = {
            "asking": round(answer_time - began, 4),
            "scoring": round(ended - answer_time, 4),
        }
        return record

    def _ask(
        self, question: EvalQuestion, locations: GoldLocations, stop: threading.Event | None
    ) -> tuple[Answer, EvidenceFound, float]:
        """Return the answer, the evidence shown before it, and the seconds to its first words."""
        began, first_words = time.perf_counter(), None
        if self._mode == "gold":
            hits = self._gold_hits(question, locations)
            events = self.bot().stream_from(
                question.text, hits, history=question.history, cancel=stop
            )
        else:
            events = self.bot().stream(
                question.text,
                history=question.history,
                filters=self._locator.filters(question),
                cancel=stop,
            )
        evidence = EvidenceFound((), ())
        for event in events:
            if isinstance(event, EvidenceFound):
                evidence = event
            elif first_words is None and (not isinstance(event, TextDelta) or event.text.strip()):
                first_words = time.perf_counter() - began
            if isinstance(event, AnswerReady):
                return event.answer, evidence, first_words or 0.0
        raise EvaluationError("the stream ended without an answer")

    def _gold_hits(self, question: EvalQuestion, locations: GoldLocations) -> Sequence[Hit]:
        hits = self._locator.gold_hits(locations)
        if hits:
            return hits
        if question.answerable:
            raise EvaluationError(
                "; ".join(locations.missing) or "the question has no gold evidence"
            )
        return self._library.search(
            _standalone(question), 1, filters=self._locator.filters(question)
        )

    def _score(
        self,
        question: EvalQuestion,
        locations: GoldLocations,
        answer: Answer,
        evidence: EvidenceFound,
    ) -> Scores:
        scores = scoring.score_answer(
            question,
            answer,
            locations,
            self._judge,
            self._locator.document,
            long_answers=self._long,
        )
        if question.answerable and self._mode == "rag":
            scores |= scoring.score_hits(locations, evidence.hits, depth=self.bot().settings.hits)
        if question.answerable:
            prompt_spans = [
                (str(e["document"]), int(e["start"]), int(e["end"]))
                for e in answer.record.get("evidence", ())
            ]
            scores |= scoring.score_evidence(locations, prompt_spans)
        scores |= scoring.score_instant(question, [item.quote for item in evidence.evidence])
        tokens = self.bot().model.count_tokens(scoring.text_without_marks(answer))
        scores |= scoring.score_timings(answer, 0 if answer.abstained else tokens)
        if self._mode == "gold":
            del scores["retrieve"]  # nothing was searched
        return scores

    def _cache_hits(self) -> int:
        """How many replies came from the cache so far; 0 without a cache."""
        model = self.bot().model
        return model.hits if isinstance(model, ReplyCache) else 0

    def _search(self, question: EvalQuestion) -> dict[str, list[Hit]]:
        """Return the hits of each search mode."""
        filters = self._locator.filters(question)
        return {
            mode: self._library.search(
                _standalone(question), scoring.DEPTH, mode=mode, filters=filters
            )
            for mode in scoring.SEARCH_MODES
        }

    def _is_searchable(self, question: EvalQuestion) -> bool:
        locations = self._locations[question.id]
        return question.answerable and bool(locations.groups() or locations.missing)

    def _check_library(self) -> None:
        """Raise EvaluationError when the library has no document that the set names."""
        with_evidence = [p for p in self._locations.values() if p.spans or p.missing]
        if with_evidence and not any(p.documents for p in with_evidence):
            lines = describe_missing(self._locations)
            raise EvaluationError(
                f"none of the gold evidence of {self._set.name} is in {self._library.folder.name} "
                f"({lines[0]}): choose the library it was written for with --library"
            )


def _describe_points(question: EvalQuestion, answer: Answer) -> dict[str, Any]:
    """Return the points that an answer misses, and what it says that is forbidden."""
    points = question.find_points("" if answer.abstained else scoring.text_for_points(answer))
    pairs = zip(question.points, points.made, strict=True)
    return {
        "missing": [list(group) for group, is_made in pairs if not is_made],
        "forbidden": list(points.forbidden),
    }


def _standalone(question: EvalQuestion) -> str:
    """Return the question as it can be understood alone, which is searched for."""
    return understand(question.text, question.history).standalone


def _score_search(locations: GoldLocations, hits_by_mode: Mapping[str, Sequence[Hit]]) -> Scores:
    scores: Scores = {"failed": 0.0, "answerable": 1.0}
    for mode, hits in hits_by_mode.items():
        scores |= scoring.score_hits(locations, hits, mode)
    return scores
