"""A question set run in a thread of its own, which can be watched and stopped."""

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
    """One run: what it tells, and what came of it.

    After the last of ``progress``, ``folder`` is where the run lies, or ``problem`` says in one
    line why there is none.
    """

    def __init__(self, library: Library, chatbot: Chatbot, runs: Path) -> None:
        self.library, self._chatbot, self._runs = library, chatbot, runs
        self._stop = threading.Event()
        self._told: queue.SimpleQueue[RunProgress | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.folder: Path | None = None
        self.problem: str | None = None

    def start(self, questions: str | QuestionSet | None, mode: Mode, limit: int | None) -> None:
        """Begin; ``questions`` is a set or its file, None the bundled one over its sample
        articles."""
        self._thread = threading.Thread(
            target=self._evaluate, args=(questions, mode, limit), name="evaluation", daemon=True
        )
        self._thread.start()

    def progress(self) -> Iterator[RunProgress]:
        """How far it is, as it goes on; ends when the run has ended."""
        while (progress := self._told.get()) is not None:
            yield progress

    def stop(self) -> None:
        """Ask it to end after the question it is at."""
        self._stop.set()

    def end(self) -> None:
        """Stop it, and wait a minute for its end."""
        self.stop()
        if self._thread:
            self._thread.join(60)

    def _evaluate(self, given: str | QuestionSet | None, mode: Mode, limit: int | None) -> None:
        try:
            loaded = given if isinstance(given, QuestionSet) else load(given or "bundled")
            questions = loaded.first(limit)
            base = f"{questions.name}-{mode}" + (f"-{limit}" if limit else "")
            library, chatbot = self.library, self._chatbot
            if given is None:
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
                    on_progress=self._told.put,
                    stop=self._stop,
                )
            finally:
                if library is not self.library:
                    library.close()
            self.folder = self._runs / summary["name"]
        except SourcebookError as error:
            self.problem = str(error)
        finally:
            self._told.put(None)
