"""Asking every question of a set and keeping what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sourcebook.eval.metrics.judges import Judge
from sourcebook.eval.questions.dataset import QuestionSet
from sourcebook.index.library import Library
from sourcebook.rag.chatbot import Chatbot

from .examiner import Examiner, Mode
from .folder import RunFolder, differences
from .summary import summarise


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is. ``seconds_left`` is None until it can be guessed."""

    done: int
    total: int
    failed: int
    seconds_left: float | None
    question: str


def run(
    questions: QuestionSet,
    library: Library,
    folder: Path,
    *,
    mode: Mode = "rag",
    chatbot: Chatbot | None = None,
    judge: Judge | None = None,
    numbered: bool = False,
    on_progress: Callable[[RunProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> dict[str, Any]:
    """Ask every question that has no line in ``folder`` yet, and return the summary.

    ``gold`` answers from the gold passages (an unanswerable question without one: from the passage
    search finds first), ``rag`` goes the whole way, ``retrieval`` searches in three ways and never
    wakes the language model; questions without gold evidence are left out of it.

    With ``numbered``, the run goes to ``folder-1``, or on from there if that is an unfinished run
    of the same, else to the next number; the summary's ``name`` tells which.

    A question that raises is recorded as a failure and counts as wrong. When ``stop`` is set the
    question under way is dropped and the summary of what was asked is written; the same call goes
    on from there.

    Raises:
        EvaluationError: no gold evidence is in the library, the folder cannot be written.
        RunMismatch: ``folder`` was begun with something else.
        SourcebookError: the library or a model file cannot be used.
    """
    examiner = Examiner(questions, library, mode, chatbot, judge)
    place = RunFolder(_numbered(folder, examiner.identity()) if numbered else folder)
    with place.locked():
        place.begin(examiner.identity())
        place.repair()
        known = {record["id"] for record in place.records()}
        left = [q for q in examiner.questions if q.id not in known]
        meter = _Meter(len(examiner.questions), len(known), on_progress)
        with suppress(KeyboardInterrupt), examiner.ready(left):
            for question in left:
                meter.show(question.text)
                record = examiner.record(question, stop)
                if record is None:  # stopped
                    break
                place.append(record)
                meter.count(record)
        summary = summarise(
            list(place.records()), examiner.about(place.name), len(examiner.questions)
        )
        place.write_summary(summary)
        return summary


class _Meter:
    """Counts, and guesses the time left from the pace of this sitting."""

    def __init__(
        self, total: int, done: int, on_progress: Callable[[RunProgress], None] | None
    ) -> None:
        self._total, self._done, self._first, self._failed = total, done, done, 0
        self._began = time.perf_counter()
        self._tell = on_progress

    def count(self, record: dict[str, Any]) -> None:
        self._done += 1
        self._failed += record["error"] is not None
        if self._done == self._total:
            self.show("")

    def show(self, question: str) -> None:
        if self._tell:
            asked = self._done - self._first
            pace = (time.perf_counter() - self._began) / asked if asked else None
            left = None if pace is None else pace * (self._total - self._done)
            self._tell(RunProgress(self._done, self._total, self._failed, left, question))


def _numbered(base: Path, identity: Mapping[str, Any]) -> Path:
    """The first ``BASE-1``, ``BASE-2``, ... that is free, or an unfinished run of the same.

    So the same command goes on after an interruption, and asks anew once it has finished.
    """
    for number in count(1):
        place = RunFolder(base.with_name(f"{base.name}-{number}"))
        if not place.exists():
            return place.folder
        if not place.is_complete() and not differences(place.identity(), identity):
            return place.folder
    raise AssertionError("numbers do not end")
