"""`sourcebook eval`: how good the answers are, and whether a change made them better."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..eval import QuestionSet, Run
    from ..index import Library
    from ..rag import Settings

__all__ = ["app"]

app = typer.Typer(
    help="Measure how accurate the answers are, and compare two runs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Mode(StrEnum):
    """What a run tests."""

    gold = "gold"
    rag = "rag"
    retrieval = "retrieval"


class JudgeName(StrEnum):
    """Who decides whether citations carry an answer."""

    lexical = "lexical"
    model = "model"


LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="Folder of the library. Sets that bring their passages, and `bundled`, need none.",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where runs are kept. Default: the user's data."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", show_default=False)]


@app.command()
def run(
    questions: Annotated[
        str,
        typer.Argument(
            metavar="SET",
            show_default=False,
            help="bundled, a .jsonl file, squad2:FILE, or clapnq:FILE[,FILE].",
        ),
    ],
    *,
    library: LibraryOption = None,
    mode: Annotated[
        Mode, typer.Option(help="gold: the gold passage is given; rag: all the way; retrieval.")
    ] = Mode.rag,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask this many, spread over the set.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run. Default: made up.")] = None,
    out: OutOption = None,
    judge: Annotated[
        JudgeName, typer.Option(help="Who decides whether citations carry an answer.")
    ] = JudgeName.lexical,
    json: JsonOption = False,
) -> None:
    """Ask every question of SET and measure the answers. Interrupted, it goes on where it was."""
    from ..eval import run as run_set
    from ..eval.judges import ModelJudge
    from ..eval.runfolder import default_runs_folder
    from ..rag import Chatbot, Settings
    from .eval_tables import figures_text

    chosen = _load(questions).first(limit)
    settings = Settings.load()
    root = out or default_runs_folder()
    base = f"{chosen.name}-{mode.value}" + (f"-{limit}" if limit else "")
    with _open(chosen, library, settings) as opened:
        chatbot = Chatbot(opened, settings=settings)
        with _run_progress() as show, _stop_on_interrupt() as stop:
            summary = run_set(
                chosen,
                opened,
                root / (_checked_name(name) if name else base),
                mode=mode.value,
                chatbot=chatbot,
                numbered=name is None,
                judge=ModelJudge(chatbot.model) if judge is JudgeName.model else None,
                on_progress=show,
                stop=stop,
            )
    folder = root / summary["name"]
    if json:
        _print_json({k: v for k, v in summary.items() if k not in ("scores", "types")})
    else:
        print(figures_text(_load_run(str(folder), out)))
        print(f"\nThe run is in {folder}. As a page: sourcebook eval report {folder.name}")
    if not summary["complete"]:
        print(
            f"sourcebook: stopped after {summary['asked']} of {summary['questions']} questions; "
            "the same command goes on from there",
            file=sys.stderr,
        )
        raise typer.Exit(130)


@app.command()
def compare(
    run_a: Annotated[str, typer.Argument(metavar="RUN_A", show_default=False)],
    run_b: Annotated[str, typer.Argument(metavar="RUN_B", show_default=False)],
    out: OutOption = None,
    all_changes: Annotated[
        bool, typer.Option("--all", help="List every changed question.")
    ] = False,
) -> None:
    """Compare two runs question by question: what changed from RUN_A to RUN_B."""
    from ..eval import compare as compare_runs
    from .eval_tables import changes_text, comparison_text

    comparison = compare_runs(_load_run(run_a, out), _load_run(run_b, out))
    print(comparison_text(comparison))
    print(changes_text(comparison, limit=None if all_changes else 10))


@app.command()
def report(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", show_default=False)],
    html: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
    out: OutOption = None,
) -> None:
    """Write one HTML file about one or more runs, to open in any browser."""
    from ..eval import write_report

    print(f"Wrote {write_report([_load_run(run, out) for run in runs], html)}.")


@app.command()
def gate(
    run: RunArgument,
    baseline: Annotated[
        str, typer.Option(metavar="RUN_OR_FILE", help="A run, or the summary.json of one.")
    ],
    speed: Annotated[bool, typer.Option("--speed", help="Fail on slower answers too.")] = False,
    out: OutOption = None,
) -> None:
    """Exit 1 when a figure of RUN is significantly worse than the baseline's."""
    from ..eval import compare as compare_runs
    from ..eval.compare import check_gate
    from .eval_tables import changes_text, worse_text

    comparison = compare_runs(_load_run(baseline, out), _load_run(run, out))
    worse = check_gate(comparison, speed=speed)
    for note in comparison.notes:
        print(f"Note: {note}.")
    if worse:
        print(worse_text(worse))
        print(changes_text(comparison, limit=10))
        raise typer.Exit(1)
    print(f"Passed: nothing is significantly worse over {comparison.shared} questions.")


