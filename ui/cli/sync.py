"""`sourcebook sync`: the library follows folders, feeds and sitemaps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    ColumnOption,
    JsonOption,
    LibraryOption,
    OfflineOption,
    open_library,
    parse_columns,
)

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Document, Library
    from sourcebook.index.fetching.fetcher import Fetcher


__all__ = ["sync"]

_MOST_LISTED = 10


def sync(
    roots: Annotated[list[str], typer.Argument(metavar="FOLDER_OR_FEED...", show_default=False)],
    *,
    library: LibraryOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Remove what is gone without asking.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
    every: Annotated[
        float,
        typer.Option(min=60, metavar="SECONDS", help="With --watch, how often URLs are fetched."),
    ] = 900,
    json: JsonOption = False,
    column: ColumnOption = None,
    offline: OfflineOption = False,
) -> None:
    """Follow folders, feeds, sitemaps and lists of URLs: add the new, update, remove the gone.

    What is gone is removed after a question. Nothing is removed because a folder is missing or
    empty, or a feed fails.
    """
    from sourcebook.index.fetching.fetcher import Fetcher
    from sourcebook.index.ingest.watch import watch as watch_sources
    from sourcebook.rag import Settings

    from .interrupts import stop_on_interrupt

    settings = Settings.load()
    columns = parse_columns(column or ())
    failures: list[bool] = []
    with (
        open_library(library, settings, create=True, offline=offline) as opened_library,
        stop_on_interrupt() as stop,
    ):

        def once() -> None:
            fetcher = Fetcher(offline=offline or settings.offline)
            report = _sync(
                opened_library,
                roots,
                fetcher,
                columns,
                stop.is_set,
                yes=yes,
                ask=not (json or watch),
            )
            if not watch or _has_news(report):
                _print(report, json=json)
            failures[:] = [not report.read and bool(report.skipped)]

        if watch:
            if not json:
                print("Watching; Ctrl-C ends it.", file=sys.stderr)
            watch_sources(roots, once, stop=stop.is_set, fetch=every)
            return
        once()
        if stop.is_set():
            raise typer.Exit(130)
    if any(failures):
        raise typer.Exit(1)


def _sync(
    library: Library,
    roots: Sequence[str],
    fetcher: Fetcher,
    columns: Mapping[str, str],
    stop: Callable[[], bool],
    *,
    yes: bool,
    ask: bool,
) -> AddReport:
    from .terminal import progress

    with ExitStack() as stack:
        show = stack.enter_context(progress("Reading"))

        def confirm(documents: Sequence[Document]) -> bool:
            stack.close()  # the bar is gone before a question is asked
            return yes or (ask and sys.stdin.isatty() and _confirm_removal(documents))

        return library.sync(
            *roots,
            confirm=confirm,
            on_progress=lambda p: show(p.done, p.total, p.current),
            stop=stop,
            fetcher=fetcher,
            columns=columns,
        )


def _confirm_removal(documents: Sequence[Document]) -> bool:
    from sourcebook.ui.render import one_line

    print(
        f"{len(documents):,} of your articles are gone from where they were read:", file=sys.stderr
    )
    for document in documents[:_MOST_LISTED]:
        place = f" ({one_line(document.location)})" if document.location else ""
        print(f"  {one_line(document.title)}{place}", file=sys.stderr)
    if len(documents) > _MOST_LISTED:
        print(f"  and {len(documents) - _MOST_LISTED:,} more", file=sys.stderr)
    return typer.confirm("Remove them from the library?", default=False, err=True)


def _has_news(report: AddReport) -> bool:
    return bool(report.added or report.updated or report.removed or report.skipped or report.notes)


def _print(report: AddReport, *, json: bool) -> None:
    from sourcebook.ui.render.listing import report_text
    from sourcebook.ui.render.text import to_json

    text = to_json(report.to_dict()) if json else report_text(report)
    if report.notes and not json and any("not removed" in note for note in report.notes):
        text += "\n`sourcebook sync --yes` removes them."
    print(text, flush=True)
