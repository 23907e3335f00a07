"""Loads the models in the background, so that the first question does not wait for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

from sourcebook.index.errors import SourcebookError

if TYPE_CHECKING:
    from sourcebook.rag import Chatbot


__all__ = ["WarmUp"]


class WarmUp:
    """Loads the models in a thread.

    ``state`` is ``loading``, ``ready`` or ``problem``; in the last case ``problem`` is one line
    that says what to do, or None after an unexpected error.
    """

    def __init__(self, chatbot: Chatbot) -> None:
        self.state: Literal["loading", "ready", "problem"] = "loading"
        self.problem: str | None = None
        self._chatbot = chatbot
        self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)

    def start(self) -> WarmUp:
        """Begin to load; returns at once."""
        self._thread.start()
        return self

    def _run(self) -> None:
        try:
            self._chatbot.warm_up()
        except SourcebookError as error:
            self.problem = str(error)
        else:
            self.state = "ready"
        finally:
            if self.state == "loading":
                self.state = "problem"
