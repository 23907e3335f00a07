"""Asks every question of a set, and writes the records and the summary of the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sourcebook.eval.metrics import Judge
from sourcebook.eval.questions import QuestionSet
from sourcebook.index.library import Library
from sourcebook.rag.chatbot import Chatbot

from .examiner import Examiner, Mode
from .folder import RunFolder, describe_differences
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

    A question that raises is recorded as a failure and counts as wrong. When ``stop`` is set, the
    current question is dropped and the summary of the earlier ones is written; the same call goes
    on from there.

    Args:
        questions: the set.
        library: is asked.
        folder: takes the records and the summary.
        mode: ``gold`` answers from the gold passages (an unanswerable question without one: from
            the first hit of a search); ``rag`` takes every step; ``retrieval`` searches in three
            ways without the language model, and leaves out questions without gold evidence.
        numbered: The run goes to ``folder-1`` if that is free or holds an unfinished run of the
            same identity, else to the next number; the summary's ``name`` says which.
        chatbot: answers; by default one over ``library`` with the usual settings.
        judge: decides about citations; by default a `LexicalJudge`.
        on_progress: is called before each question.
        stop: ends the run when it is set.

    Raises:
        EvaluationError: no gold evidence is in the library, the folder cannot be written.
        RunMismatch: ``folder`` was begun with something else.
        SourcebookError: the library or a model file cannot be used.
    """
    examiner = Examiner(questions, library, mode, chatbot, judge)
    if numbered:
        folder = _next_folder(folder, examiner.identity())
    run_folder = RunFolder(folder)
    with run_folder.locked():
        run_folder.begin(examiner.identity())
        run_folder.repair()
        done_ids = {record["id"] for record in run_folder.records()}
        remaining = [q for q in examiner.questions if q.id not in done_ids]
        meter = _Meter(len(examiner.questions), len(done_ids), on_progress)
        with suppress(KeyboardInterrupt), examiner.ready(remaining):
            for question in remaining:
                meter.show(question.text)
                record = examiner.record(question, stop)
                if record is None:  # stopped
                    break
                run_folder.append(record)
                meter.count(record)
        summary = summarise(
            list(run_folder.records()), examiner.about(run_folder.name), len(examiner.questions)
        )
        run_folder.write_summary(summary)
        return summary


class _Meter:
    """Counts questions, and guesses the time left from the pace of this call."""

    def __init__(
        self, total: int, count: int, on_progress: Callable[[RunProgress], None] | None
    ) -> None:
        self._total, self._count, self._first, self._failed = total, count, count, 0
        self._began = time.perf_counter()
        self._on_progress = on_progress

    def count(self, record: dict[str, Any]) -> None:
        self._count += 1
        self._failed += record["error"] is not None
        if self._count == self._total:
            self.show("")

    def show(self, question: str) -> None:
        if self._on_progress:
            count = self._count - self._first
            pace = (time.perf_counter() - self._began) / count if count else None
            seconds = None if pace is None else pace * (self._total - self._count)
            self._on_progress(
                RunProgress(self._count, self._total, self._failed, seconds, question)
            )


def _next_folder(base: Path, identity: Mapping[str, Any]) -> Path:
    """Return the first of ``BASE-1``, ``BASE-2``, ... that is free or unfinished and the same.

    So the same command resumes an interrupted run, and starts a new one after a finished run.
    """
    for number in count(1):
        candidate = RunFolder(base.with_name(f"{base.name}-{number}"))
        if not candidate.exists():
            return candidate.folder
        if not candidate.is_complete() and not describe_differences(candidate.identity(), identity):
            return candidate.folder
    raise AssertionError("numbers do not end")
