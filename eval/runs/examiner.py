"""One question becomes one record: asked in the mode of the run, scored, with its context."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Literal

from sourcebook.eval.errors import EvaluationError
from sourcebook.eval.metrics import scoring
from sourcebook.eval.metrics.judges import Judge, LexicalJudge
from sourcebook.eval.questions.dataset import Question, QuestionSet
from sourcebook.eval.questions.gold import Located, Locator, missing_lines
from sourcebook.index.documents.records import Hit
from sourcebook.index.errors import LibraryError, ModelFileAltered, ModelFileMissing, QuestionError
from sourcebook.index.library import Library
from sourcebook.rag.answer import Answer
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.events import AnswerReady, EvidenceFound
from sourcebook.rag.question.understanding import understand
from sourcebook.rag.settings import Settings

from . import context, provenance
from .batched_embedder import embedded_ahead
from .reply_cache import KeptReplies

Mode = Literal["gold", "rag", "retrieval"]


class Examiner:
    """Asks the questions of a set over a library. ``questions`` are those the mode can measure."""

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
        self._locator = Locator(library)
        self._started = datetime.now(UTC)
        self._located = {q.id: self._locator.locate(q) for q in questions.questions}
        self._check_library()
        self.questions: Sequence[Question] = [
            q for q in questions.questions if mode != "retrieval" or self._is_searchable(q)
        ]
        if not self.questions:
            raise EvaluationError(
                f"{questions.name}: no question has gold evidence, so there is nothing to measure "
                "in retrieval mode"
            )

    @contextmanager
    def ready(self, questions: Sequence[Question]) -> Iterator[None]:
        """What makes asking ``questions`` quick: loaded models, or questions embedded together.

        Raises:
            SourcebookError: a model cannot be loaded.
        """
        if self._mode != "retrieval":
            if questions:
                self.bot().warm_up()
            yield
            return
        words: list[str] = []
        for question in questions:
            with suppress(QuestionError):  # recorded when it is asked
                words.append(_words(question))
        with embedded_ahead(self._library, words):
            yield

    def bot(self) -> Chatbot:
        """The chatbot, made when first needed: retrieval mode never needs one."""
        if self._chatbot is None:
            # A prompt that an earlier run left on disk would count as read in no time.
            settings = Settings.load().model_copy(update={"state_disk": 0})
            self._chatbot = Chatbot(self._library, settings=settings)
        return self._chatbot

    def identity(self) -> dict[str, Any]:
        """What must be the same for a run to be resumed."""
        answering = self._mode != "retrieval"
        return {
            "set": {"name": self._set.name, "fingerprint": self._set.fingerprint},
            "mode": self._mode,
            "settings": self.bot().settings.model_dump(mode="json") if answering else None,
            "model": provenance.model(self.bot().model.name) if answering else None,
            "embedder": provenance.model(self._library.embedder.name),
            "library": provenance.library(self._library, self._locator.content),
            "judge": self._judge.name if answering else None,
        }

    def about(self, name: str) -> dict[str, Any]:
        """Everything that made the run, for its summary."""
        return {
            "name": name,
            **self.identity(),
            "form": self._set.form,
            "left_out": len(self._set.questions) - len(self.questions),
            "warnings": missing_lines(self._located),
            "code": provenance.code(),
            "machine": provenance.machine(),
            "peak_memory_mib": round(provenance.peak_memory(), 1),
            "started": self._started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def record(self, question: Question, stop: threading.Event | None) -> dict[str, Any] | None:
        """Ask one question: its line for the run folder; None when stopped meanwhile."""
        if stop and stop.is_set():
            return None
        began = time.perf_counter()
        located = self._located[question.id]
        record: dict[str, Any] = {
            "id": question.id,
            "question": question.to_dict(),
            "type": question.type,
            "answer": None,
            "error": None,
        }
        asked = began
        try:
            if self._mode == "retrieval":
                by_mode = self._search(question)
                asked = time.perf_counter()
                record["scores"] = _score_search(located, by_mode)
                record["hits"] = {
                    mode: [context.of_hit(hit, located) for hit in hits]
                    for mode, hits in by_mode.items()
                }
            else:
                kept = self._replies_kept()
                answer, found = self._ask(question, located, stop)
                asked = time.perf_counter()
                if answer.stopped:
                    return None
                record["answer"] = context.of_answer(answer)
                scores = self._score(question, located, answer, found)
                if self._replies_kept() > kept:
                    scores = scoring.without_timings(scores)
                record["scores"] = scores
        except (LibraryError, ModelFileMissing, ModelFileAltered, KeyboardInterrupt):
            raise  # no question could be answered
        except Exception as error:  # noqa: BLE001  whatever it is, it is this question's result
            asked = asked if asked > began else time.perf_counter()
            record["error"] = f"{type(error).__name__}: {error}"
            record["scores"] = scoring.score_failure(question, located, self._mode, self._long)
        record["gold"] = context.of_gold(located, self._locator.document)
        ended = time.perf_counter()
        record["seconds"] = {"asking": round(asked - began, 4), "scoring": round(ended - asked, 4)}
        return record

    def _ask(
        self, question: Question, located: Located, stop: threading.Event | None
    ) -> tuple[Answer, EvidenceFound]:
        """The answer and what was shown before it."""
        if self._mode == "gold":
            hits = self._gold_hits(question, located)
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
        found = EvidenceFound((), ())
        for event in events:
            if isinstance(event, EvidenceFound):
                found = event
            elif isinstance(event, AnswerReady):
                return event.answer, found
        raise EvaluationError("the stream ended without an answer")

    def _gold_hits(self, question: Question, located: Located) -> Sequence[Hit]:
        hits = self._locator.gold_hits(located)
        if hits:
            return hits
        if question.answerable:
            raise EvaluationError("; ".join(located.missing) or "the question has no gold evidence")
        return self._library.search(_words(question), 1, filters=self._locator.filters(question))

    def _score(
        self, question: Question, located: Located, answer: Answer, found: EvidenceFound
    ) -> scoring.Scores:
        scores = scoring.score_answer(
            question,
            answer,
            located,
            self._judge,
            self._locator.document,
            long_answers=self._long,
        )
        if question.answerable and self._mode == "rag":
            scores |= scoring.score_hits(located, found.hits, depth=self.bot().settings.hits)
        if question.answerable:
            given = [
                (str(e["document"]), int(e["start"]), int(e["end"]))
                for e in answer.record.get("evidence", ())
            ]
            scores |= scoring.score_evidence(located, given)
        scores |= scoring.score_instant(question, [item.quote for item in found.evidence])
        tokens = self.bot().model.count_tokens(scoring.plain(answer))
        scores |= scoring.score_timings(answer, 0 if answer.abstained else tokens)
        if self._mode == "gold":
            del scores["retrieve"]  # nothing was searched
        return scores

    def _replies_kept(self) -> int:
        """How many replies came out of a file so far, where the model's are kept in one."""
        model = self.bot().model
        return model.taken if isinstance(model, KeptReplies) else 0

    def _search(self, question: Question) -> dict[str, list[Hit]]:
        """Hits by search mode."""
        filters = self._locator.filters(question)
        return {
            mode: self._library.search(_words(question), scoring.DEPTH, mode=mode, filters=filters)
            for mode in scoring.SEARCH_MODES
        }

    def _is_searchable(self, question: Question) -> bool:
        located = self._located[question.id]
        return question.answerable and bool(located.groups() or located.missing)

    def _check_library(self) -> None:
        """A set whose evidence is nowhere in the library is the wrong set for it."""
        wanted = [place for place in self._located.values() if place.found or place.missing]
        if wanted and not any(place.found for place in wanted):
            lines = missing_lines(self._located)
            raise EvaluationError(
                f"none of the gold evidence of {self._set.name} is in {self._library.folder.name} "
                f"({lines[0]}): choose the library it was written for with --library"
            )


def _words(question: Question) -> str:
    """What is searched for: the question as it stands alone."""
    return understand(question.text, question.history).standalone


def _score_search(located: Located, found: Mapping[str, Sequence[Hit]]) -> scoring.Scores:
    scores: scoring.Scores = {"failed": 0.0, "answerable": 1.0}
    for mode, hits in found.items():
        scores |= scoring.score_hits(located, hits, mode)
    return scores
