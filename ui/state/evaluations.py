"""A question set run in a thread of its own, with its progress and a way to stop it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sourcebook.eval import QuestionSet, RunProgress, load, open_set_library, run
from sourcebook.index import Library
from sourcebook.index.errors import SourcebookError
from sourcebook.rag import Chatbot

Mode = Literal["gold", "rag", "retrieval"]


class Evaluation:
    """One run in the background: its progress and its result.

    After the last item of `progress`, ``folder`` is the run's folder, or ``problem`` says in one
    line why there is none.
    """

    def __init__(self, library: Library, chatbot: Chatbot, runs: Path) -> None:
        self.library, self._chatbot, self._runs = library, chatbot, runs
        self._stop = threading.Event()
        self._events: queue.SimpleQueue[RunProgress | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.folder: Path | None = None
        self.problem: str | None = None

    def start(self, questions: str | QuestionSet | None, mode: Mode, limit: int | None) -> None:
        """Begin the run; returns at once.

        Args:
            questions: a set or its file; None: the bundled set, over its sample articles.
            mode: what is tested.
            limit: at most this many questions, spread over the set; None: all.
        """
        self._thread = threading.Thread(
            target=self._evaluate, args=(questions, mode, limit), name="evaluation", daemon=True
        )
        self._thread.start()

    def progress(self) -> Iterator[RunProgress]:
        """Yield the run's progress as it goes on, until its end."""
        while (progress := self._events.get()) is not None:
            yield progress

    def stop(self) -> None:
        """Make it end after the current question; returns at once."""
        self._stop.set()

    def end(self) -> None:
        """Stop it, and wait for its end, for a minute at most."""
        self.stop()
        if self._thread:
            self._thread.join(60)

    def _evaluate(self, source: str | QuestionSet | None, mode: Mode, limit: int | None) -> None:
        try:
            question_set = source if isinstance(source, QuestionSet) else load(source or "bundled")
            questions = question_set.first(limit)
            base = f"{questions.name}-{mode}" + (f"-{limit}" if limit else "")
            library, chatbot = self.library, self._chatbot
            if source is None:
                library = open_set_library(questions, embedder=library.embedder)
                chatbot = type(chatbot)(library, model=chatbot.model, settings=chatbot.settings)
            try:
                summary = run(
                    questions,
                    library,
                    self._runs / base,
                    mode=mode,
                    chatbot=chatbot,
                    numbered=True,
                    on_progress=self._events.put,
                    stop=self._stop,
                )
            finally:
                if library is not self.library:
                    library.close()
            self.folder = self._runs / summary["name"]
        except SourcebookError as error:
            self.problem = str(error)
        finally:
            self._events.put(None)
