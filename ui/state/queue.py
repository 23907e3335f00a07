"""A fair queue in front of something that serves one or a few at a time, and shows how many are
ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sourcebook.index.errors import SourcebookError

__all__ = ["FairQueue", "QueueFull", "Ticket"]


class QueueFull(SourcebookError):
    """More wait than the queue holds; ``retry_after`` is when to come again, in seconds."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        super().__init__(f"{waiting} questions wait already: ask again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(slots=True, eq=False)
class _Entry:
    caller: str
    round: int
    notify: Callable[[], None] | None


class FairQueue:
    """A queue in which callers take turns: of two that wait, each is served once before either is
    served again. Among the entries of one caller, the first comes first.

        with queue.enter("news page") as ticket:
            while position := ticket.position():
                ...  # show the position, then `ticket.wait(0.5)`
            ...      # the thread's turn, until the block ends

    Gradio has a queue of its own, but it shows no position for a component that is streamed to, and
    a question that waits in it cannot be stopped.

    Args:
        places: how many are served at once: the first of the queue.
    """

    def __init__(self, places: int = 1) -> None:
        self._places = places
        self._line: list[_Entry] = []
        self._change = threading.Condition()

    def __len__(self) -> int:
        """Return the number that wait or are served."""
        with self._change:
            return len(self._line)

    @contextmanager
    def enter(self, caller: str = "") -> Iterator[Ticket]:
        """Take a position; the end of the block gives it up, wherever in the queue it is."""
        ticket = self.join(caller)
        try:
            yield ticket
        finally:
            ticket.leave()

    def join(
        self,
        caller: str = "",
        *,
        limit: int | None = None,
        retry_after: int = 1,
        notify: Callable[[], None] | None = None,
    ) -> Ticket:
        """Take a position until `Ticket.leave`.

        Args:
            caller: whose turn it takes.
            limit: how many may wait or be served already; by default any number.
            retry_after: seconds for the error.
            notify: is called, from any thread, each time the queue has moved. It must be quick.

        Raises:
            QueueFull: as many are there as ``limit`` allows.
        """
        with self._change:
            if limit is not None and len(self._line) >= limit:
                raise QueueFull(len(self._line), retry_after)
            present = self._line[0].round if self._line else 0
            own = [entry.round for entry in self._line if entry.caller == caller]
            entry = _Entry(caller, max(present, own[-1] + 1) if own else present, notify)
            place = next(
                (
                    n
                    for n, other in enumerate(self._line)
                    if n >= self._places and other.round > entry.round
                ),
                len(self._line),
            )
            self._line.insert(place, entry)
        self._notify()
        return Ticket(self, entry)

    def position_of(self, entry: _Entry) -> int:
        """Return how many must leave before an entry is served."""
        with self._change:
            return max(0, self._line.index(entry) - self._places + 1)

    def wait(self, seconds: float) -> None:
        """Return when the queue has moved, or after ``seconds``."""
        with self._change:
            self._change.wait(seconds)

    def remove(self, entry: _Entry) -> None:
        """Give up an entry's position; again is fine."""
        with self._change:
            if entry not in self._line:
                return
            self._line.remove(entry)
        self._notify()

    def _notify(self) -> None:
        with self._change:
            self._change.notify_all()
            callbacks = [entry.notify for entry in self._line if entry.notify]
        for notify in callbacks:
            notify()


class Ticket:
    """One position in the queue."""

    def __init__(self, queue: FairQueue, entry: _Entry) -> None:
        self._queue, self._entry = queue, entry

    def position(self) -> int:
        """Return how many are ahead; 0 when it is this one's turn."""
        return self._queue.position_of(self._entry)

    def wait(self, seconds: float) -> None:
        """Return when the queue has moved, or after ``seconds``."""
        self._queue.wait(seconds)

    def leave(self) -> None:
        """Give the position up, wherever in the queue it is. Leaving twice is fine."""
        self._queue.remove(self._entry)
