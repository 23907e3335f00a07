"""Clients of a server as many have them: one that reads events, and hangs up when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Self

import httpx

__all__ = ["QuestionStream", "Stayer"]

_TIMEOUT = httpx.Timeout(600.0)


class QuestionStream:
    """One question, asked with a connection of its own, whose events are read one by one."""

    def __init__(self, url: str, question: str) -> None:
        self._stack = ExitStack()
        client = self._stack.enter_context(httpx.Client(base_url=url, timeout=_TIMEOUT))
        body, headers = {"question": question}, {"accept": "text/event-stream"}
        reply = client.stream("POST", "/api/ask", json=body, headers=headers)
        self._lines = self._stack.enter_context(reply).iter_lines()

    def close(self) -> None:
        """Hang up, wherever the answer is. Again is fine."""
        self._stack.close()

    def events(self) -> Iterator[str]:
        """Yield the names of the events, as they come."""
        for line in self._lines:
            if line.startswith("event: "):
                yield line.removeprefix("event: ")

    def wait_for(self, *names: str) -> str | None:
        """Return the first event of these names; None where the answer ended without."""
        return next((event for event in self.events() if event in names), None)


class Stayer:
    """One question asked in a thread, by a client that stays to the end."""

    def __init__(self, url: str, question: str) -> None:
        self.events: list[str] = []
        self.began = threading.Event()
        self._url, self._question = url, question
        self._thread = threading.Thread(target=self._read, daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether the answer has ended."""
        return not self._thread.is_alive()

    @property
    def has_answer(self) -> bool:
        """Whether the answer came, whole."""
        return self.events[-1:] == ["answer"]

    def _read(self) -> None:
        try:
            with closing(QuestionStream(self._url, self._question)) as caller:
                for event in caller.events():
                    self.events.append(event)
                    self.began.set()
        except httpx.HTTPError:
            self.events.append("lost")
        finally:
            self.began.set()

    @contextmanager
    def asking(self) -> Iterator[Self]:
        """Ask inside the block, whose end waits for the answer."""
        self._thread.start()
        try:
            yield self
        finally:
            self._thread.join()
