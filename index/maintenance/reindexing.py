"""A library is given another embedder: every passage is embedded anew, then all change at once.

The new vectors are collected in a file beside the database, passage by passage, so that an
interrupted run goes on where it was, and the library answers by the old ones until the last is
there. A passage never changes under its key, so what is added or removed meanwhile is seen by the
keys alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sourcebook.index.documents.passages import embedding_texts
from sourcebook.index.embedding.base import Embedder, embed_passages
from sourcebook.index.errors import LibraryBusy, LibraryDamaged, LibraryError
from sourcebook.index.libraries.restoration import REINDEX
from sourcebook.index.search.finder import LocalFinder
from sourcebook.index.store.checksums import row_checksum
from sourcebook.index.store.database import Database
from sourcebook.index.store.part_vectors import parts_to_bytes
from sourcebook.index.store.store import Store

from .opening import library_folder, open_store

BATCH_PASSAGES = 128
"""Passages embedded and committed together."""

_LOCK = f"{REINDEX}-lock"
_SCHEMA = (
    """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE vectors (
    key INTEGER PRIMARY KEY, vector BLOB NOT NULL, parts BLOB NOT NULL, checksum INTEGER NOT NULL
);
""",
)


@dataclass(frozen=True, slots=True)
class Reindexing:
    """What a run did: the passages of the library, how many it embedded, how many an earlier run
    had, and whether the library has the new embedder."""

    passages: int
    embedded: int
    earlier: int
    is_complete: bool


def reindex(
    folder: str | os.PathLike[str] | None,
    embedder: Embedder,
    *,
    on_progress: Callable[[int, int], None] = lambda count, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Reindexing:
    """Give a library another embedder.

    Others may search it, and add to it, all the time. Interrupted, the same call goes on.

    Args:
        folder: the library's; None: the current one's.
        embedder: the new one.
        on_progress: called with the passages that have new vectors, and all.
        stop: called between batches; True ends the run.

    Returns:
        What was done.

    Raises:
        LibraryNotFound: there is no library.
        LibraryBusy: another process does it, or writes all the time.
        LibraryDamaged, LibraryError: the library cannot be read, or no space is left.
        ModelError: the embedder cannot be loaded.
    """
    place = library_folder(folder)
    with open_store(place) as store, _alone(place):
        if store.meta("embedder") == embedder.name:
            _remove(place)
            return Reindexing(store.counts()[1], 0, 0, is_complete=True)
        with _open_vectors_db(place, embedder) as vectors_db:
            earlier = len(_keys(vectors_db, "vectors") & _keys(store.database, "passages"))
        embedded = 0
        while True:
            with _open_vectors_db(place, embedder) as vectors_db:
                for count in _collect(store, vectors_db, embedder, on_progress):
                    embedded += count
                    if stop():
                        total = store.counts()[1]
                        return Reindexing(total, embedded, earlier, is_complete=False)
            if _switch(store, place / REINDEX, embedder):
                break
        _remove(place)
        if not store.is_empty():
            with closing(LocalFinder(place, store)) as finder:
                finder.vectors()  # so that the next question need not wait for them
        return Reindexing(store.counts()[1], embedded, earlier, is_complete=True)


def pending(folder: str | os.PathLike[str] | None) -> str | None:
    """Return the name of the embedder that an interrupted run was to give a library, if any."""
    file = library_folder(folder) / REINDEX
    if not file.is_file():
        return None
    with contextlib.suppress(LibraryError), closing(Database(file, None)) as vectors_db:
        rows = vectors_db.rows("SELECT value FROM meta WHERE name = 'embedder'")
        return str(rows[0][0]) if rows else None
    return None


@contextlib.contextmanager
def _open_vectors_db(place: Path, embedder: Embedder) -> Iterator[Database]:
    """Give the file of new vectors; one of another embedder, or a damaged one, is begun anew."""
    file = place / REINDEX
    with contextlib.suppress(LibraryDamaged), closing(Database(file, _SCHEMA)) as vectors_db:
        rows = vectors_db.rows("SELECT value FROM meta WHERE name = 'embedder'")
        if rows == [(embedder.name,)] and vectors_db.rows("PRAGMA quick_check") == [("ok",)]:
            yield vectors_db
            return
    _remove(place)
    with closing(Database(file, _SCHEMA)) as vectors_db:
        with vectors_db.changing() as db:
            db.execute("INSERT INTO meta VALUES ('embedder', ?)", (embedder.name,))
        yield vectors_db


def _collect(
    store: Store,
    vectors_db: Database,
    embedder: Embedder,
    on_progress: Callable[[int, int], None],
) -> Iterator[int]:
    """Embed the passages that have no new vector yet; give the number after each batch."""
    present = _keys(store.database, "passages")
    vector_keys = _keys(vectors_db, "vectors") & present
    total = len(present)
    on_progress(len(vector_keys), total)
    batch: list[tuple[int, str]] = []
    for texts in _texts(store, present - vector_keys):
        batch += texts
        if len(batch) >= BATCH_PASSAGES:
            _embed(vectors_db, embedder, batch)
            vector_keys |= {key for key, _ in batch}
            on_progress(len(vector_keys), total)
            yield len(batch)
            batch = []
    if batch:
        _embed(vectors_db, embedder, batch)
        on_progress(total, total)
        yield len(batch)


def _texts(store: Store, keys: set[int]) -> Iterator[list[tuple[int, str]]]:
    """Give the keys and texts of the passages to be embedded, document by document."""
    by_document: dict[int, set[int]] = {}
    for key, document_key in store.database.rows("SELECT key, document_key FROM passages"):
        if key in keys:
            by_document.setdefault(document_key, set()).add(key)
    for document_key in sorted(by_document):
        yield [
            (key, text)
            for key, text in _texts_of(store, document_key)
            if key in by_document[document_key]
        ]


def _texts_of(store: Store, document_key: int) -> list[tuple[int, str]]:
    """Return key and text of each passage of a document; none where it was removed meanwhile."""
    with store.database.snapshot() as db:
        row = db.execute("SELECT id FROM documents WHERE key = ?", (document_key,)).fetchone()
        if row is None:
            return []
        texts = embedding_texts(store.document(row[0]), store.passages(row[0]))
        keys = db.execute(
            "SELECT key FROM passages WHERE document_key = ? ORDER BY start", (document_key,)
        ).fetchall()
    return [(key, text) for (key,), text in zip(keys, texts, strict=True)]


def _embed(vectors_db: Database, embedder: Embedder, batch: list[tuple[int, str]]) -> None:
    vectors, parts = embed_passages(embedder, [text for _, text in batch])
    rows: list[tuple[int, bytes, bytes, int]] = []
    for (key, _), vector, part in zip(batch, vectors, parts, strict=True):
        data = np.ascontiguousarray(vector, np.float32).tobytes()
        part_data = parts_to_bytes(part) if len(part) else b""
        rows.append((key, data, part_data, row_checksum(data, part_data)))
    with vectors_db.changing() as db:
        db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)


def _switch(store: Store, file: Path, embedder: Embedder) -> bool:
    """Put the new vectors in the place of the old, all in one step.

    Returns:
        False where some are missing: passages were added meanwhile, or the file was damaged.
    """
    dimension = embedder.dimension
    with store.database.reading() as connection:
        connection.execute("ATTACH DATABASE ? AS fresh", (str(file),))
        try:
            connection.execute(
                "DELETE FROM fresh.vectors WHERE row_checksum(vector, parts) <> checksum "
                "OR length(vector) <> ?",
                (4 * dimension,),
            )
            with store.database.changing() as db:
                missing = "SELECT 1 FROM passages WHERE key NOT IN (SELECT key FROM fresh.vectors)"
                if db.execute(f"{missing} LIMIT 1").fetchone():
                    return False
                db.execute(
                    "UPDATE passages SET vector = (SELECT f.vector FROM fresh.vectors f "
                    "WHERE f.key = passages.key)"
                )
                db.execute("DELETE FROM passage_parts")
                db.execute(
                    "INSERT INTO passage_parts SELECT key, parts FROM fresh.vectors "
                    "WHERE parts <> x'' AND key IN (SELECT key FROM passages)"
                )
                db.executemany(
                    "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                    [("embedder", embedder.name), ("dimension", str(dimension))],
                )
                store.raise_generation(db)
            return True
        finally:
            connection.execute("DETACH DATABASE fresh")


def _keys(database: Database, table: str) -> set[int]:
    return {row[0] for row in database.rows(f"SELECT key FROM {table}")}  # noqa: S608


def _remove(place: Path) -> None:
    for file in place.glob(f"{REINDEX}*"):
        if file.name != _LOCK:
            with contextlib.suppress(OSError):  # the next run, or a purge, removes it
                file.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """See to it that one process at a time gives a library another embedder."""
    try:
        lock = os.open(place / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LibraryError(f"cannot write to {place} ({error.strerror}): free some room") from None
    try:
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LibraryBusy(
                    f"another process is just giving the library in {place} another embedder"
                ) from None
        yield
    finally:
        os.close(lock)
