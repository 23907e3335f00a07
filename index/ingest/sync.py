"""A library that follows its sources: adds the new, reads the changed again, removes the gone.

What is gone is removed only after it was asked for, and only where it is sure that it is gone: a
folder that is missing or empty may be a disk that is not mounted, and a feed that fails says
nothing of its articles.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.reports import AddReport, Progress, Skipped
from sourcebook.index.store.contract import LibraryStore
from sourcebook.index.store.origins import FILES, Origin, Origins

from .batch import Batch
from .listing import Listing, feed_date, list_sources
from .pipeline import Intake, IntakeOutcome, OriginMap, ReadOutcome, root_of
from .stories import update_stories
from .web_pages import SourceAccess


@dataclass(frozen=True, slots=True)
class MissingItems:
    """Items that were read once and are not listed now, and why those that stay do."""

    origins: tuple[Origin, ...] = ()
    notes: tuple[str, ...] = ()


def find_origins(listings: Sequence[Listing], origins: Origins) -> dict[tuple[str, str], Origin]:
    """Return the origins that are stored for the sources, by root and item."""
    return {
        (origin.root, origin.item): origin
        for listing in listings
        for origin in _origins_of(listing, origins).values()
    }


def sync(
    store: LibraryStore,
    embedder: Embedder,
    roots: Sequence[str],
    *,
    access: SourceAccess,
    confirm: Callable[[Sequence[Document]], bool],
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> AddReport:
    """Make the library hold what the sources hold.

    New items are read and changed ones read again; their documents keep their ids. Documents of
    items that are gone are removed where ``confirm`` says so, except those that another source
    holds too. An older entry that a feed no longer lists is not gone. Stopped, nothing is removed.
    """
    origins = store.origins()
    listings = [_check_kind(each, origins) for each in list_sources(roots, access, stop)]
    earlier_origins = find_origins(listings, origins)
    missing = [_missing(listing, _origins_of(listing, origins), store) for listing in listings]
    missing_ids = {
        document for each in missing for origin in each.origins for document in origin.documents
    }
    earlier = _to_compare(earlier_origins, store.ids(), missing_ids.union(store.unstructured()))
    intake = Intake(Batch(store, embedder), origins)
    outcome = intake.run(listings, earlier, on_progress=on_progress, stop=stop)
    update_stories(store, embedder)
    report = replace(outcome.report, notes=tuple(note for each in missing for note in each.notes))
    if report.stopped:
        return report
    lost_origins = [origin for each in missing for origin in each.origins]
    lost_origins += [
        earlier[key]
        for key, (end, _) in outcome.outcomes.items()
        if end == "gone" and key in earlier
    ]
    report = _remove(store, lost_origins, outcome, report, confirm)
    update_stories(store, embedder)
    return report


def _to_compare(earlier_origins: OriginMap, present: set[str], missing_ids: set[str]) -> OriginMap:
    """What need not be read again: its documents are all there, and none of them has lost a place
    where it stood (its other places then take it over) or was read before structure was kept."""
    return {
        key: origin
        if present.issuperset(origin.documents) and not missing_ids.intersection(origin.documents)
        else replace(origin, signature=None)
        for key, origin in earlier_origins.items()
    }


def _remove(
    store: LibraryStore,
    lost_origins: Sequence[Origin],
    outcome: IntakeOutcome,
    report: AddReport,
    confirm: Callable[[Sequence[Document]], bool],
) -> AddReport:
    origins = store.origins()
    removed_keys = {(origin.root, origin.item) for origin in lost_origins}
    still_present: set[str] = set()
    candidates: set[str] = {document for origin in lost_origins for document in origin.documents}
    updates: list[Origin] = []
    for origin in origins.all():
        key = (origin.root, origin.item)
        if key in removed_keys:
            continue
        end, ids = outcome.outcomes.get(key, _NOT_READ)
        if end == "whole" and set(ids) != set(origin.documents):
            updates.append(replace(origin, documents=ids))
            candidates |= set(origin.documents) - set(ids)
            still_present |= set(ids)
        else:
            still_present |= set(origin.documents)
    present = store.ids()
    documents = [store.document(each) for each in sorted((candidates - still_present) & present)]
    if documents and not confirm(documents):
        return replace(report, notes=(*report.notes, _note_on_articles_left(len(documents))))
    for document in documents:
        store.remove(document.id)
    origins.forget(lost_origins)
    origins.record(updates)
    return replace(report, removed=tuple(document.id for document in documents))


_NOT_READ: tuple[ReadOutcome, tuple[str, ...]] = ("failed", ())


def _check_kind(listing: Listing, origins: Origins) -> Listing:
    """A feed, sitemap or list that is now something else failed: a page that says that the site is
    down is no article, and says nothing of the feed's."""
    if listing.kind not in ("page", "file") or origins.of(listing.root).keys() <= {listing.root}:
        return listing
    reason = "was a feed, a sitemap or a list of URLs, and is none now: try again later"
    skipped = Skipped(listing.root, reason, "UnreadableFile")
    return replace(listing, items=(), skipped=(skipped,), failed=True)


