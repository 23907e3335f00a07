"""`sourcebook chat`, `ask`, `search` and `replay`: a question is asked, here or in the page."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sourcebook.ui.cli.doors.serve import OriginOption, parse_origins

from .options import (
    AlsoOption,
    JsonOption,
    LibraryOption,
    OfflineServingOption,
    find_library,
    load_settings,
    open_library,
)

if TYPE_CHECKING:
    from sourcebook.index import Library


__all__ = ["ask", "chat", "replay", "sample_folder", "search"]

_DAY = ["%Y-%m-%d"]
_Day = datetime | None

StrictnessOption = Annotated[
    Literal["strict", "balanced", "eager"] | None,
    typer.Option(help="How sure an answer must be: strict refuses more, eager answers more."),
]

AnswerForm = Literal["fact", "list", "how-to", "summary", "comparison", "why", "yes-no", "library"]
KindOption = Annotated[
    AnswerForm | None,
    typer.Option(help="What sort of answer to give; without it the question's words decide."),
]


def chat(
    library: LibraryOption = None,
    host: Annotated[
        str, typer.Option(help="Address of this machine alone to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 7860,
    sample: Annotated[
        bool, typer.Option("--sample", help="Use a library of the articles that come with it.")
    ] = False,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser.")
    ] = False,
    *,
    allow_origin: OriginOption = None,
    offline: OfflineServingOption = False,
) -> None:
    """Open the chat page, with the API of `serve` on the same port."""
    from sourcebook.rag import Chatbot
    from sourcebook.ui.page.server import Listener, serve

    settings, origins = load_settings(offline=offline), parse_origins(allow_origin)
    folder = sample_folder() if sample else library
    # The port first: nothing is loaded only to find it taken.
    with (
        Listener(host, port) as listener,
        open_library(folder, settings, create=True) as opened_library,
    ):
        if sample:
            _fill_with_sample(opened_library)
        elif not len(opened_library):
            print(
                f"The library in {opened_library.place} is empty. The page takes articles and "
                "offers a sample; `sourcebook add` reads files and folders."
            )
        chatbot = Chatbot(opened_library, settings=settings)
        serve(
            opened_library,
            chatbot,
            listener=listener,
            origins=origins,
            open_browser=open_browser,
        )


def ask(
    question: Annotated[str, typer.Argument(show_default=False)],
    library: LibraryOption = None,
    *,
    strictness: StrictnessOption = None,
    kind: KindOption = None,
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
    from sourcebook.index.errors import LibraryError
    from sourcebook.rag import Chatbot
    from sourcebook.ui.render.text import to_json

    from .terminal import answer_on_terminal

    settings = load_settings(strictness)
    with open_library(library, settings) as opened_library:
        if not len(opened_library):
            raise LibraryError(
                f"the library in {opened_library.place} holds no articles: add some with "
                "`sourcebook add FILE_OR_FOLDER`, or try the sample with `sourcebook chat --sample`"
            )
        chatbot = Chatbot(opened_library, settings=settings)
        if json:
            print(to_json(chatbot.ask(question, ignore=without or (), kind=kind)))
        else:
            answer_on_terminal(chatbot.stream(question, ignore=without or (), kind=kind))


def search(
    words: Annotated[str, typer.Argument(show_default=False)],
    library: LibraryOption = None,
    *,
    also: AlsoOption = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages.")] = 10,
    source: Annotated[list[str] | None, typer.Option(help="Only of this source.")] = None,
    author: Annotated[list[str] | None, typer.Option(help="Only by this author.")] = None,
    document: Annotated[list[str] | None, typer.Option(help="Only in this article.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only in this language: en")] = None,
    since: Annotated[_Day, typer.Option(formats=_DAY, help="Not before this day.")] = None,
    until: Annotated[_Day, typer.Option(formats=_DAY, help="Not after this day.")] = None,
    distinct: Annotated[bool, typer.Option("--distinct", help="Say the same once.")] = False,
    diverse: Annotated[
        bool, typer.Option("--diverse", help="Prefer what says something else.")
    ] = False,
    neighbours: Annotated[
        int, typer.Option(min=0, max=5, help="Passages before and behind that are shown too.")
    ] = 0,
    json: JsonOption = False,
) -> None:
    """Find passages, best first, without asking the model."""
    from sourcebook.index import Filters, search_together
    from sourcebook.ui.render.listing import hit_to_dict, hits_text
    from sourcebook.ui.render.text import to_json

    filters = Filters(
        sources=frozenset(source or ()),
        authors=frozenset(author or ()),
        documents=frozenset(document or ()),
        languages=frozenset(language or ()),
        first_day=since.date() if since else None,
        last_day=until.date() if until else None,
    )
    settings = load_settings()
    with ExitStack() as stack:
        opened = [
            stack.enter_context(open_library(place, settings))
            for place in (library, *map(find_library, also or ()))
        ]
        first = opened[0]
        if len(opened) == 1:
            hits = first.search(words, k, filters=filters, distinct=distinct, diverse=diverse)
        elif diverse:
            raise typer.BadParameter("it looks into one library alone", param_hint="--diverse")
        else:
            hits = search_together(opened, words, k, filters=filters, distinct=distinct)
        by_place = {each.place: each for each in opened}
        around = [
            by_place.get(hit.library or "", first).neighbours(hit.passage, neighbours)
            for hit in hits
        ]
    if json:
        pairs = zip(hits, around, strict=True)
        print(to_json([hit_to_dict(hit, near if neighbours else None) for hit, near in pairs]))
    elif hits:
        print(hits_text(hits, around))
    else:
        print("Nothing found.")


def replay(
    answers: Annotated[str, typer.Argument(metavar="FILE", show_default=False)],
    library: LibraryOption = None,
    question_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Only this question of a run.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make recorded answers again and say whether they are the same; exit status 1 if not.

    FILE is what `ask --json` wrote, a run's answers.jsonl or its folder, or - for standard input.
    """
    from sourcebook.ui.render.text import to_json

    from .replay import read_answers, replay_all, replay_text

    recordings = read_answers(answers, question_id)
    verdicts: list[bool] = []
    outcomes: list[dict[str, Any]] = []
    with open_library(library, load_settings()) as opened_library:
        for outcome in replay_all(recordings, opened_library):
            verdicts.append(outcome.same)
            if json:
                outcomes.append(outcome.to_dict())
            else:
                print(("\n" if len(verdicts) > 1 else "") + replay_text(outcome), flush=True)
    if json:
        print(to_json(outcomes))
    elif len(verdicts) > 1:
        print(f"\n{sum(verdicts)} of {len(verdicts)} are the same.")
    if not all(verdicts):
        raise typer.Exit(1)


def sample_folder() -> Path:
    """Where the library of the bundled articles lies."""
    from platformdirs import user_data_path

    return user_data_path("sourcebook", appauthor=False) / "sample-library"


def _fill_with_sample(library: Library) -> None:
    """Reads the bundled articles; those already there as they are cost nothing."""
    from .terminal import progress

    with progress("Reading the sample articles") as show:
        library.add_sample(on_progress=lambda p: show(p.done, p.total, p.current))
