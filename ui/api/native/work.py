"""What jobs do: an addition to a library, an evaluation of one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sourcebook.eval import QuestionSet, RunProgress, load_run
from sourcebook.ui.api.jobs import JobState
from sourcebook.ui.state.evaluations import Evaluation, Mode

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibrary
    from sourcebook.ui.state.additions import Addition

__all__ = ["AdditionWork", "EvaluationWork"]


class AdditionWork:
    """An addition as the `Work` of a job."""

    def __init__(self, addition: Addition) -> None:
        self._addition = addition

    @property
    def state(self) -> JobState:
        addition = self._addition
        if addition.completion.is_set():
            if addition.report is None:
                return "failed"
            return "stopped" if addition.report.stopped else "complete"
        if addition.is_stopping:
            return "stopping"
        return "running" if addition.seconds else "waiting"

    @property
    def progress(self) -> dict[str, Any] | None:
        progress = self._addition.progress
        if progress is None:
            return None
        return {"done": progress.done, "total": progress.total, "current": progress.current}

    @property
    def result(self) -> dict[str, Any] | None:
        report = self._addition.report
        return report.to_dict() if report and self._addition.completion.is_set() else None

    @property
    def problem(self) -> str | None:
        return self._addition.problem

    def stop(self) -> None:
        self._addition.stop()


class EvaluationWork:
    """An evaluation as the `Work` of a job; its run is stored as those of the page are.

    Args:
        entry: the library that is asked, with its chatbot.
        runs: the folder of all runs.
    """

    def __init__(self, entry: OpenLibrary, runs: Path) -> None:
        self.library = entry.library
        self._evaluation = Evaluation(entry.library, entry.chatbot, runs)
        self._progress: RunProgress | None = None
        self._end = threading.Event()
        self._is_stopping = False
        self._result: dict[str, Any] | None = None

    def start(self, questions: QuestionSet | None, mode: Mode, limit: int | None) -> None:
        """Begin the run; returns at once. ``questions``: None is the bundled set."""
        self._evaluation.start(questions, mode, limit)
        threading.Thread(target=self._follow, name="evaluation-progress", daemon=True).start()

    def _follow(self) -> None:
        try:
            for progress in self._evaluation.progress():
                self._progress = progress
            if self._evaluation.folder is not None:
                self._result = run_to_dict(self._evaluation.folder)
        finally:
            self._end.set()

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._end.is_set()

    @property
    def state(self) -> JobState:
        if not self._end.is_set():
            return "stopping" if self._is_stopping else "running"
        if self._result is None:
            return "failed"
        return "complete" if self._result["complete"] else "stopped"

    @property
    def progress(self) -> dict[str, Any] | None:
        progress = self._progress
        if progress is None:
            return None
        return {
            "done": progress.done,
            "total": progress.total,
            "failed": progress.failed,
            "seconds_left": progress.seconds_left,
            "current": progress.question,
        }

    @property
    def result(self) -> dict[str, Any] | None:
        return self._result

    @property
    def problem(self) -> str | None:
        if self._end.is_set() and self._result is None:
            return self._evaluation.problem or "It broke off with an unexpected error."
        return None

    def stop(self) -> None:
        self._is_stopping = True
        self._evaluation.stop()


def run_to_dict(folder: Path) -> dict[str, Any]:
    """Return the figures of a run. Raises EvaluationError."""
    run = load_run(folder, with_records=False)
    return {
        "run": run.name,
        "complete": run.summary["complete"],
        "mode": run.summary["mode"],
        "questions": run.summary["questions"],
        "asked": run.summary["asked"],
        "measures": run.summary["measures"],
    }
