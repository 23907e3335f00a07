"""A first-in, first-out queue of threads that shows each of them how many are ahead."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["FifoQueue", "Ticket"]


class FifoQueue:
    """A queue in front of something that serves one thread at a time.

        with queue.enter() as ticket:
            while position := ticket.position():
                ...  # show the position, then `ticket.wait(0.5)`
            ...      # the thread's turn, until the block ends

    Gradio has a queue of its own, but it shows no position for a component that is streamed to, and
    a question that waits in it cannot be stopped.
    """

    def __init__(self) -> None:
        self._line: deque[object] = deque()
        self._change = threading.Condition()

    @contextmanager
    def enter(self) -> Iterator[Ticket]:
        """Take the last position; the end of the block gives it up, wherever in the queue it is."""
        key = object()
        with self._change:
            self._line.append(key)
        try:
            yield Ticket(self._line, self._change, key)
        finally:
            with self._change:
                self._line.remove(key)
                self._change.notify_all()


class Ticket:
    """One thread's position in the queue."""

    def __init__(self, line: deque[object], change: threading.Condition, key: object) -> None:
        self._line, self._change, self._key = line, change, key

    def position(self) -> int:
        """Return how many are ahead; 0 when it is this thread's turn."""
        with self._change:
            return self._line.index(self._key)

    def wait(self, seconds: float) -> None:
        """Return when the queue has moved, or after ``seconds``."""
        with self._change:
            self._change.wait(seconds)
