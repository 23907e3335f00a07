"""What became of each document that was taken into a library, for the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .batch import Batch, State
from .documents import Document
from .reports import AddReport, Progress, Skipped


class Tally:
    """Takes documents into a batch, and keeps what became of each for the report."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._ids: dict[State, list[str]] = {
            "added": [],
            "unchanged": [],
            "updated": [],
            "duplicate": [],
        }
        self._skipped: list[Skipped] = []

    def take(self, document: Document) -> list[str]:
        """The id of the document; none where it holds no text."""
        if not document.text.strip():
            self.skip(Skipped(document.location or document.title, "no text", "EmptyDocument"))
            return []
        state, document_id = self._batch.take(document)
        self._ids[state].append(document_id)
        return [document_id]

    def unchanged(self, ids: Iterable[str]) -> None:
        """Documents that need not be read to be known unchanged."""
        self._ids["unchanged"] += ids

    def skip(self, *skipped: Skipped) -> None:
        """What could not be read."""
        self._skipped += skipped

    def report(self, *, stopped: bool = False) -> AddReport:
        """What became of all of them."""
        return AddReport(
            added=tuple(self._ids["added"]),
            unchanged=tuple(self._ids["unchanged"]),
            updated=tuple(self._ids["updated"]),
            duplicates=tuple(self._ids["duplicate"]),
            skipped=tuple(self._skipped),
            stopped=stopped,
        )


def add_documents(
    batch: Batch,
    documents: Iterable[Document],
    *,
    on_progress: Callable[[Progress], None] | None = None,
    total: int | None = None,
) -> AddReport:
    """Take in documents that are there already; all of them are on disk when this returns."""
    tally = Tally(batch)
    for done, document in enumerate(documents, 1):
        if on_progress:
            on_progress(Progress(done, total, document.title))
        tally.take(document)
    batch.commit()
    return tally.report()
