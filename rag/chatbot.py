"""ask() and stream(): a question in, its passages found, its answer made (see `answering`)."""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Self

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.embedding.base import CachingEmbedder
from sourcebook.index.errors import LibraryError
from sourcebook.index.library import Library
from sourcebook.index.paths import forget_states
from sourcebook.index.search.filters import Filters
from sourcebook.rag.llm.base import LanguageModel
from sourcebook.rag.prompting import prompts
from sourcebook.rag.question.turns import Turn
from sourcebook.rag.refusal.calibration import load_calibration

from .answer import Answer
from .answering import Answering, AnswerResources
from .events import AnswerReady, Event
from .models import make_language_model
from .record import AnswerTrace, question_context
from .settings import Settings
from .steps import ANSWER_STEPS, AnswerSteps


class Chatbot:
    """Answers questions from a library, each sentence with its sources.

        chatbot = Chatbot(Library.open("news.library"))
        answer = chatbot.ask("How long did the talks last?")

    Cheap to make; models load on first use. One question at a time reaches the model.
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
        self._loading: threading.Thread | None = None

    def with_settings(self, settings: Settings) -> Self:
        """The same, answering by other ``settings``: with the same library and the same model,
        whatever they say of the model. Answers under way go on as they began."""
        other = copy.copy(self)
        other.settings = settings
        other.calibration = load_calibration(settings.calibration)
        return other

    def with_steps(self, steps: AnswerSteps) -> Self:
        """The same, with other ``steps`` in its answers."""
        other = copy.copy(self)
        other.steps = steps
        return other

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
    ) -> Answer:
        """The answer to ``question``.

        ``ignore``: keys of `Answer.filters` that the question is asked again without. ``now``: the
        reader's clock, time-zone aware; by default this machine's.

        Raises:
            EmptyQuestion, QuestionTooLong: before anything is done.
            LibraryError, ModelError: the library cannot be read, a model cannot run.
        """
        return _last(
            self.stream(question, history=history, filters=filters, ignore=ignore, now=now)
        )

    def answer_from(
        self, question: str, hits: Sequence[Hit], *, history: Sequence[Turn] = ()
    ) -> Answer:
        """The answer from passages that are given instead of searched. Raises as ``ask``."""
        return _last(self.stream_from(question, hits, history=history))

    def stream_from(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """The events of an answer from passages that are given. Ends and raises as ``stream``."""
        generation = self.library.generation
        trace = AnswerTrace(
            self.steps.understand(question, history),
            question_context(history, None, has_passages=True),
            tuple(hits),
        )
        return self._answer(trace, generation, time.perf_counter(), cancel)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        cancel: threading.Event | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
    ) -> Iterator[Event]:
        """Evidence first, then the draft as it is written, at the end the verified answer.

        Always ends with `AnswerReady`, also when ``cancel`` was set (``answer.stopped``).
        ``ignore`` and ``now`` as in ``ask``. Raises as ``ask``.
        """
        start, generation = time.perf_counter(), self.library.generation
        parsed_question = self.steps.understand(
            question, history, self.library.contents(), now, ignore
        )
        self._begin_loading()
        hits, parsed_question = self.steps.retrieve(
            self.library, parsed_question, self.settings.hits, filters, self.embedder
        )
        trace = AnswerTrace(
            parsed_question, question_context(history, filters, has_passages=False), tuple(hits)
        )
        yield from self._answer(trace, generation, start, cancel)

    def warm_up(self) -> None:
        """Load both models now, side by side. Raises ModelError."""
        self._begin_loading()
        self.library.embedder.embed(["ready"])
        self.model.load()

    def _begin_loading(self) -> None:
        """Begin to load the language model while the question is looked up."""
        if self._loading is None:
            self._loading = threading.Thread(target=self._read_ahead, daemon=True)
            self._loading.start()

    def _read_ahead(self) -> None:
        # Whatever fails here fails again where someone waits for it, and is told there.
        with contextlib.suppress(Exception):
            self.model.read_ahead(prompts.system_prompt())

    def _answer(
        self, trace: AnswerTrace, generation: int, start: float, cancel: threading.Event | None
    ) -> Iterator[Event]:
        resources = AnswerResources(
            self.library,
            self.model,
            self.embedder,
            self.settings,
            self.calibration,
            self.steps,
        )
        events = Answering(resources, trace, start, cancel).events()
        return forgetting_states(events, self.library, generation, trace.hits)


def _last(events: Iterator[Event]) -> Answer:
    for event in events:
        if isinstance(event, AnswerReady):
            return event.answer
    raise AssertionError("a stream ends with its answer")


__all__ = ["forgetting_states"]


def forgetting_states(
    events: Iterator[Event], library: Library, generation: int, hits: Sequence[Hit]
) -> Iterator[Event]:
    """The events of an answer from ``hits``; once they end, however that is, no state is left when
    one of their articles went or changed since the library was at ``generation``."""
    try:
        yield from events
    finally:
        if _has_changed(library, generation, hits):
            forget_states()


def _has_changed(library: Library, generation: int, hits: Sequence[Hit]) -> bool:
    try:
        return library.generation != generation and any(
            _prompt_fields(library.document(hit.document.id)) != _prompt_fields(hit.document)
            for hit in hits
        )
    except LibraryError:  # the article is not there; or nobody knows
        return True


def _prompt_fields(document: Document) -> tuple[object, ...]:
    """What a prompt may hold of a document."""
    return document.content_hash, document.title, document.published
