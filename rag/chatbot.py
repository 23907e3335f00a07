"""`Chatbot`: ask() and stream() take a question and answer it, by its kind (see `kinds`)."""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Self

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import CachingEmbedder
from sourcebook.index.library import Library
from sourcebook.index.search.filters import Filters
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.prompting import prompts
from sourcebook.rag.question import Kind, Turn
from sourcebook.rag.refusal import load_calibration

from .answer import Answer
from .asynchronous import AsyncQuestions
from .events import AnswerReady, Event
from .kinds import AnswerResources, Inquiry, answer_by_kind
from .kinds.inquiry.states import forget_states_after
from .lifetime import Lifetime
from .models import make_language_model
from .record import AnswerTrace, question_context
from .review import Verification, verify
from .settings import Settings
from .steps import ANSWER_STEPS, AnswerSteps


class Chatbot(AsyncQuestions):
    """Answers questions from a library, each sentence with its sources.

        with Library.open("news.library") as library, Chatbot(library) as chatbot:
            answer = chatbot.ask("How long did the talks last?")

    Cheap to make; models load on first use. Threads may share a chatbot, and chatbots of the same
    settings share one loaded model; one question at a time reaches it. `aask` and `astream` are
    `ask` and `stream`, awaited.
    """

    def __init__(
        self,
        library: Library,
        *,
        model: LanguageModel | None = None,
        settings: Settings | None = None,
        steps: AnswerSteps = ANSWER_STEPS,
    ) -> None:
        self.library = library
        self.settings = settings or Settings.load()
        self.calibration = load_calibration(self.settings.calibration)
        self.embedder = CachingEmbedder(library.embedder)
        self.model = model or make_language_model(self.settings)
        self.steps = steps
        self._lock = threading.Lock()
        self._loading: threading.Thread | None = None
        self._lifetime = Lifetime()

    def close(self) -> None:
        """End the answers under way, as if they were stopped, and refuse further questions.

        So it is for the copies that `with_settings` and `with_steps` made of it; closing a copy
        leaves the original open. The library stays open; a model that no other chatbot uses is
        freed with this object. Closing twice is fine.
        """
        self._lifetime.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def with_settings(self, settings: Settings) -> Self:
        """Return a chatbot with other ``settings`` over the same library and the same model.

        It can be closed by itself, and is closed with this one. The settings of the model have no
        effect. Answers under way keep their settings.
        """
        other = self._copy()
        other.settings = settings
        other.calibration = load_calibration(settings.calibration)
        return other

    def with_steps(self, steps: AnswerSteps) -> Self:
        """Return a chatbot with other ``steps`` over the same library and the same model."""
        other = self._copy()
        other.steps = steps
        return other

    def _copy(self) -> Self:
        other = copy.copy(self)
        other._lock, other._lifetime = threading.Lock(), self._lifetime.derive()
        return other

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
        kind: Kind | None = None,
    ) -> Answer:
        """Return the answer to ``question``.

        Args:
            question: at most 2,000 characters.
            history: the earlier turns of the conversation, oldest first.
            filters: limits of the search; the question's own filters narrow them.
            ignore: keys of `Answer.filters` that the question is asked again without.
            now: the reader's clock, time-zone aware; by default this machine's.
            kind: the sort of answer to give; by default the question's words decide.

        Raises:
            EmptyQuestion, QuestionTooLong, ChatbotClosed: before anything is done.
            LibraryError, ModelError: the library cannot be read, a model cannot run.
        """
        return _last(
            self.stream(
                question, history=history, filters=filters, ignore=ignore, now=now, kind=kind
            )
        )

    def answer_from(
        self, question: str, hits: Sequence[Hit], *, history: Sequence[Turn] = ()
    ) -> Answer:
        """Return the answer from passages that are given instead of searched.

        Args:
            question: as in ``ask``.
            hits: the passages, best first.
            history: as in ``ask``.

        Raises:
            EmptyQuestion, QuestionTooLong, LibraryError, ModelError: as ``ask``.
        """
        return _last(self.stream_from(question, hits, history=history))

    def stream_from(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Yield the events of an answer from passages that are given instead of searched.

        Args:
            question: as in ``ask``.
            hits: the passages, best first.
            history: as in ``ask``.
            cancel: when set, the answer ends early and is marked as stopped.

        Raises:
            EmptyQuestion, QuestionTooLong, LibraryError, ModelError: as ``ask``.
        """
        self._lifetime.check()
        trace = AnswerTrace(
            self.steps.understand(question, history, embedder=self.embedder),
            question_context(history, None, has_passages=True),
            tuple(hits),
        )
        return self._answer(
            Inquiry(self._resources(), trace, time.perf_counter(), has_passages=True, cancel=cancel)
        )

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        cancel: threading.Event | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
        kind: Kind | None = None,
    ) -> Iterator[Event]:
        """Yield the evidence, then the pieces of the draft, at the end the verified answer.

        The last event is always `AnswerReady`.

        Args:
            question: as in ``ask``.
            history: as in ``ask``.
            filters: as in ``ask``.
            cancel: when set, the answer ends early and is marked as stopped.
            ignore: as in ``ask``.
            now: as in ``ask``.
            kind: as in ``ask``.

        Raises:
            EmptyQuestion, QuestionTooLong, LibraryError, ModelError: as ``ask``.
        """
        self._lifetime.check()
        start = time.perf_counter()
        parsed_question = self.steps.understand(
            question,
            history,
            self.library.contents(),
            now,
            ignore,
            kind=kind,
            embedder=self.embedder,
        )
        self._begin_loading()
        trace = AnswerTrace(parsed_question, question_context(history, filters, has_passages=False))
        yield from self._answer(
            Inquiry(self._resources(), trace, start, limits=filters, cancel=cancel)
        )

    def verify(self, text: str, *, cancel: threading.Event | None = None) -> Verification:
        """Return which sentences of a text by anybody the articles support, without the language
        model.

        Args:
            text: plain or Markdown, at most 200,000 characters.
            cancel: when set, the check ends, and the rest of the text is left out.

        Raises:
            EmptyQuestion, QuestionTooLong: before anything is done.
            LibraryError, ModelError: the library cannot be searched.
        """
        return verify(self.library, text, embedder=self.embedder, cancel=cancel)

    def warm_up(self) -> None:
        """Load both models now, side by side. Raises ModelError."""
        self._begin_loading()
        self.library.embedder.embed(["ready"])
        self.model.load()

    def _begin_loading(self) -> None:
        """Begin to load the language model while the question is looked up."""
        with self._lock:
            if self._loading is not None:
                return
            self._loading = threading.Thread(target=self._read_ahead, daemon=True)
        self._loading.start()

    def _read_ahead(self) -> None:
        # An error here comes again, and is shown, when a question waits for the model.
        with contextlib.suppress(Exception):
            self.model.read_ahead(prompts.system_prompt())

    def _resources(self) -> AnswerResources:
        return AnswerResources(
            self.library,
            self.model,
            self.embedder,
            self.settings,
            self.calibration,
            self.steps,
        )

    def _answer(self, inquiry: Inquiry) -> Iterator[Event]:
        cancel = inquiry.cancel = inquiry.cancel or threading.Event()
        with self._lifetime.running(cancel):
            yield from forget_states_after(answer_by_kind(inquiry), inquiry)


def _last(events: Iterator[Event]) -> Answer:
    for event in events:
        if isinstance(event, AnswerReady):
            return event.answer
    raise AssertionError("a stream ends with its answer")
