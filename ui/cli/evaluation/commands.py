"""`sourcebook eval`: how good the answers are, and whether a change made them better."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sourcebook.ui.cli.interrupts import stop_on_interrupt
from sourcebook.ui.cli.options import JsonOption

from .common import (
    ArticlesOption,
    LibraryOption,
    Mode,
    OutOption,
    RepliesOption,
    RunArgument,
    check_name,
    end_where_stopped,
    find_run,
    load_set,
    make_chatbot,
    open_library,
    print_json,
    run_progress,
    run_settings,
)
from .studies import ablate, calibrate

__all__ = ["app"]

app = typer.Typer(
    help="Measure how accurate the answers are, and compare two runs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class JudgeName(StrEnum):
    """Who decides whether citations carry an answer."""

    lexical = "lexical"
    model = "model"


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
    articles: ArticlesOption = None,
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
    replies: RepliesOption = None,
    json: JsonOption = False,
) -> None:
    """Ask every question of SET and measure the answers. Interrupted, it goes on where it was."""
    from sourcebook.eval import run as run_set
    from sourcebook.eval.metrics import ModelJudge
    from sourcebook.eval.runs import default_runs_folder

    from .tables import figures_text

    question_set = load_set(questions).first(limit)
    settings = run_settings()
    root = out or default_runs_folder()
    base = f"{question_set.name}-{mode.value}" + (f"-{limit}" if limit else "")
    with open_library(question_set, library, articles, settings) as opened_library:
        chatbot = make_chatbot(opened_library, settings, replies)
        with run_progress() as show, stop_on_interrupt() as stop:
            summary = run_set(
                question_set,
                opened_library,
                root / (check_name(name) if name else base),
                mode=mode.value,
                chatbot=chatbot,
                numbered=name is None,
                judge=ModelJudge(chatbot.model) if judge is JudgeName.model else None,
                on_progress=show,
                stop=stop,
            )
    folder = root / summary["name"]
    if json:
        print_json({k: v for k, v in summary.items() if k not in ("scores", "types")})
    else:
        print(figures_text(find_run(str(folder), out)))
        print(f"\nThe run is in {folder}. As a page: sourcebook eval report {folder.name}")
    end_where_stopped(summary)


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
    from sourcebook.eval import compare as compare_runs

    from .tables import changes_text, comparison_text

    comparison = compare_runs(find_run(run_a, out), find_run(run_b, out))
    print(comparison_text(comparison))
    print(changes_text(comparison, limit=None if all_changes else 10))


@app.command()
def report(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", show_default=False)],
    html: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
    out: OutOption = None,
) -> None:
    """Write one HTML file about one or more runs, to open in any browser."""
    from sourcebook.eval import write_report

    print(f"Wrote {write_report([find_run(run, out) for run in runs], html)}.")


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
    from sourcebook.eval import compare as compare_runs
    from sourcebook.eval.studies import check_gate

    from .tables import changes_text, regressions_text

    comparison = compare_runs(find_run(baseline, out), find_run(run, out))
    regressions = check_gate(comparison, speed=speed)
    for note in comparison.notes:
        print(f"Note: {note}.")
    if regressions:
        print(regressions_text(regressions))
        print(changes_text(comparison, limit=10))
        raise typer.Exit(1)
    print(f"Passed: nothing is significantly worse over {comparison.question_count} questions.")


app.command()(ablate)
app.command()(calibrate)


@app.command()
def questions(
    library: LibraryOption = None,
    count: Annotated[int, typer.Option("-n", min=1, help="How many questions.")] = 50,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Default: standard output.")
    ] = None,
    rated: Annotated[
        bool, typer.Option("--rated", help="Of the answers that were rated, not of the model.")
    ] = False,
) -> None:
    """Draft a question set from your own articles, or from the answers you rated, to be corrected.

    An answer rated good is its question's answer, with what it cites as evidence; one rated bad
    leaves its question to be completed, with the reason as a note.
    """
    if rated:
        _write_rated_set(library, to)
        return
    from sourcebook.eval.questions.dataset import write_jsonl
    from sourcebook.eval.questions.drafting import draft
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot
    from sourcebook.rag.models import make_embedder
    from sourcebook.ui.cli.terminal import progress

    settings = run_settings()
    with Library.open(library, create=False, embedder=make_embedder(settings)) as opened_library:
        chatbot = Chatbot(opened_library, settings=settings)
        with progress("Drafting") as show, stop_on_interrupt() as stop:
            drafts = list(
                draft(
                    chatbot,
                    count,
                    on_progress=lambda p: show(p.done, p.total, f"{p.sentences} sentences tried"),
                    stop=stop,
                )
            )
    text = write_jsonl(drafts)
    _write_text(text, to)
    unanswerable = sum(not question.answerable for question in drafts)
    print(
        f"{len(drafts)} questions. Read and correct them before you trust a figure; {unanswerable} "
        "with ids that begin with “check” should have no answer in the articles.",
        file=sys.stderr,
    )


def _write_rated_set(library: os.PathLike[str] | None, to: Path | None) -> None:
    from sourcebook.eval import EvaluationError, rated_set
    from sourcebook.index import Library
    from sourcebook.rag.models import make_embedder

    with Library.open(
        library, create=False, embedder=make_embedder(run_settings())
    ) as opened_library:
        question_set = rated_set(opened_library)
    if not question_set.questions:
        raise EvaluationError(
            "no answer was rated in the conversations of this library: press a thumb below one"
        )
    _write_text(question_set.to_jsonl(), to)
    print(
        f"{len(question_set.complete)} questions with the answer that was rated good; "
        f"{question_set.incomplete} to be completed: write the right answer, "
        "its evidence, and true or false for “answerable”.",
        file=sys.stderr,
    )


def _write_text(text: str, to: Path | None) -> None:
    if to:
        to.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
