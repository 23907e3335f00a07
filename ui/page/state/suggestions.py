"""Suggested questions, searched for in the background. No Gradio here."""

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


__all__ = ["Suggester"]


class Suggester:
    """Searches for questions in one thread of its own, once for each state of a library."""

    def __init__(self) -> None:
        self._first: dict[Path, tuple[int, list[str] | None]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="suggesting")

    def first(self, library: Library) -> list[str] | None:
        """Return questions to begin with, at once; None while the search for them goes on."""
        try:
            generation = library.generation
        except SourcebookError:  # reported where a question is asked
            return []
        with self._lock:
            entry = self._first.get(library.folder)
            if entry is not None and entry[0] == generation:
                return entry[1]
            self._first[library.folder] = (generation, None)
        if not self._stop.is_set():
            self._worker.submit(self._search, library, generation)
        return None

    def next(self, library: Library, answer: Answer, questions: Sequence[str]) -> list[str]:
        """Return questions to go on with after an answer; [] on errors.

        Args:
            library: what the answer is about.
            answer: the last answer.
            questions: those asked before, which are not suggested again.
        """
        try:
            return next_questions(library, answer, questions, stop=self._stop.is_set)
        except SourcebookError:
            return []

    def release(self, library: Library) -> None:
        """Forget the questions of ``library``: its folder may hold another library next."""
        with self._lock:
            self._first.pop(library.folder, None)

    def stop(self) -> None:
        """End the search in progress, and begin no other."""
        self._stop.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _search(self, library: Library, generation: int) -> None:
        questions: list[str] = []
        try:
            questions = first_questions(library, stop=self._stop.is_set)
        except SourcebookError:
            pass  # reported where a question is asked
        finally:
            with self._lock:
                if self._first.get(library.folder, (generation,))[0] == generation:
                    self._first[library.folder] = (generation, questions)
