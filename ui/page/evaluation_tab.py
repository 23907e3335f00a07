"""The Evaluate tab: runs a question set over the library, and shows its report."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.eval import QuestionSet, RatedSet, Run, load_run, rated_set, write_report
from sourcebook.eval.report.html import html as report_html
from sourcebook.eval.runs import SUMMARY, default_runs_folder
from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.html.base import problem_lines_html
from sourcebook.ui.render import count
from sourcebook.ui.state.evaluations import Evaluation, Mode

from .components import AT_ONCE, IN_QUEUE, html_component
from .templating import render

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.state import OpenLibraries


__all__ = ["EvaluateTab", "evaluate_tab"]

_BUNDLED = "The bundled questions, over the sample articles"
_OWN = "My questions, over my library"
_RATED = "The answers I rated, over my library"
_MODES = [
    ("The whole way: search, then answer", "rag"),
    ("Answers from the right passage", "gold"),
    ("Search only (quick)", "retrieval"),
]
_NO_RATINGS = "No answer was rated good in this library yet: press a thumb below one."
_EXAMPLE = """{"id": "q1", "question": "How long did the talks last?",
 "answers": ["about eight hours"], "answerable": true,
 "evidence": [{"document": "talks.md", "quote": "…"}]}"""
_ABOUT_HTML = render("evaluation.html", "about", example=_EXAMPLE)


def evaluate_tab(libraries: OpenLibraries) -> EvaluateTab:
    """Lay the tab out and wire it; to be called inside a ``gr.Tab`` of a ``gr.Blocks``."""
    return EvaluateTab(libraries)


class EvaluateTab:
    """The components of the tab and what happens when they are used. One run at a time."""

    def __init__(self, libraries: OpenLibraries, runs: Path | None = None) -> None:
        self._libraries = libraries
        self._runs = runs or default_runs_folder()
        self._evaluation: Evaluation | None = None
        self._lock = threading.Lock()
        self._lay_out()
        self._wire()

    def stop_all(self) -> None:
        """Stop the run in progress, so that the process can end."""
        if self._evaluation:
            self._evaluation.stop()

    def uses(self, library: Library) -> bool:
        """Whether ``library`` is being evaluated."""
        evaluation = self._evaluation
        return evaluation is not None and evaluation.library is library

    def release(self, library: Library) -> None:
        """Do nothing: the tab keeps nothing of a library open."""

    def _lay_out(self) -> None:
        with gr.Row():
            with gr.Column(scale=2, min_width=300):
                html_component(_ABOUT_HTML)
            with gr.Column(scale=3, min_width=320):
                self._set = gr.Radio([_BUNDLED, _OWN, _RATED], value=_BUNDLED, label="Questions")
                self._file = gr.File(
                    label="Question set (.jsonl)",
                    file_types=[".jsonl"],
                    type="filepath",
                    height=120,
                    visible=False,
                    elem_id="question-set",
                )
                with gr.Column(visible=False, elem_id="rated-questions") as self._rated:
                    self._ratings = html_component("")
                    self._save = gr.DownloadButton(
                        "Save as a question set", size="sm", visible=False, elem_id="save-rated"
                    )
                self._mode = gr.Dropdown(_MODES, value="rag", label="What to test")
                self._limit = gr.Number(
                    12, label="How many questions, spread over the set (0: all)", precision=0,
                    minimum=0,
                )  # fmt: skip
                with gr.Row():
                    self._start = gr.Button("Run", variant="primary", elem_id="evaluate")
                    self._stop = gr.Button("Stop", interactive=False, elem_id="stop-evaluation")
        self._status = gr.HTML("", elem_id="evaluation-status")
        with gr.Row():
            self._earlier = gr.Dropdown(
                self._names(),
                multiselect=True,
                max_choices=4,
                label="Open runs (several are compared)",
                scale=4,
                elem_id="runs",
            )
            self._download = gr.DownloadButton(
                "Download the report", visible=False, scale=1, elem_id="download-report"
            )
        self._report = gr.HTML("", elem_id="evaluation-report")

    def _wire(self) -> None:
        self._set.change(
            self._choose,
            [self._set],
            [self._file, self._rated, self._ratings, self._save],
            **AT_ONCE,
        )
        self._start.click(
            self._run,
            [self._set, self._file, self._mode, self._limit],
            [self._start, self._stop, self._status, self._earlier, self._report, self._download],
            concurrency_limit=4,
            concurrency_id="evaluating",
            **IN_QUEUE,
        )
        self._stop.click(
            self._ask_to_stop,
            None,
            [self._stop],
            **AT_ONCE,
        )
        self._earlier.input(
            self._open,
            [self._earlier],
            [self._status, self._report, self._download],
            **IN_QUEUE,
        )

    def _choose(self, kind: str, request: gr.Request) -> list[Any]:
        """Return what the tab shows for a kind of question set."""
        if kind != _RATED:
            boxes = [gr.File(visible=kind == _OWN), gr.Column(visible=False)]
            return [*boxes, "", gr.DownloadButton(visible=False)]
        ratings = rated_set(self._libraries.for_request(request).library)
        updates = [gr.File(visible=False), gr.Column(visible=True), _rated_html(ratings)]
        if not ratings.questions:
            return [*updates, gr.DownloadButton(visible=False)]
        folder = Path(tempfile.mkdtemp(dir=os.environ.get("GRADIO_TEMP_DIR")))
        file = folder / "rated.jsonl"
        file.write_text(ratings.to_jsonl(), encoding="utf-8")
        return [*updates, gr.DownloadButton(value=str(file), visible=True)]

    # --- running ---

    def _run(
        self,
        kind: str,
        file: str | None,
        mode: Mode,
        limit: float | None,
        request: gr.Request,
    ) -> Iterator[Any]:
        """Yield what the page shows while a run goes on, and its report at the end."""
        if kind == _OWN and not file:
            yield self._idle(problem_lines_html("Choose a question set first."))
            return
        with self._lock:
            if self._evaluation is not None:
                yield self._idle(
                    problem_lines_html("Another evaluation is running. Wait, or stop it.")
                )
                return
            entry = self._libraries.for_request(request)
            questions: str | QuestionSet | None = None if kind == _BUNDLED else file
            if kind == _RATED:
                questions = rated_set(entry.library).to_questions()
                if not questions.questions:
                    yield self._idle(problem_lines_html(_NO_RATINGS))
                    return
            evaluation = self._evaluation = Evaluation(entry.library, entry.chatbot, self._runs)
        evaluation.start(questions, mode, int(limit or 0) or None)
        try:
            busy = [gr.Button(interactive=False), gr.Button("Stop", interactive=True)]
            yield [*busy, _progress_html("Getting ready …", 0), gr.skip(), gr.skip(), gr.skip()]
            for progress in evaluation.progress():
                left = "" if progress.seconds_left is None else _time_left(progress.seconds_left)
                message = f"{progress.done} of {progress.total} {left} {progress.question}"
                bar = _progress_html(message, progress.done / progress.total)
                yield [gr.skip(), gr.skip(), bar, gr.skip(), gr.skip(), gr.skip()]
            if evaluation.problem or evaluation.folder is None:
                yield self._idle(
                    problem_lines_html(evaluation.problem or "The evaluation broke off.")
                )
                return
            name = evaluation.folder.name
            status, frame, download = self._open([name])
            runs = gr.Dropdown(choices=self._names(), value=[name], multiselect=True)
            yield [*self._idle(status)[:3], runs, frame, download]
        finally:
            evaluation.end()  # also when the page was closed before the end of the run
            self._evaluation = None

    def _idle(self, status: str) -> list[Any]:
        buttons = [gr.Button(interactive=True), gr.Button("Stop", interactive=False)]
        return [*buttons, status, gr.skip(), gr.skip(), gr.skip()]

    def _ask_to_stop(self) -> Any:
        if self._evaluation:
            self._evaluation.stop()
        return gr.Button("Stopping …", interactive=False)

    # --- reading ---

    def _names(self) -> list[str]:
        """Return the names of runs that have a summary, the newest first."""
        if not self._runs.is_dir():
            return []
        folders = [f for f in self._runs.iterdir() if (f / SUMMARY).is_file()]
        folders.sort(key=lambda folder: (folder / SUMMARY).stat().st_mtime, reverse=True)
        return [folder.name for folder in folders]

    def _open(self, names: list[str]) -> list[Any]:
        """Return the report of some runs: status, frame, download."""
        existing = set(self._names())
        selection = [name for name in names if name in existing]
        if not selection:
            return ["", "", gr.DownloadButton(visible=False)]
        try:
            runs = [load_run(self._runs / name) for name in selection]
            # A folder of its own, since a browser saves the file under its name there; among
            # Gradio's files, so that it is deleted when the page ends.
            folder = Path(tempfile.mkdtemp(dir=os.environ.get("GRADIO_TEMP_DIR")))
            file = folder / f"{'-'.join(selection)[:100]}.html"
            file = write_report(runs, file)
        except SourcebookError as error:
            return [problem_lines_html(str(error)), "", gr.DownloadButton(visible=False)]
        download = gr.DownloadButton(value=str(file), visible=True)
        return [_unfinished_html(runs), _frame_html(report_html(runs)), download]


def _rated_html(ratings: RatedSet) -> str:
    """Return how many answers were rated, and what can be done with them."""
    if not ratings.questions:
        return render("base.html", "hint", message=_NO_RATINGS)
    message = f"{count(len(ratings.complete), 'answer')} rated good, to be asked again."
    if ratings.incomplete:
        message += (
            f" {count(ratings.incomplete, 'question')} to be completed: save the set, write the "
            "right answers, and choose it under “My questions”."
        )
    return render("evaluation.html", "ratings", message=message)


def _frame_html(report: str) -> str:
    return render("evaluation.html", "frame", report=report)


def _unfinished_html(runs: list[Run]) -> str:
    """Return a line for each run that is not finished."""
    runs = [run for run in runs if not run.summary["complete"]]
    return render("evaluation.html", "unfinished", runs=runs)


def _progress_html(message: str, share: float) -> str:
    """Return a bar that is filled by ``share`` (0 to 1), and a line below it."""
    return render("evaluation.html", "progress", message=message, share=share)


def _time_left(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"({minutes} min {seconds:02} s left)" if minutes else f"({seconds} s left)"
