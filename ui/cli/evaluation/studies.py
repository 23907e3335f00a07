"""Commands that ask a set more than once: what a mechanism is worth, and when to refuse."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcebook.ui.cli.interrupts import stop_on_interrupt

from .common import (
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

if TYPE_CHECKING:
    from sourcebook.eval import QuestionSet, Run
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot


__all__ = ["ablate", "calibrate"]


def _parse_share(text: str) -> float:
    """Return the share that a text such as "5%" or "0.05" names."""
    number = text.strip()
    try:
        share = float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise typer.BadParameter(f"{text!r} is no share: 5% or 0.05")
    return share


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
    from sourcebook.eval import compare as compare_runs
    from sourcebook.eval.runs import default_runs_folder
    from sourcebook.eval.studies.ablation import MECHANISMS, mechanism

    from .tables import ablation_text

    if mode is Mode.retrieval:
        raise typer.BadParameter("retrieval answers nothing: gold or rag", param_hint="--mode")
    parts = [mechanism(name) for name in mechanisms or ()] or list(MECHANISMS)
    question_set = load_set(questions).first(limit)
    settings = run_settings()
    root = out or default_runs_folder()
    base = f"{question_set.name}-{mode.value}" + (f"-{limit}" if limit else "")
    with open_library(question_set, library, articles, settings) as opened_library:
        chatbot = make_chatbot(opened_library, settings, replies or root / f"{base}-replies.db")

        def ask(bot: Chatbot, name: str) -> Run:
            return _run(
                question_set, opened_library, bot, mode=mode, name=f"{base}-{name}", out=out
            )

        full_run = ask(chatbot, "whole")
        for part in parts:
            ablated = chatbot.with_steps(part.leave_out(chatbot.steps))
            without = ask(ablated, f"without-{part.name}")
            print(ablation_text(part, compare_runs(without, full_run)), flush=True)


def calibrate(
    questions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SET...]", help="Sets as `eval run` takes them."),
    ] = None,
    *,
    run_names: Annotated[
        list[str] | None,
        typer.Option("--run", metavar="RUN", help="A finished run to fit to as well; repeatable."),
    ] = None,
    library: LibraryOption = None,
    articles: ArticlesOption = None,
    mode: Annotated[Mode, typer.Option(help="gold or rag, as for `eval run`.")] = Mode.rag,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write.")] = Path(
        "calibration.json"
    ),
    wrong_at_most: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            parser=_parse_share,
            help="Fit nothing: find from what probability on answers may be given so that at most "
            "this share of questions, such as 5%, is answered wrongly.",
        ),
    ] = None,
    out: OutOption = None,
) -> None:
    """Fit anew how sure an answer is, on questions whose answers you know.

    Every question of a SET is answered, also those that would be refused. Interrupted, it goes on
    where it was. A finished RUN is taken as it is.
    """
    from sourcebook.eval.studies.calibration import fit_calibration
    from sourcebook.eval.studies.threshold import find_threshold
    from sourcebook.ui.render.text import to_json

    from .tables import calibration_text, threshold_text

    if mode is Mode.retrieval:
        raise typer.BadParameter("retrieval wakes no model: gold or rag", param_hint="--mode")
    if not questions and not run_names:
        raise typer.BadParameter("name a SET, or a finished run with --run", param_hint="SET")
    runs = [find_run(name, out) for name in run_names or ()]
    runs += [_answer_all(spec, library, articles, mode, out) for spec in questions or ()]
    if wrong_at_most is not None:
        print(threshold_text(find_threshold(runs, wrong_at_most)))
        return
    result = fit_calibration(runs)
    to.write_text(to_json(result.calibration.to_dict()) + "\n", encoding="utf-8")
    print(calibration_text(result))
    print(f'\nWrote {to}. To use it: calibration = "{to}" in the settings file.')


def _answer_all(
    spec: str, library: os.PathLike[str] | None, articles: Path | None, mode: Mode, out: Path | None
) -> Run:
    """A run over a set in which nothing is refused."""
    settings = run_settings().model_copy(update={"answer_above": 0.0, "unsupported": "mark"})
    question_set = load_set(spec)
    with open_library(question_set, library, articles, settings) as opened_library:
        chatbot = make_chatbot(opened_library, settings, None)
        name = f"{question_set.name}-{mode.value}-calibration"
        return _run(question_set, opened_library, chatbot, mode=mode, name=name, out=out)


def _run(
    question_set: QuestionSet,
    library: Library,
    chatbot: Chatbot,
    *,
    mode: Mode,
    name: str,
    out: Path | None,
) -> Run:
    """A numbered run to its end; where it is stopped, the command ends and says how to go on."""
    from sourcebook.eval import run
    from sourcebook.eval.runs import default_runs_folder

    root = out or default_runs_folder()
    with run_progress() as show, stop_on_interrupt() as stop:
        summary = run(
            question_set,
            library,
            root / name,
            mode="gold" if mode is Mode.gold else "rag",
            chatbot=chatbot,
            numbered=True,
            on_progress=show,
            stop=stop,
        )
    end_where_stopped(summary)
    return find_run(str(root / summary["name"]), out)
