"""Additions under way: in threads of their own, one at a time, each to be watched and stopped.

An addition goes on when the page that began it is closed; who opens the page again sees it. No
Gradio here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError

from .queue import Place, Turnstile

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Progress


__all__ = ["Add", "Addition", "Additions"]

Add = Callable[["Callable[[Progress], None]", Callable[[], bool]], "AddReport"]
"""Adds, telling how far it is; asks between documents whether to stop."""

_LOOK_AGAIN_SECONDS = 0.2
_PATIENCE_SECONDS = 20.0


class Addition:
    """One addition. ``report`` or ``problem`` (one line) is there when ``over`` is set."""

    def __init__(self, add: Add) -> None:
        self.over = threading.Event()
        self.progress: Progress | None = None
        self.report: AddReport | None = None
        self.problem: str | None = None
        self._add = add
        self._stop = threading.Event()
        self._place: Place | None = None
        self._began: float | None = None

    @property
    def before(self) -> int:
        """How many additions are to be finished before this one begins."""
        return self._place.before() if self._place and not self.over.is_set() else 0

    @property
    def seconds(self) -> float:
        """How long it has been reading."""
        return time.monotonic() - self._began if self._began else 0.0

    @property
    def stopping(self) -> bool:
        """Whether it was told to end and has not yet."""
        return self._stop.is_set() and not self.over.is_set()

    def stop(self) -> None:
        """Ends it after the document in hand; returns at once."""
        self._stop.set()

    def run(self, turnstile: Turnstile) -> None:
        """Wait for its turn, add, and be over."""
        try:
            with turnstile.line_up() as place:
                self._place = place
                while place.before() and not self._stop.is_set():
                    place.wait(_LOOK_AGAIN_SECONDS)
                self._began = time.monotonic()
                self.report = self._add(self._at, self._stop.is_set)
        except SourcebookError as error:
            self.problem = str(error)
        finally:
            if self.report is None and self.problem is None:
                self.problem = "It broke off with an unexpected error; the terminal says more."
            self._place = None
            self.over.set()

    def _at(self, progress: Progress) -> None:
        self.progress = progress


class Additions:
    """The additions to one library."""

    def __init__(self) -> None:
        self._turnstile = Turnstile()
        self._lock = threading.Lock()
        self._open: list[tuple[Addition, threading.Thread]] = []

    def begin(self, add: Add) -> Addition:
        """Begin an addition, after those before it; returns at once."""
        addition = Addition(add)
        thread = threading.Thread(
            target=addition.run, args=(self._turnstile,), name="adding", daemon=True
        )
        with self._lock:
            self._open = [(a, t) for a, t in self._open if not a.over.is_set()]
            self._open.append((addition, thread))
        thread.start()
        return addition

    def current(self) -> Addition | None:
        """The one that is reading now, or comes next."""
        with self._lock:
            return next((a for a, _ in self._open if not a.over.is_set()), None)

    def stop_all(self) -> None:
        """Ends all, and waits until what they have in hand is on disk."""
        with self._lock:
            under_way = list(self._open)
        for addition, _ in under_way:
            addition.stop()
        for _, thread in under_way:
            thread.join(_PATIENCE_SECONDS)
