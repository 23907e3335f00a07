"""Suggested questions, found beside the page and never in the way of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.suggestions import first_questions, next_questions

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Answer


__all__ = ["Suggesting"]


class Suggesting:
    """Finds questions in one thread of its own, once for each state of a library."""

    def __init__(self) -> None:
        self._first: dict[Path, tuple[int, list[str] | None]] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="suggesting")

    def first(self, library: Library) -> list[str] | None:
        """Questions to begin with; None while they are still to be found. Returns at once."""
        try:
            generation = library.generation
        except SourcebookError:  # said where the library is asked
            return []
        with self._lock:
            known = self._first.get(library.folder)
            if known is not None and known[0] == generation:
                return known[1]
            self._first[library.folder] = (generation, None)
        if not self._stopped.is_set():
            self._worker.submit(self._find, library, generation)
        return None

    def next(self, library: Library, answer: Answer, asked: Sequence[str]) -> list[str]:
        """Questions to go on with after ``answer``; none where they cannot be found."""
        try:
            return next_questions(library, answer, asked, stop=self._stopped.is_set)
        except SourcebookError:
            return []

    def let_go(self, library: Library) -> None:
        """Forget those about ``library``: another may lie in its folder next."""
        with self._lock:
            self._first.pop(library.folder, None)

    def stop(self) -> None:
        """Ends what is under way."""
        self._stopped.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _find(self, library: Library, generation: int) -> None:
        found: list[str] = []
        try:
            found = first_questions(library, stop=self._stopped.is_set)
        except SourcebookError:
            pass  # Whatever is wrong is said where the library is asked.
        finally:
            with self._lock:
                if self._first.get(library.folder, (generation,))[0] == generation:
                    self._first[library.folder] = (generation, found)
