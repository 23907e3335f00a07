"""The `sourcebook` command. Heavy parts are imported inside the commands: help must be quick."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from . import eval_commands, libraries_command, model_commands, sync_command
from .options import ColumnOption, JsonOption, LibraryOption, OfflineOption, columns_named

if TYPE_CHECKING:
    from ..index import Library
    from ..rag import Settings
    from ..rag.settings import Strictness

__all__ = ["app", "main"]

app = typer.Typer(
    name="sourcebook",
    help="Answers questions from your own articles, and shows where each sentence stands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(libraries_command.app, name="libraries")
app.add_typer(model_commands.app, name="models")
app.add_typer(eval_commands.app, name="eval")

StrictnessOption = Annotated[
    Literal["strict", "balanced", "eager"] | None,
    typer.Option(help="How sure an answer must be: strict refuses more, eager answers more."),
]
LengthOption = Annotated[
    Literal["short", "full"] | None,
    typer.Option(help="short: one sentence; full: with what the articles say in their own words."),
]


def main() -> None:
    """Entry point. Exit status: 0; 1 with one line on stderr; 2 for wrong usage; 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An article's letters must not end the program where the terminal cannot show them.
            stream.reconfigure(errors="replace")
    try:
        app()
    except Exception as error:
        # Imported only now, as the room it stands in loads numpy.
        from ..index.errors import SourcebookError

        if not isinstance(error, SourcebookError):
            raise
        _complain(str(error))
        sys.exit(1)
    except SystemExit as end:
        if end.code == 130:
            _complain("interrupted")
        raise
    except KeyboardInterrupt:
        _complain("interrupted")
        sys.exit(130)


def _complain(message: str) -> None:
    from .escaping import one_line

    print(f"sourcebook: {one_line(message)}", file=sys.stderr)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"sourcebook {version('sourcebook')}")
        except PackageNotFoundError:
            print("sourcebook, run from a checkout that is not installed")
        raise typer.Exit


@app.callback()
def sourcebook(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Answers questions from your own articles, and shows where each sentence stands."""


# --- asking -----------------------------------------------------------------------------------


@app.command()
def chat(
    library: LibraryOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 7860,
    sample: Annotated[
        bool, typer.Option("--sample", help="Use a library of the articles that come with it.")
    ] = False,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser.")
    ] = False,
) -> None:
    """Open the chat page."""
    from ..rag import Chatbot
    from .server import Listener, serve

    settings = _settings()
    folder = sample_folder() if sample else library
    # The port first: nothing is loaded only to find it taken.
    with Listener(host, port) as listener, _open(folder, settings, create=True) as opened:
        if sample:
            _fill_with_sample(opened)
        elif not len(opened):
            print(
                f"The library in {opened.folder} is empty. The page takes articles and offers a "
                "sample; `sourcebook add` reads files and folders."
            )
        chatbot = Chatbot(opened, settings=settings)
        serve(opened, chatbot, listener=listener, open_browser=open_browser)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(show_default=False)],
    library: LibraryOption = None,
    *,
    strictness: StrictnessOption = None,
    length: LengthOption = None,
    json: JsonOption = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="KEY",
            help="Do not apply this filter that the question names; --json shows the keys.",
        ),
    ] = None,
) -> None:
    """Answer a question, with its sources and their quotes."""
    from ..index.errors import LibraryError
    from ..rag import Chatbot
    from .render import to_json
    from .terminal import answer_on_terminal

    settings = _settings(strictness)
    if length:
        settings = settings.model_copy(update={"length": length})
    with _open(library, settings) as opened:
        if not len(opened):
            raise LibraryError(
                f"the library in {opened.folder} holds no articles: add some with `sourcebook add "
                "FILE_OR_FOLDER`, or try the sample with `sourcebook chat --sample`"
            )
        chatbot = Chatbot(opened, settings=settings)
        if json:
            print(to_json(chatbot.ask(question, ignore=without or ())))
        else:
            answer_on_terminal(chatbot.stream(question, ignore=without or ()))


@app.command()
def search(
    words: Annotated[str, typer.Argument(show_default=False)],
    library: LibraryOption = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages.")] = 10,
    json: JsonOption = False,
) -> None:
    """Find passages, best first, without asking the model."""
    from .listing import hit_to_dict, hits_text
    from .render import to_json

    with _open(library, _settings()) as opened:
        hits = opened.search(words, k)
    if json:
        print(to_json([hit_to_dict(hit) for hit in hits]))
    elif hits:
        print(hits_text(hits))
    else:
        print("Nothing found.")


@app.command()
def replay(
    answers: Annotated[str, typer.Argument(metavar="FILE", show_default=False)],
    library: LibraryOption = None,
    wanted: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Only this question of a run.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make recorded answers again and say whether they are the same; exit status 1 if not.

    FILE is what `ask --json` wrote, a run's answers.jsonl or its folder, or - for standard input.
    """
    from .render import to_json
    from .replaying import read_answers, replay_all, replay_text

    found = read_answers(answers, wanted)
    same: list[bool] = []
    done: list[dict[str, Any]] = []
    with _open(library, _settings()) as opened:
        for made in replay_all(found, opened):
            same.append(made.same)
            if json:
                done.append(made.to_dict())
            else:
                print(("\n" if len(same) > 1 else "") + replay_text(made), flush=True)
    if json:
        print(to_json(done))
    elif len(same) > 1:
        print(f"\n{sum(same)} of {len(same)} are the same.")
    if not all(same):
        raise typer.Exit(1)


# --- the library ------------------------------------------------------------------------------


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", show_default=False)],
    library: LibraryOption = None,
    json: JsonOption = False,
    column: ColumnOption = None,
    offline: OfflineOption = False,
) -> None:
    """Read files, folders, web pages, feeds and sitemaps into the library.

    SOURCE is a file or folder, a URL, or a text file of URLs, one a line.
    """
    from ..index.fetching import Fetcher
    from .interrupts import stop_on_interrupt
    from .listing import report_text
    from .render import to_json
    from .terminal import progress

    settings = _settings()
    with (
        _open(library, settings, create=True) as opened,
        stop_on_interrupt() as stop,
        progress("Reading") as show,
    ):
        report = opened.add(
            *sources,
            on_progress=lambda p: show(p.done, p.total, p.current),
            stop=stop.is_set,
            fetcher=Fetcher(offline=offline or settings.offline),
            columns=columns_named(column or ()),
        )
    print(to_json(report.to_dict()) if json else report_text(report))
    if report.stopped:
        raise typer.Exit(130)
    if not report.read:
        raise typer.Exit(1)


