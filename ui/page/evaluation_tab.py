"""The Evaluate tab: a question set run over the library, and its report read on the spot."""

from __future__ import annotations

import html
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.eval import QuestionSet, RatedSet, Run, load_run, rated_set, write_report
from sourcebook.eval.report.html import html as report_html
from sourcebook.eval.runs.folder import SUMMARY, default_runs_folder
from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.state.evaluations import Evaluation, Mode
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.numbers import count

from .components import QUICK, SLOW, words

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.page.state.open_libraries import Shelf


__all__ = ["EvaluateTab", "evaluate_tab"]

_BUNDLED = "The bundled questions, over the sample articles"
_OWN = "My questions, over my library"
_RATED = "The answers I rated, over my library"
_MODES = [
    ("The whole way: search, then answer", "rag"),
    ("Answers from the right passage", "gold"),
    ("Search only (quick)", "retrieval"),
]
_NONE_RATED = "No answer was rated good in this library yet: press a thumb below one."
_ABOUT = """
<div class="sb-prose"><p>Ask a set of questions whose answers are known, and see how many come out
right, how well they are cited, and how often a question without an answer is refused.</p>
<p>A set of your own is a JSON Lines file, one question a line:</p>
<pre class="sb-code"><code>{"id": "q1", "question": "How long did the talks last?",
 "answers": ["about eight hours"], "answerable": true,
 "evidence": [{"document": "talks.md", "quote": "…"}]}</code></pre>
<p><code>sourcebook eval questions</code> drafts one from your articles; with
<code>--rated</code> it is made of the answers you rated.</p></div>
"""


def evaluate_tab(shelf: Shelf) -> EvaluateTab:
    """Lay the tab out and wire it; to be called inside a ``gr.Tab`` of a ``gr.Blocks``."""
    return EvaluateTab(shelf)


class EvaluateTab:
    """The components of the tab and what happens when they are used. One run at a time."""

    def __init__(self, shelf: Shelf, runs: Path | None = None) -> None:
        self._shelf = shelf
        self._runs = runs or default_runs_folder()
        self._work: Evaluation | None = None
        self._lock = threading.Lock()
        self._lay_out()
        self._wire()

    def stop_all(self) -> None:
        """Ask a run under way to end, so that the process can."""
        if self._work:
            self._work.stop()

    def uses(self, library: Library) -> bool:
        """Whether it is being evaluated."""
        work = self._work
        return work is not None and work.library is library

    def let_go(self, library: Library) -> None:
        """Nothing of it is kept open."""

    def _lay_out(self) -> None:
        with gr.Row():
            with gr.Column(scale=2, min_width=300):
                words(_ABOUT)
            with gr.Column(scale=3, min_width=320):
                self._which = gr.Radio([_BUNDLED, _OWN, _RATED], value=_BUNDLED, label="Questions")
                self._file = gr.File(
                    label="Question set (.jsonl)",
                    file_types=[".jsonl"],
                    type="filepath",
                    height=120,
                    visible=False,
                    elem_id="question-set",
                )
                with gr.Column(visible=False, elem_id="rated-questions") as self._rated:
                    self._ratings = words("")
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
        self._which.change(
            self._choose,
            [self._which],
            [self._file, self._rated, self._ratings, self._save],
            **QUICK,
        )
        self._start.click(
            self._run,
            [self._which, self._file, self._mode, self._limit],
            [self._start, self._stop, self._status, self._earlier, self._report, self._download],
            concurrency_limit=4,
            concurrency_id="evaluating",
            **SLOW,
        )
        self._stop.click(
            self._ask_to_stop,
            None,
            [self._stop],
            **QUICK,
        )
        self._earlier.input(
            self._open,
            [self._earlier],
            [self._status, self._report, self._download],
            **SLOW,
        )

    def _choose(self, which: str, request: gr.Request) -> list[Any]:
        """What belongs to the kind of set that was chosen."""
        if which != _RATED:
            shown = [gr.File(visible=which == _OWN), gr.Column(visible=False)]
            return [*shown, "", gr.DownloadButton(visible=False)]
        made = rated_set(self._shelf.of(request).library)
        known = [gr.File(visible=False), gr.Column(visible=True), _rated_html(made)]
        if not made.rated:
            return [*known, gr.DownloadButton(visible=False)]
        folder = Path(tempfile.mkdtemp(dir=os.environ.get("GRADIO_TEMP_DIR")))
        file = folder / "rated.jsonl"
        file.write_text(made.to_jsonl(), encoding="utf-8")
        return [*known, gr.DownloadButton(value=str(file), visible=True)]

    # --- running ---

    def _run(
        self,
        which: str,
        file: str | None,
        mode: Mode,
        limit: float | None,
        request: gr.Request,
    ) -> Iterator[Any]:
        """Yields what the page shows while a run goes on, and its report at the end."""
        if which == _OWN and not file:
            yield self._resting(_problem("Choose a question set first."))
            return
        with self._lock:
            if self._work is not None:
                yield self._resting(_problem("Another evaluation is running. Wait, or stop it."))
                return
            opened = self._shelf.of(request)
            questions: str | QuestionSet | None = None if which == _BUNDLED else file
            if which == _RATED:
                questions = rated_set(opened.library).to_questions()
                if not questions.questions:
                    yield self._resting(_problem(_NONE_RATED))
                    return
            work = self._work = Evaluation(opened.library, opened.chatbot, self._runs)
        work.start(questions, mode, int(limit or 0) or None)
        try:
            busy = [gr.Button(interactive=False), gr.Button("Stop", interactive=True)]
            yield [*busy, _bar("Getting ready …", 0), gr.skip(), gr.skip(), gr.skip()]
            for progress in work.progress():
                left = "" if progress.seconds_left is None else _left(progress.seconds_left)
                said = f"{progress.done} of {progress.total} {left} {progress.question}"
                shown = _bar(said, progress.done / progress.total)
                yield [gr.skip(), gr.skip(), shown, gr.skip(), gr.skip(), gr.skip()]
            if work.problem or work.folder is None:
                yield self._resting(_problem(work.problem or "The evaluation broke off."))
                return
            name = work.folder.name
            status, frame, download = self._open([name])
            runs = gr.Dropdown(choices=self._names(), value=[name], multiselect=True)
            yield [*self._resting(status)[:3], runs, frame, download]
        finally:
            work.end()  # the page was closed: nobody waits for the rest
            self._work = None

    def _resting(self, status: str) -> list[Any]:
        buttons = [gr.Button(interactive=True), gr.Button("Stop", interactive=False)]
        return [*buttons, status, gr.skip(), gr.skip(), gr.skip()]

    def _ask_to_stop(self) -> Any:
        if self._work:
            self._work.stop()
        return gr.Button("Stopping …", interactive=False)

    # --- reading ---

    def _names(self) -> list[str]:
        """Runs that have a summary, newest first."""
        if not self._runs.is_dir():
            return []
        found = [f for f in self._runs.iterdir() if (f / SUMMARY).is_file()]
        found.sort(key=lambda folder: (folder / SUMMARY).stat().st_mtime, reverse=True)
        return [folder.name for folder in found]

    def _open(self, names: list[str]) -> list[Any]:
        """The report of some runs: status, frame, download."""
        known = set(self._names())
        chosen = [name for name in names if name in known]
        if not chosen:
            return ["", "", gr.DownloadButton(visible=False)]
        try:
            opened = [load_run(self._runs / name) for name in chosen]
            # A folder of its own, since a browser saves it under the name it has there; among
            # Gradio's files, so that it goes when the page does.
            folder = Path(tempfile.mkdtemp(dir=os.environ.get("GRADIO_TEMP_DIR")))
            place = folder / f"{'-'.join(chosen)[:100]}.html"
            file = write_report(opened, place)
        except SourcebookError as error:
            return [_problem(str(error)), "", gr.DownloadButton(visible=False)]
        download = gr.DownloadButton(value=str(file), visible=True)
        return [_stopped(opened), _frame(report_html(opened)), download]


