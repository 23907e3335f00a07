"""The service: the open libraries, and one fair queue before the one model they share."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread

from sourcebook.index.errors import LibraryBusy, LibraryNotFound
from sourcebook.index.search.filters import Filters
from sourcebook.index.threads import iterate_in_thread
from sourcebook.rag.answer import Answer
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.question import Kind, Turn

from .jobs import Jobs
from .limits import ServerLimits
from .metrics import Metrics
from .problems import AccessDenied
from .security.callers import Caller
from .security.keys import Keys
from .security.links import Links

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.state import OpenLibraries, OpenLibrary, Ticket, WarmUp

__all__ = ["AskedQuestion", "QueuePlace", "Service", "ServiceEvent"]

P = ParamSpec("P")
T = TypeVar("T")

_SECONDS_AT_FIRST = 5.0
"""How long an answer is thought to take before one was given."""
_LONGEST_RETRY = 120


class RunningEvaluation(Protocol):
    """An evaluation that was begun last."""

    library: Library

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        ...


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """``ahead`` questions are to be answered before this one."""

    ahead: int


ServiceEvent = QueuePlace | Event
"""What happens on the way to an answer: places in the queue, then the events of a chatbot."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question and all that goes with it: see `Chatbot.stream`."""

    text: str
    history: Sequence[Turn] = ()
    filters: Filters | None = None
    kind: Kind | None = None
    ignore: frozenset[str] = frozenset()


