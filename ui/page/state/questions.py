"""Questions under way: one a browser tab, one at a time at the model. No Gradio here."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.events import AnswerReady, EvidenceFound, TextDelta
from sourcebook.ui.page.html import exchange as parts
from sourcebook.ui.page.html.base import waiting
from sourcebook.ui.page.html.exchange import Exchange
from sourcebook.ui.render.numbers import count

from .queue import Place, Turnstile

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot


__all__ = ["Asking"]

_LOOK_AGAIN_SECONDS = 0.3


@dataclass(slots=True)
class _Job:
    """A question of one tab, from being sent to being answered.

    ``discarded``: its conversation was thrown away meanwhile.
    """

    question: str
    chatbot: Chatbot
    ignored: frozenset[str] = frozenset()
    started: bool = False
    discarded: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)


class Asking:
    """Opens, answers and stops the questions of all tabs. A tab goes by its session's name."""

    def __init__(self, chatbot: Chatbot) -> None:
        self._chatbot = chatbot
        self._turnstile = Turnstile()
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
        """Takes a question, without the filters it names that are ``ignored``; False when the tab
        has one open. ``chatbot`` is who is asked, where it is another than the first."""
        with self._lock:
            if session in self._jobs:
                return False
            self._jobs[session] = _Job(question, chatbot or self._chatbot, ignored)
            return True

    def is_open(self, session: str) -> bool:
        """Whether the tab's question is still to be answered."""
        return session in self._jobs

    def asks(self, library: Library) -> bool:
        """Whether a question about that library is still to be answered."""
        with self._lock:
            return any(job.chatbot.library is library for job in self._jobs.values())

    def answer(self, session: str, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        """The last of ``exchanges``, again each time more of its answer is known.

        Nothing when the tab has no question open or its answer is already being written.
        """
        with self._lock:
            job = self._jobs.get(session)
            if job is None or job.started or not exchanges:
                return
            job.started = True
        try:
            with self._turnstile.line_up() as place:
                yield from _wait(job, place, exchanges[-1])
                for exchange in self._follow(job, exchanges):
                    if job.discarded:
                        # To the end all the same, so that the model is left in order.
                        continue
                    yield exchange
        finally:
            # Also when the tab is gone and this generator is closed in the middle.
            job.cancel.set()
            with self._lock:
                self._jobs.pop(session, None)

    def stop(self, session: str, *, discard: bool = False) -> None:
        """Ends the tab's question soon; ``discard``: nothing more of it is to be seen."""
        with self._lock:
            job = self._jobs.get(session)
            if job is None:
                return
            job.cancel.set()
            job.discarded = job.discarded or discard

    def stop_all(self) -> None:
        """Ends every question."""
        with self._lock:
            for job in self._jobs.values():
                job.cancel.set()

    def _follow(self, job: _Job, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        *earlier, exchange = exchanges
        anchor = f"t{len(exchanges)}"
        draft = ""
        if job.cancel.is_set():
            yield parts.failed(exchange, "Stopped.")
            return
        try:
            for event in job.chatbot.stream(
                job.question,
                history=parts.turns(earlier),
                cancel=job.cancel,
                ignore=job.ignored,
            ):
                if isinstance(event, EvidenceFound):
                    exchange = parts.found(exchange, event.evidence, anchor)
                elif isinstance(event, AnswerReady):
                    exchange = parts.answered(exchange, event.answer, anchor)
                elif isinstance(event, TextDelta):
                    draft += event.text
                    exchange = parts.drafted(exchange, draft)
                yield exchange
        except SourcebookError as error:
            yield parts.failed(exchange, str(error))


def _wait(job: _Job, place: Place, exchange: Exchange) -> Iterator[Exchange]:
    """The exchange with its place in the line, until it is its turn or it is stopped."""
    while (before := place.before()) and not job.cancel.is_set():
        line = f"Waiting: {count(before, 'question')} before yours"
        yield replace(exchange, reply=waiting(line))
        place.wait(_LOOK_AGAIN_SECONDS)
