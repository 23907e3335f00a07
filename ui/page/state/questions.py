"""Questions that wait for their answers: one a browser tab, one at a time at the model.

No Gradio here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.events import AnswerReady, EvidenceFound, TextDelta
from sourcebook.ui.page.html.base import waiting_html
from sourcebook.ui.page.html.exchange import (
    Exchange,
    chat_history,
    with_answer,
    with_draft,
    with_evidence,
    with_problem,
)
from sourcebook.ui.render.numbers import count

from .queue import FifoQueue, Ticket

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot


__all__ = ["OpenQuestions"]

_POLL_SECONDS = 0.3


@dataclass(slots=True)
class _Job:
    """A tab's question, from the moment it is sent until it is answered.

    ``is_hidden``: its conversation is no longer the one that the tab shows.
    """

    question: str
    chatbot: Chatbot
    ignored: frozenset[str] = frozenset()
    is_running: bool = False
    is_hidden: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)


class OpenQuestions:
    """Takes, answers and stops the questions of all tabs. A tab is known by its session's name."""

    def __init__(self, chatbot: Chatbot) -> None:
        self._chatbot = chatbot
        self._queue = FifoQueue()
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def open(
        self,
        session: str,
        question: str,
        ignored: frozenset[str] = frozenset(),
        *,
        chatbot: Chatbot | None = None,
    ) -> bool:
        """Take a tab's question.

        Args:
            session: the name of the tab's session.
            question: the question as its reader wrote it.
            ignored: the keys of filters that the question names and that do not apply.
            chatbot: what answers it; by default the chatbot of the first library.

        Returns:
            False when the tab's last question has no answer yet, and this one was not taken.
        """
        with self._lock:
            if session in self._jobs:
                return False
            self._jobs[session] = _Job(question, chatbot or self._chatbot, ignored)
            return True

    def is_open(self, session: str) -> bool:
        """Whether the tab's question has no answer yet."""
        return session in self._jobs

    def is_about(self, library: Library) -> bool:
        """Whether a question about that library has no answer yet."""
        with self._lock:
            return any(job.chatbot.library is library for job in self._jobs.values())

    def answer(self, session: str, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        """Yield the last of ``exchanges``, again each time there is more of its answer.

        Yields nothing when the tab has no open question or its answer is already being written.
        """
        with self._lock:
            job = self._jobs.get(session)
            if job is None or job.is_running or not exchanges:
                return
            job.is_running = True
        try:
            with self._queue.enter() as ticket:
                yield from _wait(job, ticket, exchanges[-1])
                for exchange in self._follow(job, exchanges):
                    if job.is_hidden:
                        # To the end all the same, so that the model is left in order.
                        continue
                    yield exchange
        finally:
            # Also when the tab is closed and this generator with it.
            job.cancel.set()
            with self._lock:
                self._jobs.pop(session, None)

    def stop(self, session: str, *, discard: bool = False) -> None:
        """End the tab's question soon; ``discard``: nothing more of it is to be shown."""
        with self._lock:
            job = self._jobs.get(session)
            if job is None:
                return
            job.cancel.set()
            job.is_hidden = job.is_hidden or discard

    def stop_all(self) -> None:
        """End every question soon."""
        with self._lock:
            for job in self._jobs.values():
                job.cancel.set()

    def _follow(self, job: _Job, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        *earlier, exchange = exchanges
        anchor = f"t{len(exchanges)}"
        draft = ""
        if job.cancel.is_set():
            yield with_problem(exchange, "Stopped.")
            return
        try:
            for event in job.chatbot.stream(
                job.question,
                history=chat_history(earlier),
                cancel=job.cancel,
                ignore=job.ignored,
            ):
                if isinstance(event, EvidenceFound):
                    exchange = with_evidence(exchange, event.evidence, anchor)
                elif isinstance(event, AnswerReady):
                    exchange = with_answer(exchange, event.answer, anchor)
                elif isinstance(event, TextDelta):
                    draft += event.text
                    exchange = with_draft(exchange, draft)
                yield exchange
        except SourcebookError as error:
            yield with_problem(exchange, str(error))


def _wait(job: _Job, ticket: Ticket, exchange: Exchange) -> Iterator[Exchange]:
    """Yield the exchange with its position in the queue, until its turn comes or it is stopped."""
    while (position := ticket.position()) and not job.cancel.is_set():
        line = f"Waiting: {count(position, 'question')} before yours"
        yield replace(exchange, reply=waiting_html(line))
        ticket.wait(_POLL_SECONDS)