class Service:
    """What all routes stand on.

    ``libraries`` are the open ones: the page's own where there is a page. ``keys`` open the API,
    ``links`` one article each, ``metrics`` count what goes on, ``warm_up`` knows whether the models
    are loaded, ``jobs`` go on after their requests; ``evaluation`` is the one begun last. Routes
    open a library with `library`, which checks that the caller may use it; ask with `answers` or
    `answer`; and run whatever blocks with `run`.
    """

    def __init__(
        self,
        libraries: OpenLibraries,
        *,
        keys: Keys | None = None,
        limits: ServerLimits | None = None,
        warm_up: WarmUp | None = None,
    ) -> None:
        self.libraries = libraries
        self.keys = keys or Keys()
        self.links = Links(self.keys.file)
        self.limits = limits or ServerLimits()
        self.metrics = Metrics(lambda: len(libraries.queue))
        self.warm_up = warm_up
        self.jobs = Jobs()
        self.evaluation: RunningEvaluation | None = None
        self.is_draining = False
        self._threads = CapacityLimiter(self.limits.threads)
        self._cancels: dict[threading.Event, Library] = {}
        self._lock = threading.Lock()
        self._seconds = _SECONDS_AT_FIRST
        libraries.users.append(self)

    # --- libraries ---

    async def library(self, caller: Caller, name: str | None) -> OpenLibrary:
        """Return a library that the caller may use, opened if it is not open yet.

        Args:
            caller: who asks for it.
            name: by default the only one of the caller, else the one the server was started with.

        Raises:
            AccessDenied: the caller may not use it; whether it exists is not told.
            LibraryNotFound: there is none of that name; the message names the caller's others.
            LibraryError: it cannot be opened.
        """
        if not name:
            name = self.default_library(caller)
            if not caller.may_use(name):  # a name that the caller did not send is not told
                names = ", ".join(sorted(caller.libraries or ()))
                raise AccessDenied(f"name the library: this key is for {names}")
        caller.check_library(name)
        try:
            return await self.run(self.libraries.open, name)
        except LibraryNotFound:
            names = ", ".join(await self.run(self.library_names, caller)) or "none"
            raise LibraryNotFound(
                f"no library is named {name[:60]!r} (there are: {names}): "
                "`sourcebook libraries create` makes one"
            ) from None

    def library_names(self, caller: Caller) -> list[str]:
        """Return the names of the libraries that the caller may use, the first one first."""
        return [name for name in self.libraries.names() if caller.may_use(name)]

    def default_library(self, caller: Caller) -> str:
        """Return the name of the library that a request of the caller means that names none."""
        if caller.libraries is not None and len(caller.libraries) == 1:
            return next(iter(caller.libraries))
        return self.libraries.first

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what ``work`` returns, run in one of the service's threads."""
        call = partial(work, *args, **kwargs)
        return await to_thread.run_sync(call, limiter=self._threads)

    # --- questions ---

    async def answer(self, caller: Caller, entry: OpenLibrary, question: AskedQuestion) -> Answer:
        """Return the answer to a question. Raises as `answers`."""
        async with aclosing(self.answers(caller, entry, question)) as events:
            async for event in events:
                if isinstance(event, AnswerReady):
                    return event.answer
        raise AssertionError("a stream ends with its answer")

    async def answers(
        self, caller: Caller, entry: OpenLibrary, question: AskedQuestion
    ) -> AsyncGenerator[ServiceEvent, None]:
        """Yield places in the queue while there are questions ahead, then the events of the answer.

        Who goes away closes the generator (``async with aclosing(...)``) or is cancelled: that
        frees the place, and the model within a token.

        Raises:
            QueueFull: before anything is yielded; it becomes 503 with Retry-After.
            EmptyQuestion, QuestionTooLong, LibraryError, ModelError: as `Chatbot.stream`.
        """
        ticket, movement = self._join(caller)
        is_answering = False
        try:
            ahead = 0
            while position := ticket.position():
                if position != ahead:
                    ahead = position
                    yield QueuePlace(ahead)
                movement.clear()
                if ticket.position() == position:
                    await movement.wait()
            is_answering = True
        finally:
            if not is_answering:
                ticket.leave()
        # From here on the thread of the answer gives up the place, when the model is free again.
        events = iterate_in_thread(partial(self._stream, entry, question, ticket))
        async with aclosing(events):
            async for event in events:
                yield event

    def _join(self, caller: Caller) -> tuple[Ticket, asyncio.Event]:
        loop, movement = asyncio.get_running_loop(), asyncio.Event()

        def notify() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(movement.set)

        queue = self.libraries.queue
        waiting = max(1, len(queue))
        seconds = min(_LONGEST_RETRY, max(1, round(self._seconds * waiting)))
        limit = 0 if self.is_draining else self.limits.queue
        ticket = queue.join(caller.name, limit=limit, retry_after=seconds, notify=notify)
        return ticket, movement

    def _stream(
        self, entry: OpenLibrary, question: AskedQuestion, ticket: Ticket, cancel: threading.Event
    ) -> Iterator[Event]:
        start = time.monotonic()
        with self._lock:
            self._cancels[cancel] = entry.library
        try:
            yield from entry.chatbot.stream(
                question.text,
                history=question.history,
                filters=question.filters,
                cancel=cancel,
                ignore=question.ignore,
                kind=question.kind,
            )
        finally:
            seconds = time.monotonic() - start
            with self._lock:
                del self._cancels[cancel]
                self._seconds += 0.2 * (seconds - self._seconds)
            ticket.leave()
            self.metrics.answer_seconds.observe(seconds)

    # --- a library that is moved or closed: `LibraryUser` ---

    def uses(self, library: Library) -> bool:
        """Whether a question about ``library`` is being answered, or it is being evaluated."""
        evaluation = self.evaluation
        if evaluation is not None and evaluation.library is library and not evaluation.is_over:
            return True
        with self._lock:
            return any(user_library is library for user_library in self._cancels.values())

    def release(self, library: Library) -> None:
        """Check that nothing is at work with ``library``, which is about to be closed."""
        if self.uses(library):
            raise LibraryBusy("it is being asked: wait, or stop that first")

    # --- the end ---

    def drain(self) -> None:
        """Take no more questions; those in the queue are answered."""
        self.is_draining = True

    def is_idle(self) -> bool:
        """Return whether no request is being answered."""
        return not self.metrics.open_requests

    def stop_all(self) -> None:
        """End all answers soon."""
        self.is_draining = True
        self.jobs.stop_all()
        with self._lock:
            for cancel in self._cancels:
                cancel.set()
