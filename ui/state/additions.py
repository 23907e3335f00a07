"""Additions in the background: each in a thread of its own, one at a time, visible and stoppable.

An addition goes on when the page that began it is closed, and is visible on the page that is opened
next. No Gradio here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError

from .queue import FairQueue, Ticket

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Progress


__all__ = ["Add", "Addition", "LibraryAdditions"]

Add = Callable[["Callable[[Progress], None]", Callable[[], bool]], "AddReport"]
"""Adds documents: calls the first argument with its progress, and asks the second between two
documents whether to stop."""

_POLL_SECONDS = 0.2
_JOIN_SECONDS = 20.0


class Addition:
    """One addition. Once ``completion`` is set, it has a ``report`` or a one-line ``problem``."""

    def __init__(self, add: Add) -> None:
        self.completion = threading.Event()
        self.progress: Progress | None = None
        self.report: AddReport | None = None
        self.problem: str | None = None
        self._add = add
        self._stop = threading.Event()
        self._ticket: Ticket | None = None
        self._start_time: float | None = None

    @property
    def position(self) -> int:
        """The number of additions that are to be finished before this one begins."""
        return self._ticket.position() if self._ticket and not self.completion.is_set() else 0

    @property
    def seconds(self) -> float:
        """How long it has been reading, in seconds."""
        return time.monotonic() - self._start_time if self._start_time else 0.0

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called and the addition has not ended yet."""
        return self._stop.is_set() and not self.completion.is_set()

    def stop(self) -> None:
        """Make it end after the current document; returns at once."""
        self._stop.set()

    def run(self, queue: FairQueue) -> None:
        """Wait for its turn in ``queue``, add the documents, and set ``completion``."""
        try:
            with queue.enter() as ticket:
                self._ticket = ticket
                while ticket.position() and not self._stop.is_set():
                    ticket.wait(_POLL_SECONDS)
                self._start_time = time.monotonic()
                self.report = self._add(self._record, self._stop.is_set)
        except SourcebookError as error:
            self.problem = str(error)
        finally:
            if self.report is None and self.problem is None:
                self.problem = "It broke off with an unexpected error; the terminal says more."
            self._ticket = None
            self.completion.set()

    def _record(self, progress: Progress) -> None:
        self.progress = progress


class LibraryAdditions:
    """The additions to one library."""

    def __init__(self) -> None:
        self._queue = FairQueue()
        self._lock = threading.Lock()
        self._entries: list[tuple[Addition, threading.Thread]] = []

    def begin(self, add: Add) -> Addition:
        """Put an addition at the end of the queue; returns at once."""
        addition = Addition(add)
        thread = threading.Thread(
            target=addition.run, args=(self._queue,), name="adding", daemon=True
        )
        with self._lock:
            self._entries = [(a, t) for a, t in self._entries if not a.completion.is_set()]
            self._entries.append((addition, thread))
        thread.start()
        return addition

    def current(self) -> Addition | None:
        """Return the addition that is reading now, or comes next; None when there is none."""
        with self._lock:
            return next((a for a, _ in self._entries if not a.completion.is_set()), None)

    def stop_all(self) -> None:
        """Stop all additions, and wait until their current documents are on disk."""
        with self._lock:
            entries = list(self._entries)
        for addition, _ in entries:
            addition.stop()
        for _, thread in entries:
            thread.join(_JOIN_SECONDS)
