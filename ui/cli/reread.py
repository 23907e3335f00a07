"""`sourcebook reread`: articles read again from their files and pages."""

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

__all__ = ["reread"]


def reread(
    document_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[DOCUMENT_ID...]", show_default=False)
    ] = None,
    *,
    earlier: Annotated[
        bool,
        typer.Option(
            "--earlier",
            help="Only those that an earlier version read without headings, lists and tables.",
        ),
    ] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
    column: ColumnOption = None,
    offline: OfflineOption = False,
) -> None:
    """Read articles again from their files and pages; by default all.

    They keep their ids. An article whose file or page is gone stays as it was read.
    """
    from sourcebook.index.fetching.fetcher import Fetcher
    from sourcebook.index.rereading import reread as reread_articles

    from .interrupts import stop_on_interrupt
    from .reports import print_report
    from .terminal import progress

    settings = load_settings()
    with (
        open_library(library, settings, offline=offline) as opened_library,
        stop_on_interrupt() as stop,
        progress("Reading") as show,
    ):
        ids: set[str] | None = None
        if document_ids or earlier:
            ids = {opened_library.document(each).id for each in document_ids or ()}
            ids |= opened_library.unstructured().keys() if earlier else set()
        report = reread_articles(
            opened_library,
            ids,
            on_progress=lambda p: show(p.done, p.total, p.current),
            stop=stop.is_set,
            fetcher=Fetcher(offline=offline or settings.offline),
            columns=parse_columns(column or ()),
        )
    print_report(report, json=json)
    if not report.read and report.skipped:
        raise typer.Exit(1)
