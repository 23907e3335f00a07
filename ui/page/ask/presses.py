"""The order of presses in the Ask tab: two requests may overtake each other on their way.

What a reader pressed last is what counts, whichever request comes last. No Gradio here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sourcebook.ui.page.state import Conversation

__all__ = ["PressOrder"]


class PressOrder:
    """When each browser tab last went to another conversation, and to which one.

    A tab is known by its session's name; moments are the browser's own milliseconds.
    """

    def __init__(self) -> None:
        self._targets: dict[str, Conversation] = {}
        self._moments: dict[str, float] = {}
        self._lock = threading.Lock()

    def begin(self, session: str, moment: float, open_question: Callable[[], bool]) -> bool:
        """Call ``open_question`` for a question sent at ``moment``, and return what it returns.

        Returns False without the call when the tab has gone to another conversation since: the
        answer would take that one's place.
        """
        with self._lock:
            if moment < self._moments.get(session, 0) or not open_question():
                return False
            self._targets.pop(session, None)
            return True

    def go_to(
        self, session: str, moment: float, target: Conversation, stop: Callable[[], None]
    ) -> None:
        """Note that the tab went to ``target`` at ``moment``; call ``stop`` for its question."""
        with self._lock:
            self._moments[session] = moment
            self._targets[session] = target
            stop()

    def has_target(self, session: str) -> bool:
        """Whether the tab has gone to another conversation while a question was answered."""
        return session in self._targets

    def take_target(self, session: str) -> Conversation | None:
        """Return that conversation once; None when the tab has stayed."""
        return self._targets.pop(session, None)

    def forget(self, session: str) -> None:
        """Drop everything about a tab that was closed."""
        self._targets.pop(session, None)
        self._moments.pop(session, None)