def _origins_of(listing: Listing, origins: Origins) -> Mapping[str, Origin]:
    items = origins.of(listing.root)
    return items or origins.below(listing.root) if root_of(listing) == FILES else items


# --- what is gone ---


def _missing(
    listing: Listing, earlier_origins: Mapping[str, Origin], store: LibraryStore
) -> MissingItems:
    listed_keys = {item.key for item in listing.items}
    missing_origins = [origin for key, origin in earlier_origins.items() if key not in listed_keys]
    if listing.failed:
        number = len({document for origin in missing_origins for document in origin.documents})
        note = f"{listing.root}: nothing was removed, as it could not be read ({_articles(number)})"
        return MissingItems(notes=(note,) if number else ())
    if not missing_origins:
        return MissingItems()
    if listing.kind in ("file", "folder"):
        return _missing_files(listing, missing_origins)
    if listing.skipped:
        note = f"{listing.root}: nothing was removed, as parts of it could not be read"
        return MissingItems(notes=(note,))
    if listing.kind == "feed":
        return _missing_entries(listing, earlier_origins, missing_origins, store)
    if len(missing_origins) == len(earlier_origins):
        note = f"{listing.root}: nothing was removed, as it lists nothing that it listed before"
        return MissingItems(notes=(note,))
    return MissingItems(origins=tuple(missing_origins))


def _missing_files(listing: Listing, missing_origins: Sequence[Origin]) -> MissingItems:
    folders = [Path(skipped.location) for skipped in listing.skipped]
    missing: list[Origin] = []
    empty: dict[Path, int] = {}
    for origin in missing_origins:
        path = Path(origin.item)
        if os.path.lexists(path) or any(path.is_relative_to(folder) for folder in folders):
            continue
        folder = next(parent for parent in path.parents if parent.is_dir())
        if _is_empty(folder):
            empty[folder] = empty.get(folder, 0) + len(origin.documents)
        else:
            missing.append(origin)
    notes = [f"{place}: nothing below it was removed, as it cannot be listed" for place in folders]
    notes += [
        f"{folder}: nothing of it was removed, as it is empty and may be a disk that is not "
        f"mounted ({_articles(number)}): delete the folder if they are gone"
        for folder, number in empty.items()
    ]
    return MissingItems(tuple(missing), tuple(notes))


def _is_empty(folder: Path) -> bool:
    """Hidden files do not count: the folder under a mounted disk may hold some."""
    try:
        return all(entry.name.startswith(".") for entry in folder.iterdir())
    except OSError:
        return True


def _missing_entries(
    listing: Listing,
    earlier_origins: Mapping[str, Origin],
    missing_origins: Sequence[Origin],
    store: LibraryStore,
) -> MissingItems:
    """A feed lists its newest entries. An entry older than all of them has only left the
    list; one that is missing among them was withdrawn."""
    listed_keys = {item.key for item in listing.items}
    # Without dates the order of the last time decides.
    last = max((o.position for o in earlier_origins.values() if o.item in listed_keys), default=-1)

    def is_withdrawn(origin: Origin) -> bool:
        dates = [feed_date(store.document(each)) for each in origin.documents if store.has(each)]
        if listing.oldest and dates and dates[0]:
            return dates[0] > listing.oldest
        return origin.position < last

    withdrawals = tuple(origin for origin in missing_origins if is_withdrawn(origin))
    return MissingItems(withdrawals)


def _note_on_articles_left(number: int) -> str:
    one = number == 1
    return f"{_articles(number)} gone from {'its' if one else 'their'} source, not removed"


def _articles(number: int) -> str:
    return f"{number:,} article" if number == 1 else f"{number:,} articles"
