"""Questions that wait for their answers: one a browser tab, one at a time at the model.

No Gradio here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.events import AnswerReady, EvidenceFound, TextDelta
from sourcebook.ui.page.html import Exchange
from sourcebook.ui.page.html.base import waiting_html
from sourcebook.ui.page.html.exchange import (
    chat_history,
    with_answer,
    with_draft,
    with_evidence,
    with_problem,
)
from sourcebook.ui.render import count
from sourcebook.ui.state.queue import FairQueue, Ticket

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot
    from sourcebook.rag.question import Kind


__all__ = ["OpenQuestions"]

_POLL_SECONDS = 0.3
_HANDOVER_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class _Job:
    """A tab's question, from the moment it is sent until it is answered.

    ``is_hidden``: its conversation is no longer the one that the tab shows. ``is_complete``: its
    complete answer has been yielded.
    """

    session: str
    question: str
    chatbot: Chatbot
    ignored: frozenset[str] = frozenset()
    kind: Kind | None = None
    is_running: bool = False
    is_hidden: bool = False
    is_complete: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)


class OpenQuestions:
    """Takes, answers and stops the questions of all tabs. A tab is known by its session's name.

    ``queue`` stands before the model.
    """

    def __init__(self, chatbot: Chatbot, queue: FairQueue | None = None) -> None:
        self._chatbot = chatbot
        self._queue = queue or FairQueue()
        self._jobs: list[_Job] = []
        self._change = threading.Condition()

    def open(
        self,
        session: str,
        question: str,
        ignored: frozenset[str] = frozenset(),
        *,
        kind: Kind | None = None,
        chatbot: Chatbot | None = None,
    ) -> bool:
        """Take a tab's question.

        Args:
            session: the name of the tab's session.
            question: the question as its reader wrote it.
            ignored: the keys of filters that the question names and that do not apply.
            kind: the sort of answer that the reader chose; by default the question's words decide.
            chatbot: what answers it; by default the chatbot of the first library.

        Returns:
            False when the tab's last question has no answer yet, and this one was not taken. A
            question that was stopped and discarded is not in its way.
        """
        with self._change:
            # What shows a complete answer has the last word: the next question begins after it.
            self._change.wait_for(
                lambda: not any(job.is_complete for job in self._of(session)), _HANDOVER_SECONDS
            )
            if self._visible_job(session) is not None:
                return False
            self._jobs.append(_Job(session, question, chatbot or self._chatbot, ignored, kind))
            return True

    def is_open(self, session: str) -> bool:
        """Whether a question of the tab has no answer yet, or a discarded one has not ended yet."""
        with self._change:
            return any(True for _ in self._of(session))

    def is_about(self, library: Library) -> bool:
        """Whether a question about that library has no answer yet."""
        with self._change:
            return any(job.chatbot.library is library for job in self._jobs)

    def answer(self, session: str, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        """Yield the last of ``exchanges``, again each time there is more of its answer.

        Yields nothing when the tab has no open question or its answer is already being written.
        """
        with self._change:
            job = self._visible_job(session)
            if job is None or job.is_running or not exchanges:
                return
            job.is_running = True
        try:
            with self._queue.enter(session) as ticket:
                position_then_answer = chain(
                    _wait(job, ticket, exchanges[-1]), self._follow(job, exchanges)
                )
                for exchange in position_then_answer:
                    with self._change:
                        job.is_complete = exchange.is_done and not job.is_hidden
                    if job.is_hidden:
                        # To the end all the same, so that the model is left in order.
                        continue
                    yield exchange
        finally:
            # Also when the tab is closed and this generator with it.
            job.cancel.set()
            with self._change:
                self._jobs.remove(job)
                self._change.notify_all()

    def stop(self, session: str, *, discard: bool = False) -> None:
        """End the tab's question soon.

        Args:
            session: the name of the tab's session.
            discard: whether nothing more of it is to be shown; the tab may then ask the next one
                at once.
        """
        with self._change:
            job = self._visible_job(session)
            if job is None:
                return
            job.cancel.set()
            job.is_hidden = discard
            if discard and not job.is_running:
                self._jobs.remove(job)

    def stop_all(self) -> None:
        """End every question soon."""
        with self._change:
            for job in self._jobs:
                job.cancel.set()

    def _of(self, session: str) -> Iterator[_Job]:
        return (job for job in self._jobs if job.session == session)

    def _visible_job(self, session: str) -> _Job | None:
        """Return the question that the tab shows; None when it shows none without an answer."""
        return next((job for job in self._of(session) if not job.is_hidden), None)

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
                kind=job.kind,
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
