"""`sourcebook add`, `list`, `show` and `remove`: the articles of one library."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import (
    ColumnOption,
    JsonOption,
    LibraryOption,
    OfflineOption,
    load_settings,
    open_library,
    parse_columns,
)

__all__ = ["add", "list_documents", "remove", "show"]


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
    from sourcebook.index.fetching.fetcher import Fetcher

    from .interrupts import stop_on_interrupt
    from .reports import print_report
    from .terminal import progress

    settings = load_settings()
    with (
        open_library(library, settings, create=True, offline=offline) as opened_library,
        stop_on_interrupt() as stop,
        progress("Reading") as show,
    ):
        report = opened_library.add(
            *sources,
            on_progress=lambda p: show(p.done, p.total, p.current),
            stop=stop.is_set,
            fetcher=Fetcher(offline=offline or settings.offline),
            columns=parse_columns(column or ()),
        )
    print_report(report, json=json)
    if not report.read:
        raise typer.Exit(1)


def list_documents(library: LibraryOption = None, json: JsonOption = False) -> None:
    """List the articles."""
    from sourcebook.rag.answer import document_to_dict
    from sourcebook.ui.render.listing import document_line
    from sourcebook.ui.render.text import to_json

    with open_library(library, load_settings()) as opened_library:
        stories = {
            document: story for story in opened_library.stories() for document in story.documents
        }
        if json:
            rows = [
                {
                    **document_to_dict(document),
                    "story": stories[document.id].id if document.id in stories else None,
                }
                for document in opened_library.documents()
            ]
            print(to_json(rows))
            return
        for document in opened_library.documents():
            print(document_line(document, stories.get(document.id)))
        if not len(opened_library):
            print(
                f"No articles yet in {opened_library.place}: "
                "`sourcebook add` reads files and folders."
            )


def show(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT_ID", show_default=False)],
    library: LibraryOption = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="What was taken out of it, and by which rule.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Print an article as it was read."""
    from sourcebook.rag.answer import document_to_dict
    from sourcebook.ui.render.listing import document_text, removed_text, removed_to_list
    from sourcebook.ui.render.structure import blocks_to_list
    from sourcebook.ui.render.text import to_json

    with open_library(library, load_settings()) as opened_library:
        document = opened_library.document(document_id)
    if json:
        removals = {"removed": removed_to_list(document)} if removed else {}
        described = {
            **document_to_dict(document),
            "text": document.text,
            "blocks": blocks_to_list(document),
        }
        print(to_json({**described, **removals}))
    elif removed:
        print(removed_text(document))
    else:
        print(document_text(document))


def remove(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT_ID", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Remove an article from the library; the file it was read from stays."""
    from sourcebook.ui.render import one_line

    with open_library(library, load_settings()) as opened_library:
        title = opened_library.document(document_id).title
        opened_library.remove(document_id)
    print(f"Removed {one_line(title)}.")
