"""How long what answers may be used: it is closed by itself, or with what it came from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sourcebook.index.errors import ChatbotClosed

__all__ = ["Lifetime"]


class Lifetime:
    """The answers under way, until it is closed.

    Args:
        parent: whose end is the end of this one too; its own end leaves the parent as it is.
    """

    def __init__(self, parent: Self | None = None) -> None:
        self._parent = parent
        self._lock = threading.Lock()
        self._running: set[threading.Event] = set()
        self._is_closed = False

    def derive(self) -> Self:
        """Return one that ends with this one."""
        return type(self)(self)

    def check(self) -> None:
        """Raise ChatbotClosed where this one, or one it was derived from, has ended."""
        if any(each._is_closed for each in self._line()):
            raise ChatbotClosed("this chatbot was closed: make another with Chatbot(library)")

    @contextmanager
    def running(self, cancel: threading.Event) -> Iterator[None]:
        """Have ``cancel`` set by `close` while the block lasts. Raises ChatbotClosed."""
        for each in self._line():
            with each._lock:
                each._running.add(cancel)
        try:
            self.check()  # only now: whoever closes from here on finds the event
            yield
        finally:
            for each in self._line():
                with each._lock:
                    each._running.discard(cancel)

    def close(self) -> None:
        """End what is under way, and what comes. Again is fine."""
        with self._lock:
            self._is_closed = True
            for cancel in self._running:
                cancel.set()

    def _line(self) -> Iterator[Self]:
        """This one and those it was derived from."""
        each: Self | None = self
        while each is not None:
            yield each
            each = each._parent
