"""Everything in a library's folder examined, and repaired where it can be."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.errors import LibraryDamaged
from sourcebook.index.ingest.stories import update_stories
from sourcebook.index.paths import DATABASE
from sourcebook.index.segments import Segment, Snapshots
from sourcebook.index.segments.names import read_line, segment_names
from sourcebook.index.store.checksums import COLUMNS
from sourcebook.index.store.database import Database
from sourcebook.index.store.store import Store

from .contents_check import BadDocument, check_contents, embed_again
from .findings import RESTORE, Examination
from .opening import library_folder, open_store
from .stories_check import check_stories, forget_stories
from .words_check import check_words, rebuild_words

_MOST_NAMES = 3
_ORPHANS = "FROM passages WHERE document_key NOT IN (SELECT key FROM documents)"
_TOLERANCE = 0.05
_AT_ONCE = 20_000


def examine(
    folder: str | os.PathLike[str] | None = None,
    *,
    repair: bool = True,
    embedder: Callable[[str], Embedder] | None = None,
    on_progress: Callable[[int, int], None] = lambda count, total: None,
) -> Examination:
    """Examine a library: the database's pages and references, that every document, passage and
    vector is as it was written, that offsets, vectors and words fit, the stories, the snapshot of
    the vectors, the conversations.

    Others may use it meanwhile.

    Args:
        folder: the library's; by default the current one's.
        repair: make anew what follows from something that is right.
        embedder: makes the embedder of a name, for passages that are made anew.
        on_progress: called with the documents that were examined, and all.

    Returns:
        What was found.

    Raises:
        LibraryNotFound: there is no library.
        LibraryBusy: another process writes all the time.
    """
    place = library_folder(folder)
    examination = Examination()
    with examination.part("the database"), open_store(place) as store:
        _Examiner(place, store, examination, embedder, repair=repair).run(on_progress)
    for file in sorted(place.glob("*.sqlite")):
        if file.name != DATABASE and not file.name.startswith("damaged-"):
            with examination.part(file.name), closing(Database(file, None)) as database:
                if problems := _structure(database):
                    examination.add(f"{file.name}: {problems[0]}", RESTORE)
    return examination


class _Examiner:
    def __init__(
        self,
        place: Path,
        store: Store,
        examination: Examination,
        embedder: Callable[[str], Embedder] | None,
        *,
        repair: bool,
    ) -> None:
        self._place, self._store, self._examination = place, store, examination
        self._embedder, self._repair = embedder, repair
        self._has_gaps = False

    def run(self, on_progress: Callable[[int, int], None]) -> None:
        """Examine the parts in the order in which each rests on those before."""
        examination, store = self._examination, self._store
        with examination.part("the pages of the database"):
            self._check_structure()
        with examination.part("references"):
            self._check_references()
        examination.documents, examination.passages = store.counts()
        bad: list[BadDocument] = []
        with examination.part("documents"):
            bad = list(
                check_contents(
                    store,
                    int(store.meta("dimension") or 0),
                    on_progress,
                    compare=self._has_gaps,
                )
            )
            self._mend_contents(bad)
        if any(each.document is None for each in bad):
            return  # the rest follows from documents that cannot be read
        with examination.part("the texts to be searched"):
            if problem := check_words(store):
                examination.add(problem, RESTORE, self._if_allowed(lambda: rebuild_words(store)))
        with examination.part("stories"):
            self._check_stories()
        with examination.part("the index"):
            self._check_index()

    def _if_allowed(self, repair: Callable[[], object]) -> Callable[[], object] | None:
        return repair if self._repair else None

    def _check_structure(self) -> None:
        problems = _structure(self._store.database)
        indexes = [line for line in problems if " index " in line]
        for line in problems:
            if line not in indexes:
                self._examination.add(f"{DATABASE}: {line}", RESTORE)
        if indexes:
            self._examination.add(
                f"{DATABASE}: {indexes[0]}", RESTORE, self._if_allowed(self._make_indexes_anew)
            )

    def _make_indexes_anew(self) -> None:
        with self._store.database.changing() as db:
            db.execute("REINDEX")
        if any(" index " in line for line in _structure(self._store.database)):
            raise LibraryDamaged("indexes are damaged still")

    def _check_references(self) -> None:
        """Look for passages without an article, and for rows that went without being removed."""
        rows = self._store.database.rows
        (orphans,) = rows(f"SELECT count(*) {_ORPHANS}")[0]
        missing = {table: rows(f"SELECT count(*) {_dangling(table)}")[0][0] for table in COLUMNS}
        if missing["documents"]:
            self._examination.add(f"{missing['documents']} articles are missing", RESTORE)
        passages = orphans + missing["passages"] + missing["passage_parts"]
        if passages:
            self._has_gaps = True
            self._examination.add(
                f"{passages} passages are of no article, or are missing",
                RESTORE,
                self._if_allowed(self._remove_orphans),
            )

    def _remove_orphans(self) -> None:
        """Remove what has no article; the articles that lack a passage are embedded again later."""
        with self._store.database.changing() as db:
            db.execute(f"DELETE {_ORPHANS}")
            db.execute("DELETE FROM passage_parts WHERE key NOT IN (SELECT key FROM passages)")
            for table in ("passages", "passage_parts"):
                db.execute(f"DELETE {_dangling(table)}")

    def _mend_contents(self, bad: list[BadDocument]) -> None:
        examination = self._examination
        missing = [each for each in bad if each.document is None]
        if missing:
            names = ", ".join(each.name for each in missing[:_MOST_NAMES])
            more = f" and {len(missing) - _MOST_NAMES} more" if len(missing) > _MOST_NAMES else ""
            examination.add(
                f"{names}{more}: {missing[0].problem}",
                f"remove what is named and add it again, or {RESTORE}",
            )
        can = (
            self._repair and self._embedder is not None and self._store.meta("embedder") is not None
        )
        for each in bad:
            if (document := each.document) is None:
                continue
            examination.add(
                f"{each.name} {each.problem}",
                "see to it that the library's embedder can be loaded, then examine it again",
                partial(self._embed_again, document) if can else None,
            )

    def _embed_again(self, document: Document) -> None:
        name = self._store.meta("embedder")
        if self._embedder is not None and name is not None:
            embed_again(self._store, document, self._embedder(name))

    def _check_stories(self) -> None:
        database = self._store.database
        if database.rows("SELECT 1 FROM documents WHERE story IS NULL LIMIT 1"):
            return  # interrupted: the next change works them out
        if wrong := check_stories(self._store):
            self._examination.add(
                f"{len(wrong)} articles stand in a wrong story",
                RESTORE,
                self._if_allowed(self._make_stories_anew),
            )

    def _make_stories_anew(self) -> None:
        forget_stories(self._store)
        name = self._store.meta("embedder")
        if self._embedder is not None and name is not None:  # else the next change does it
            update_stories(self._store, self._embedder(name))

    def _check_index(self) -> None:
        """Look at the segments that there are; others are made when they are needed."""
        database, folder = self._store.database, self._place / "vectors"
        with database.reading() as db:
            names = segment_names(db, read_line(database))
        for name in names:
            segment = Segment.load(folder / name)
            if segment is not None and not segment.is_whole():
                segment = None
            if segment is not None and _agrees(segment, self._store):
                continue
            fault = "is damaged" if segment is None else "holds other vectors than the database"
            self._examination.add(
                f"a part of the index {fault}",
                RESTORE,
                self._if_allowed(partial(self._make_segment_anew, folder, name)),
            )

    def _make_segment_anew(self, folder: Path, name: str) -> None:
        shutil.rmtree(folder / name, ignore_errors=True)
        with closing(Snapshots(folder, self._store)) as snapshots:
            snapshots.get()


def _dangling(table: str) -> str:
    """Return the end of a statement about the checksums of rows that are not there."""
    return f"FROM checksums WHERE place = '{table}' AND key NOT IN (SELECT key FROM {table})"  # noqa: S608


def _structure(database: Database) -> list[str]:
    """Return what SQLite finds wrong with the pages of a database."""
    rows = database.rows("PRAGMA integrity_check")
    lines = [line for row in rows for line in str(row[0]).splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("***")]


def _agrees(segment: Segment, store: Store) -> bool:
    """Return whether a segment gives the cosines that the stored vectors do."""
    dimension = store.state().dimension
    normal = np.random.default_rng(1).standard_normal(dimension, np.float32)
    query = normal / np.float32(np.linalg.norm(normal))
    rows = store.database.rows(
        "SELECT key FROM passages WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key",
        (json.dumps(segment.keys.tolist()),),
    )
    present = np.array([key for (key,) in rows], np.int64)
    for first in range(0, len(present), _AT_ONCE):
        keys = present[first : first + _AT_ONCE]
        exact_scores = store.passage_vectors(keys.tolist(), dimension) @ query
        scores = segment.vectors.of_rows(np.searchsorted(segment.keys, keys)) @ query
        if np.abs(scores - exact_scores).max() >= _TOLERANCE:
            return False
    return True
