"""What the commands of `sourcebook eval` have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcebook.ui.cli.options import find_library

if TYPE_CHECKING:
    from sourcebook.eval import QuestionSet, Run
    from sourcebook.index import Library
    from sourcebook.index.reports import Progress
    from sourcebook.rag import Chatbot, Settings


class Mode(StrEnum):
    """What a run tests."""

    gold = "gold"
    rag = "rag"
    retrieval = "retrieval"


LibraryOption = Annotated[
    os.PathLike[str] | None,
    typer.Option(
        "--library",
        metavar="NAME_OR_DIR_OR_ADDRESS",
        parser=find_library,
        help="A library by its name, folder or address. Sets that bring their passages, and "
        "`bundled`, need none.",
    ),
]
ArticlesOption = Annotated[
    Path | None,
    typer.Option(
        "--articles",
        metavar="FOLDER",
        help="Folder of the articles the set is about; its library is made and kept.",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where runs are kept. Default: the user's data."),
]
RepliesOption = Annotated[
    Path | None,
    typer.Option(
        "--replies",
        metavar="FILE",
        help="Keep the model's replies there, and take them from there where its prompt is the "
        "same: quick, but speed is not measured then.",
    ),
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", show_default=False)]


def run_settings() -> Settings:
    """The settings, but no prompt is taken from disk: it would count as read in no time."""
    from sourcebook.rag import Settings

    return Settings.load().model_copy(update={"state_disk": 0})


def make_chatbot(library: Library, settings: Settings, replies: Path | None) -> Chatbot:
    """The chatbot that is measured; with the replies of a file, if one is named."""
    from sourcebook.rag import Chatbot
    from sourcebook.rag.models import make_language_model

    if replies is None:
        return Chatbot(library, settings=settings)
    from sourcebook.eval import ReplyCache

    model = ReplyCache(make_language_model(settings), replies)
    return Chatbot(library, model=model, settings=settings)


def load_set(spec: str) -> QuestionSet:
    """The set, or every problem of its file on a line of its own."""
    from sourcebook.eval import QuestionSetError, load
    from sourcebook.ui.render import one_line

    try:
        questions = load(spec)
        if questions.incomplete:
            more = questions.incomplete
            print(
                f"sourcebook: {more} of its questions {'is' if more == 1 else 'are'} still to be "
                "completed, and left out",
                file=sys.stderr,
            )
        return questions
    except QuestionSetError as error:
        if not error.problems:
            raise
        for line in str(error).splitlines():
            print(f"sourcebook: {one_line(line)}", file=sys.stderr)
        raise typer.Exit(1) from None


def open_library(
    questions: QuestionSet,
    library: os.PathLike[str] | None,
    articles: Path | None,
    settings: Settings,
) -> Library:
    """The library a set is asked of: the one given, that of a folder of articles, or its own."""
    from sourcebook.eval import EvaluationError, open_folder_library, open_set_library
    from sourcebook.index import Library
    from sourcebook.rag.models import make_embedder
    from sourcebook.ui.cli.terminal import progress

    embedder = make_embedder(settings)
    if library and articles:
        raise typer.BadParameter("give it or --library, not both", param_hint="--articles")
    if questions.documents and (library or articles):
        option = "--articles" if articles else "--library"
        raise EvaluationError(f"{questions.form} brings its own passages: leave {option} away")
    if library or not (articles or questions.documents or questions.name == "bundled"):
        return Library.open(library, create=False, embedder=embedder)
    with progress("Making the library of the set") as show:

        def tell(p: Progress) -> None:
            show(p.done, p.total, p.current)

        if articles:
            return open_folder_library(articles, embedder=embedder, on_progress=tell)
        return open_set_library(questions, embedder=embedder, on_progress=tell)


def find_run(name: str, out: Path | None) -> Run:
    """A run by its path, or by its name among the runs."""
    from sourcebook.eval import load_run
    from sourcebook.eval.runs import default_runs_folder

    path = Path(name).expanduser()
    folder = (out or default_runs_folder()) / name
    return load_run(folder if not path.exists() and folder.exists() else path)


def check_name(name: str) -> str:
    if name in ("", ".", "..") or any(c in name for c in "/\\\0"):
        raise typer.BadParameter("a name of a folder, without / in it", param_hint="--name")
    return name


@contextmanager
def run_progress() -> Iterator[Any]:
    """A bar with the time left; where stderr is no terminal, a line every half minute."""
    import time

    from sourcebook.ui.cli.terminal import progress

    with progress("Asking") as show:
        last_time = 0.0

        def tell(p: Any) -> None:
            nonlocal last_time
            time_left = "" if p.seconds_left is None else f"{_clock(p.seconds_left)} left, "
            failures = f"{p.failed} failed, " if p.failed else ""
            show(p.done, p.total, f"{time_left}{failures}{p.question}")
            if not sys.stderr.isatty() and (time.monotonic() - last_time > 30 or p.done == p.total):
                last_time = time.monotonic()
                print(f"{p.done} of {p.total}, {time_left}{failures}".rstrip(", "), file=sys.stderr)

        yield tell


def end_where_stopped(summary: Mapping[str, Any]) -> None:
    """A run that was stopped ends the command as an interruption does, saying how to go on."""
    if summary["complete"]:
        return
    print(
        f"sourcebook: stopped after {summary['asked']} of {summary['questions']} questions; "
        "the same command goes on from there",
        file=sys.stderr,
    )
    raise typer.Exit(130)


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def print_json(data: Any) -> None:
    from sourcebook.ui.render.text import to_json

    print(to_json(data))
