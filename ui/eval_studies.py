"""Commands that ask a set more than once: what a mechanism is worth, and when to refuse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .eval_parts import (
    ArticlesOption,
    LibraryOption,
    Mode,
    OutOption,
    RepliesOption,
    end_where_stopped,
    find_run,
    load_set,
    make_chatbot,
    open_library,
    run_progress,
    run_settings,
)
from .interrupts import stop_on_interrupt

if TYPE_CHECKING:
    from ..eval import Run

__all__ = ["ablate", "calibrate"]


def ablate(
    questions: Annotated[
        str,
        typer.Argument(metavar="SET", show_default=False, help="A set as `eval run` takes it."),
    ],
    mechanisms: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MECHANISM...]", help="Default: each there is."),
    ] = None,
    *,
    library: LibraryOption = None,
    articles: ArticlesOption = None,
    mode: Annotated[Mode, typer.Option(help="gold or rag, as for `eval run`.")] = Mode.rag,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask this many, spread over the set.")
    ] = None,
    replies: RepliesOption = None,
    out: OutOption = None,
) -> None:
    """What each mechanism is worth: ask SET as it is, then without each, question by question.

    The model's replies are kept, so that a question costs its time only once.
    """
    from ..eval import compare as compare_runs
    from ..eval import run as run_set
    from ..eval.ablation import MECHANISMS, left_out, mechanism
    from ..eval.runfolder import default_runs_folder
    from .eval_tables import ablation_text

    if mode is Mode.retrieval:
        raise typer.BadParameter("retrieval answers nothing: gold or rag", param_hint="--mode")
    chosen = [mechanism(name) for name in mechanisms or ()] or list(MECHANISMS)
    asked = load_set(questions).first(limit)
    settings = run_settings()
    root = out or default_runs_folder()
    base = f"{asked.name}-{mode.value}" + (f"-{limit}" if limit else "")
    with open_library(asked, library, articles, settings) as opened:
        chatbot = make_chatbot(opened, settings, replies or root / f"{base}-replies.db")

        def ask(name: str) -> Run:
            with run_progress() as show, stop_on_interrupt() as stop:
                summary = run_set(
                    asked,
                    opened,
                    root / f"{base}-{name}",
                    mode="gold" if mode is Mode.gold else "rag",
                    chatbot=chatbot,
                    numbered=True,
                    on_progress=show,
                    stop=stop,
                )
            end_where_stopped(summary)
            return find_run(str(root / summary["name"]), out)

        whole = ask("whole")
        for part in chosen:
            with left_out(part):
                without = ask(f"without-{part.name}")
            print(ablation_text(part, compare_runs(without, whole)), flush=True)


def calibrate(
    questions: Annotated[
        list[str],
        typer.Argument(metavar="SET...", show_default=False, help="Sets as `eval run` takes them."),
    ],
    *,
    library: LibraryOption = None,
    articles: ArticlesOption = None,
    mode: Annotated[Mode, typer.Option(help="gold or rag, as for `eval run`.")] = Mode.rag,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write.")] = Path(
        "calibration.json"
    ),
    out: OutOption = None,
) -> None:
    """Fit anew how sure an answer is, on questions whose answers you know.

    Every question is answered, also those that would be refused. Interrupted, it goes on where it
    was.
    """
    from ..eval import run as run_set
    from ..eval.calibrate import fit
    from ..eval.runfolder import default_runs_folder
    from ..rag import Chatbot
    from .eval_tables import calibration_text
    from .render import to_json

    if mode is Mode.retrieval:
        raise typer.BadParameter("retrieval wakes no model: gold or rag", param_hint="--mode")
    settings = run_settings().model_copy(update={"answer_above": 0.0})
    root = out or default_runs_folder()
    runs = []
    for spec in questions:
        chosen = load_set(spec)
        with (
            open_library(chosen, library, articles, settings) as opened,
            run_progress() as show,
            stop_on_interrupt() as stop,
        ):
            summary = run_set(
                chosen,
                opened,
                root / f"{chosen.name}-{mode.value}-calibration",
                mode="gold" if mode is Mode.gold else "rag",
                chatbot=Chatbot(opened, settings=settings),
                numbered=True,
                on_progress=show,
                stop=stop,
            )
        end_where_stopped(summary)
        runs.append(find_run(str(root / summary["name"]), out))
    fitted = fit(runs)
    to.write_text(to_json(fitted.calibration.to_dict()) + "\n", encoding="utf-8")
    print(calibration_text(fitted))
    print(f'\nWrote {to}. To use it: calibration = "{to}" in the settings file.')
