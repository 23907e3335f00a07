"""Items on their way into a library: read, taken in, and remembered with what they were like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePath
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


def read_items(listings: Sequence[Listing], earlier: OriginMap) -> Iterator[ReadEvent]:
    """Read every item once; items that are as in ``earlier`` are not opened."""
    keys: set[tuple[str, str]] = set()
    for listing in listings:
        root = root_of(listing)
        for position, item in enumerate(listing.items):
            if (root, item.key) not in keys:
                keys.add((root, item.key))
                yield from _read(root, item, position, earlier.get((root, item.key)))


def _read(root: str, item: Item, position: int, before: Origin | None) -> Iterator[ReadEvent]:
    def end(outcome: ReadOutcome, signature: str | None = None) -> ReadEvent:
        return ReadEvent(root, item, position, outcome=outcome, signature=signature)

    if before and before.signature and before.signature == item.signature:
        yield end("unchanged", item.signature)
        return
    is_whole = True
    try:
        opened_item = item.open(before.signature if before else None)
        if opened_item.unchanged:
            yield end("unchanged", opened_item.signature)
            return
        for result in opened_item.documents:
            if isinstance(result, Skipped):
                is_whole = is_whole and not result.count
                yield ReadEvent(root, item, position, skipped=result)
            else:
                yield ReadEvent(root, item, position, document=result)
    except ReadError as error:
        yield ReadEvent(root, item, position, skipped=to_skipped(item.key, error))
        yield end("gone" if isinstance(error, PageGone) else "failed")
        return
    yield end("whole" if is_whole else "part", opened_item.signature)


class Intake:
    """Takes items into a library, one run at a time."""

    def __init__(self, batch: Batch, origins: Origins) -> None:
        self._batch, self._origins = batch, origins
        self._report = ReportBuilder(batch)
        self._outcomes: dict[tuple[str, str], tuple[ReadOutcome, tuple[str, ...]]] = {}
        self._pending: list[Origin] = []

    def run(
        self,
        listings: Sequence[Listing],
        earlier: OriginMap,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> IntakeOutcome:
        """Add the items of the listings; items that are as in ``earlier`` are not opened.

        ``stop`` is asked between documents; all that was read before is on disk when this returns.
        """
        for listing in listings:
            self._report.skip(*listing.skipped, *listing.others)
        items = {(root_of(listing), item.key) for listing in listings for item in listing.items}
        is_stopped = stop or (lambda: False)
        total, count = len(items), 0
        item_ids: list[str] = []  # the documents of the item in hand
        with closing(prefetch(read_items(listings, earlier), stop=is_stopped)) as events:
            for event in events:
                if event.document is not None:
                    # One document for each item that is still to come, for all anyone knows.
                    count, total = count + 1, total + bool(item_ids)
                    item_ids += self._report.take(event.document)
                elif event.skipped is not None:
                    self._report.skip(event.skipped)
                else:
                    count += not item_ids
                    self._end(event, tuple(dict.fromkeys(item_ids)), earlier)
                    item_ids = []
                if on_progress:
                    title = event.document.title if event.document else event.item.key
                    on_progress(Progress(count, total, title))
                if is_stopped():
                    break
        self._batch.commit()
        self._origins.record(self._pending)
        is_unfinished = len(self._outcomes) < len(items) or is_stopped()
        return IntakeOutcome(self._report.report(stopped=is_unfinished), self._outcomes)

    def _end(self, event: ReadEvent, ids: tuple[str, ...], earlier: OriginMap) -> None:
        assert event.outcome is not None
        key = (event.root, event.item.key)
        before = earlier.get(key)
        if event.outcome == "unchanged" and before:
            ids = before.documents
            self._report.unchanged(ids)
        self._outcomes[key] = (event.outcome, ids)
        all_ids = tuple(dict.fromkeys((*ids, *(before.documents if before else ()))))
        if event.outcome in ("whole", "part", "unchanged"):
            # Documents of last time that it no longer holds are remembered until they are removed.
            signature = event.signature if event.outcome != "part" and all_ids == ids else None
            origin = Origin(*key, event.position, signature, all_ids)
            if origin != before:
                self._pending.append(origin)
        if self._batch.is_committed and len(self._pending) >= _WRITE_TOGETHER:
            self._origins.record(self._pending)
            self._pending.clear()


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
        self._kinds: Counter[str] = Counter()

    def take(self, document: Document) -> list[str]:
        """The id of the document; none where it holds no text."""
        if not document.text.strip():
            self.skip(Skipped(document.location or document.title, "no text", "EmptyDocument"))
            return []
        state, document_id = self._batch.take(document)
        self._ids[state].append(document_id)
        if document.path and (ending := PurePath(document.path.partition("#")[0]).suffix):
            self._kinds[ending.lower()] += 1
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
            kinds=tuple(sorted(self._kinds.items())),
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
    report = ReportBuilder(batch)
    for count, document in enumerate(documents, 1):
        if on_progress:
            on_progress(Progress(count, total, document.title))
        report.take(document)
    batch.commit()
    return report.report()
