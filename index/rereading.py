"""Articles read again from where they were read: for what a later version reads better."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sourcebook.index.ingest.uploads import find_original

from .errors import SourceNotFound
from .library import Library
from .reports import AddReport, Progress, Skipped

if TYPE_CHECKING:
    from sourcebook.index.fetching.fetcher import Fetcher

__all__ = ["reread"]


def reread(
    library: Library,
    ids: Collection[str] | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    fetcher: Fetcher | None = None,
    columns: Mapping[str, str] | None = None,
) -> AddReport:
    """Read the articles of a library again, each from its file or page.

    An article keeps its id. One whose file or page is gone stays as it was read. A file that holds
    several articles is read once.

    Args:
        library: the library, which is changed.
        ids: the articles; by default all.
        on_progress, stop, fetcher, columns: as for `Library.add`.

    Returns:
        What was read, and what was not, with the reasons; its last note says how many articles
        stay as they were.

    Raises:
        LibraryError, ModelError: as `Library.add` does.
    """
    places: dict[str, None] = {}
    missing: list[Skipped] = []
    due_ids: set[str] = set()
    for document in library.documents():
        if ids is not None and document.id not in ids:
            continue
        due_ids.add(document.id)
        try:
            places[find_original(document)] = None
        except SourceNotFound as error:
            name = document.location or document.title
            missing.append(Skipped(name, str(error), type(error).__name__))
    report = AddReport()
    if places:
        report = library.add(
            *places, on_progress=on_progress, stop=stop, fetcher=fetcher, columns=columns
        )
    read = {*report.added, *report.updated, *report.unchanged, *report.duplicates}
    rest = len(due_ids - read)
    notes = (*report.notes, _note(rest)) if rest and not report.stopped else report.notes
    return replace(report, skipped=(*report.skipped, *missing), notes=notes)


def _note(number: int) -> str:
    if number == 1:
        return "1 article stays as it was: it could not be read again"
    return f"{number:,} articles stay as they were: they could not be read again"
