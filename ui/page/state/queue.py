"""One at a time, first come first served, and everybody sees how many are before them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Turnstile"]


class Turnstile:
    """A queue in front of something that serves one at a time.

        with turnstile.line_up() as place:
            while before := place.before():
                ...  # say so; ``place.wait(0.5)``
            ...      # my turn, until the block ends

    Gradio has a queue of its own, but it shows no place in line for the component we stream to, and
    a question waiting in it cannot be stopped.
    """

    def __init__(self) -> None:
        self._line: deque[object] = deque()
        self._moved = threading.Condition()

    @contextmanager
    def line_up(self) -> Iterator[Place]:
        """Takes the last place; leaving the block gives it up, wherever in the line it is."""
        me = object()
        with self._moved:
            self._line.append(me)
        try:
            yield Place(self._line, self._moved, me)
        finally:
            with self._moved:
                self._line.remove(me)
                self._moved.notify_all()


class Place:
    """A place in the line."""

    def __init__(self, line: deque[object], moved: threading.Condition, me: object) -> None:
        self._line, self._moved, self._me = line, moved, me

    def before(self) -> int:
        """How many are before me; 0: it is my turn."""
        with self._moved:
            return self._line.index(self._me)

    def wait(self, seconds: float) -> None:
        """Returns when the line has moved, or after ``seconds``."""
        with self._moved:
            self._moved.wait(seconds)