def _rated_html(made: RatedSet) -> str:
    """How many answers were rated, and what can be done with them."""
    if not made.rated:
        return f'<p class="sb-hint">{_NONE_RATED}</p>'
    said = f"{count(len(made.finished), 'answer')} rated good, to be asked again."
    if made.unfinished:
        said += (
            f" {count(made.unfinished, 'question')} to be completed: save the set, write what is "
            "right, and choose it under “My questions”."
        )
    return f'<p class="sb-hint" role="status">{escape(said)}</p>'


def _frame(page: str) -> str:
    """The report in a frame of its own: its style and script touch nothing outside."""
    return (
        '<iframe class="sb-evaluation" title="Evaluation report" sandbox="allow-scripts" '
        'style="width:100%;height:85vh;border:1px solid var(--border-color-primary);'
        f'border-radius:10px" srcdoc="{html.escape(page, quote=True)}"></iframe>'
    )


def _stopped(runs: list[Run]) -> str:
    """A word about runs that are not finished."""
    words = [
        f"{run.name} was stopped after {run.summary['asked']} of {run.summary['questions']} "
        "questions; run it again, and it goes on from there."
        for run in runs
        if not run.summary["complete"]
    ]
    return "".join(f'<p role="status">{escape(w)}</p>' for w in words)


def _bar(words: str, share: float) -> str:
    return (
        f'<div role="status"><progress value="{share:.3f}" max="1" '
        'style="width:100%;accent-color:var(--primary-600)"></progress>'
        f"<p>{escape(one_line(words))}</p></div>"
    )


def _problem(message: str) -> str:
    lines = "<br>".join(escape(line) for line in message.splitlines())
    return f'<div class="sb-problem" role="alert"><p>{lines}</p></div>'


def _left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"({minutes} min {rest:02} s left)" if minutes else f"({rest} s left)"