@app.command()
def questions(
    library: LibraryOption = None,
    count: Annotated[int, typer.Option("-n", min=1, help="How many questions.")] = 50,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Default: standard output.")
    ] = None,
) -> None:
    """Draft a question set from your own articles, for you to correct."""
    from ..eval.dataset import write_jsonl
    from ..eval.drafting import draft
    from ..index import Library
    from ..rag import Chatbot, Settings
    from ..rag.models import make_embedder
    from .terminal import progress

    settings = Settings.load()
    with Library.open(library, create=False, embedder=make_embedder(settings)) as opened:
        chatbot = Chatbot(opened, settings=settings)
        with progress("Drafting") as show, _stop_on_interrupt() as stop:
            made = list(
                draft(
                    chatbot,
                    count,
                    on_progress=lambda p: show(p.kept, p.wanted, f"{p.tried} sentences tried"),
                    stop=stop,
                )
            )
    text = write_jsonl(made)
    if to:
        to.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    unanswerable = sum(not question.answerable for question in made)
    print(
        f"{len(made)} questions. Read and correct them before you trust a figure; {unanswerable} "
        "with ids that begin with “check” should have no answer in the articles.",
        file=sys.stderr,
    )


# --- shared -----------------------------------------------------------------------------------


def _load(spec: str) -> QuestionSet:
    """The set, or every problem of its file on a line of its own."""
    from ..eval import QuestionSetError, load
    from .escaping import one_line

    try:
        return load(spec)
    except QuestionSetError as error:
        if not error.problems:
            raise
        for line in str(error).splitlines():
            print(f"sourcebook: {one_line(line)}", file=sys.stderr)
        raise typer.Exit(1) from None


def _open(questions: QuestionSet, library: Path | None, settings: Settings) -> Library:
    from ..eval import EvaluationError, open_set_library
    from ..index import Library
    from ..rag.models import make_embedder
    from .terminal import progress

    embedder = make_embedder(settings)
    if questions.documents and library:
        raise EvaluationError(f"{questions.form} brings its own passages: leave --library away")
    if questions.documents or (questions.name == "bundled" and not library):
        with progress("Making the library of the set") as show:
            return open_set_library(
                questions,
                embedder=embedder,
                on_progress=lambda p: show(p.done, p.total, p.current),
            )
    return Library.open(library, create=False, embedder=embedder)


def _load_run(name: str, out: Path | None) -> Run:
    """A run by its path, or by its name among the runs."""
    from ..eval import load_run
    from ..eval.runfolder import default_runs_folder

    path = Path(name).expanduser()
    named = (out or default_runs_folder()) / name
    return load_run(named if not path.exists() and named.exists() else path)


def _checked_name(name: str) -> str:
    if name in ("", ".", "..") or any(c in name for c in "/\\\0"):
        raise typer.BadParameter("a name of a folder, without / in it", param_hint="--name")
    return name


@contextmanager
def _stop_on_interrupt() -> Iterator[threading.Event]:
    """Ctrl-C asks for a clean stop; a second one interrupts at once."""
    stop = threading.Event()

    def ask(number: int, frame: Any) -> None:
        del number, frame
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _run_progress() -> Iterator[Any]:
    """A bar with the time left; where stderr is no terminal, a line every half minute."""
    import time

    from .terminal import progress

    with progress("Asking") as show:
        last = 0.0

        def tell(p: Any) -> None:
            nonlocal last
            left = "" if p.seconds_left is None else f"{_clock(p.seconds_left)} left, "
            failed = f"{p.failed} failed, " if p.failed else ""
            show(p.done, p.total, f"{left}{failed}{p.question}")
            if not sys.stderr.isatty() and (time.monotonic() - last > 30 or p.done == p.total):
                last = time.monotonic()
                print(f"{p.done} of {p.total}, {left}{failed}".rstrip(", "), file=sys.stderr)

        yield tell


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _print_json(data: Any) -> None:
    from .render import to_json

    print(to_json(data))