app.command()(sync_command.sync)


@app.command(name="list")
def list_documents(library: LibraryOption = None, json: JsonOption = False) -> None:
    """List the articles."""
    from ..rag.quotes import document_to_dict
    from .listing import document_line
    from .render import to_json

    with _open(library, _settings()) as opened:
        told = {document: story for story in opened.stories() for document in story.documents}
        if json:
            listed = [
                {
                    **document_to_dict(document),
                    "story": told[document.id].id if document.id in told else None,
                }
                for document in opened.documents()
            ]
            print(to_json(listed))
            return
        for document in opened.documents():
            print(document_line(document, told.get(document.id)))
        if not len(opened):
            print(f"No articles yet in {opened.folder}: `sourcebook add` reads files and folders.")


@app.command()
def show(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT_ID", show_default=False)],
    library: LibraryOption = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="What was taken out of it, and by which rule.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Print an article as it was read."""
    from ..rag.quotes import document_to_dict
    from .listing import document_text, removed_text, removed_to_list
    from .render import to_json

    with _open(library, _settings()) as opened:
        document = opened.document(document_id)
    if json:
        taken = {"removed": removed_to_list(document)} if removed else {}
        print(to_json({**document_to_dict(document), "text": document.text, **taken}))
    elif removed:
        print(removed_text(document))
    else:
        print(document_text(document))


@app.command()
def remove(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT_ID", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Remove an article from the library; the file it was read from stays."""
    from .escaping import one_line

    with _open(library, _settings()) as opened:
        title = opened.document(document_id).title
        opened.remove(document_id)
    print(f"Removed {one_line(title)}.")


# --- the machine ------------------------------------------------------------------------------


@app.command()
def doctor(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Check this installation; say of each problem what to do."""
    from .doctor import examine
    from .escaping import one_line
    from .render import to_json

    checks = examine(library)
    if json:
        print(to_json({"ok": all(c.ok for c in checks), "checks": [c.to_dict() for c in checks]}))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            word = "ok     " if check.ok else "PROBLEM"
            remedy = f": {check.remedy}" if check.remedy else ""
            print(f"{word}  {check.name:{width}}  {one_line(check.detail + remedy)}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


# --- shared -----------------------------------------------------------------------------------


def sample_folder() -> Path:
    """Where the library of the bundled articles lies."""
    from platformdirs import user_data_path

    return user_data_path("sourcebook", appauthor=False) / "sample-library"


def _settings(strictness: Strictness | None = None) -> Settings:
    from ..rag import Settings

    settings = Settings.load()
    if strictness is None:
        return settings
    return settings.model_copy(update={"strictness": strictness, "answer_above": None})


def _open(folder: Path | None, settings: Settings, *, create: bool = False) -> Library:
    from ..index import Library
    from ..rag.models import make_embedder

    return Library.open(folder, create=create, embedder=make_embedder(settings))


def _fill_with_sample(library: Library) -> None:
    """Reads the bundled articles; those already there as they are cost nothing."""
    from .terminal import progress

    with progress("Reading the sample articles") as show:
        library.add_sample(on_progress=lambda p: show(p.done, p.total, p.current))
