"""Items on their way into a library: read, taken in, and remembered with what they were like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import PageGone, ReadError
from sourcebook.index.reports import AddReport, Progress, Skipped
from sourcebook.index.store.origins import FILES, Origin, Origins

from .batch import Batch, State
from .listing import Item, Listing, to_skipped
from .prefetch import prefetch

ReadOutcome = Literal["whole", "part", "failed", "gone", "unchanged"]
"""How the reading of an item ended: all of it was read; some of it was skipped; nothing of it could
be read; it is no longer there; it is what was read the last time."""


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One thing that happened while an item was read: a document, a part skipped, or its end."""

    root: str
    item: Item
    position: int
    document: Document | None = None
    skipped: Skipped | None = None
    outcome: ReadOutcome | None = None
    signature: str | None = None


@dataclass(slots=True)
class IntakeOutcome:
    """What became of an addition: its report, and of each item how it ended and its documents."""

    report: AddReport
    outcomes: dict[tuple[str, str], tuple[ReadOutcome, tuple[str, ...]]]


_WRITE_TOGETHER = 256
"""Items; what an interruption keeps from being written is read again, and is found unchanged."""

OriginMap = Mapping[tuple[str, str], Origin]
"""What was read before, by root and item."""


def root_of(listing: Listing) -> str:
    """Under which root the items of a listing are remembered."""
    return FILES if listing.kind in ("file", "folder", "missing") else listing.root


def read_items(listings: Sequence[Listing], known: OriginMap) -> Iterator[ReadEvent]:
    """Read every item once; those that ``known`` says are unchanged are not opened."""
    seen: set[tuple[str, str]] = set()
    for listing in listings:
        root = root_of(listing)
        for position, item in enumerate(listing.items):
            if (root, item.key) not in seen:
                seen.add((root, item.key))
                yield from _read(root, item, position, known.get((root, item.key)))


def _read(root: str, item: Item, position: int, before: Origin | None) -> Iterator[ReadEvent]:
    def ended(end: ReadOutcome, signature: str | None = None) -> ReadEvent:
        return ReadEvent(root, item, position, outcome=end, signature=signature)

    if before and before.signature and before.signature == item.signature:
        yield ended("unchanged", item.signature)
        return
    whole = True
    try:
        opened = item.open(before.signature if before else None)
        if opened.unchanged:
            yield ended("unchanged", opened.signature)
            return
        for found in opened.documents:
            if isinstance(found, Skipped):
                whole = False
                yield ReadEvent(root, item, position, skipped=found)
            else:
                yield ReadEvent(root, item, position, document=found)
    except ReadError as error:
        yield ReadEvent(root, item, position, skipped=to_skipped(item.key, error))
        yield ended("gone" if isinstance(error, PageGone) else "failed")
        return
    yield ended("whole" if whole else "part", opened.signature)


class Intake:
    """Takes items into a library, one run at a time."""

    def __init__(self, batch: Batch, origins: Origins) -> None:
        self._batch, self._origins = batch, origins
        self._tally = ReportBuilder(batch)
        self._ended: dict[tuple[str, str], tuple[ReadOutcome, tuple[str, ...]]] = {}
        self._unwritten: list[Origin] = []

    def run(
        self,
        listings: Sequence[Listing],
        known: OriginMap,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> IntakeOutcome:
        """Take in what the listings hold; what is in ``known`` as it is costs nothing.

        ``stop`` is asked between documents; all that was read before is on disk when this returns.
        """
        for listing in listings:
            self._tally.skip(*listing.skipped)
        items = {(root_of(listing), item.key) for listing in listings for item in listing.items}
        stopped = stop or (lambda: False)
        total, done = len(items), 0
        here: list[str] = []  # the documents of the item in hand
        with closing(prefetch(read_items(listings, known), stop=stopped)) as steps:
            for step in steps:
                if step.document is not None:
                    # One document for each item that is still to come, for all anyone knows.
                    done, total = done + 1, total + bool(here)
                    here += self._tally.take(step.document)
                elif step.skipped is not None:
                    self._tally.skip(step.skipped)
                else:
                    done += not here
                    self._end(step, tuple(dict.fromkeys(here)), known)
                    here = []
                if on_progress:
                    title = step.document.title if step.document else step.item.key
                    on_progress(Progress(done, total, title))
                if stopped():
                    break
        self._batch.commit()
        self._origins.record(self._unwritten)
        unfinished = len(self._ended) < len(items) or stopped()
        return IntakeOutcome(self._tally.report(stopped=unfinished), self._ended)

    def _end(self, step: ReadEvent, ids: tuple[str, ...], known: OriginMap) -> None:
        assert step.outcome is not None
        key = (step.root, step.item.key)
        before = known.get(key)
        if step.outcome == "unchanged" and before:
            ids = before.documents
            self._tally.unchanged(ids)
        self._ended[key] = (step.outcome, ids)
        all_ids = tuple(dict.fromkeys((*ids, *(before.documents if before else ()))))
        if step.outcome in ("whole", "part", "unchanged"):
            # Documents of last time that it no longer holds are remembered until they are removed.
            signature = step.signature if step.outcome != "part" and all_ids == ids else None
            origin = Origin(*key, step.position, signature, all_ids)
            if origin != before:
                self._unwritten.append(origin)
        if self._batch.is_committed and len(self._unwritten) >= _WRITE_TOGETHER:
            self._origins.record(self._unwritten)
            self._unwritten.clear()


class ReportBuilder:
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
    tally = ReportBuilder(batch)
    for done, document in enumerate(documents, 1):
        if on_progress:
            on_progress(Progress(done, total, document.title))
        tally.take(document)
    batch.commit()
    return tally.report()
