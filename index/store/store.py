"""SQLite: the one truth. Documents, passages, vectors and the full-text rows change together.

One transaction commits a document with all that is derived from it, and raises the generation
number; anything built from the store (the FAISS snapshot) says which generation it was built from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.errors import LibraryDamaged
from sourcebook.index.paths import forget_states

from .checksums import differing
from .database import Database
from .origins import Origins
from .part_vectors import parts_from_bytes
from .reads import AT_ONCE, StoredDocuments
from .rows import (
    Entry,
    delete_document,
    insert_document,
    marks,
    read_content,
    update_text,
)
from .schema import SCHEMA


class State(NamedTuple):
    """A state of a library: its generation, a stamp that no other library has, nor one that was
    restored and changed again, and the numbers in a vector."""

    generation: int
    stamp: str
    dimension: int


class StatePassed(Exception):
    """A library has another state by now."""


class Store(StoredDocuments):
    """The database of one library, in one file.

    Threads, processes, and what every method raises: as `Database` has it.
    """

    def __init__(self, path: Path) -> None:
        self.database = Database(path, SCHEMA)
        super().__init__(self.database)

    def document(self, document_id: str) -> Document:
        """Return the document with that id.

        Raises:
            DocumentNotFound: no document has that id.
            LibraryDamaged: it is not as it was written.
        """
        self._check("documents", "id = ?", (document_id,))
        return super().document(document_id)

    def _next_documents(self, last: int) -> list[tuple[int, Document]]:
        following = f"SELECT key FROM documents WHERE key > ? ORDER BY key LIMIT {AT_ONCE}"
        self._check("documents", f"key IN ({following})", (last,))
        return super()._next_documents(last)

    def passages_by_key(self, keys: Sequence[int]) -> dict[int, tuple[Document, Passage]]:
        """Return passage key -> its document and itself, for keys that are in the library.

        Raises:
            LibraryDamaged: one is not as it was written.
        """
        chosen = f"key IN ({marks(keys)})"
        self._check("passages", chosen, keys)
        documents = f"key IN (SELECT document_key FROM passages WHERE {chosen})"
        self._check("documents", documents, keys)
        return super().passages_by_key(keys)

    def _check(self, table: str, where: str, values: Sequence[object]) -> None:
        with self.database.reading() as db:
            if differing(db, table, where, values):
                raise LibraryDamaged(
                    f"{self.database.path} is not as it was written (in {table}): "
                    "`sourcebook doctor --library` says which article; restore a backup, "
                    "or add that article again"
                )

    def state(self) -> State:
        """Return which state of the library this is."""
        names = ("generation", "stamp", "dimension")
        rows = self.database.rows(
            f"SELECT name, value FROM meta WHERE name IN ({marks(names)})", names
        )
        values = dict(rows)
        return State(
            int(values.get("generation", 0)),
            values.get("stamp", ""),
            int(values.get("dimension", 0)),
        )

    def vectors(
        self, dimension: int, state: State | None = None
    ) -> tuple[np.ndarray[Any, Any], Vectors]:
        """Return all passage keys, shape (n,), and their vectors, shape (n, dimension).

        Args:
            dimension: numbers in a vector.
            state: the state that they must be of; by default whichever it is.

        Raises:
            StatePassed: another process has changed the library since.
            LibraryDamaged: one is not as it was written.
        """
        keys: list[int] = []
        data = bytearray()
        with self.database.snapshot() as db:
            if state is not None and self.state() != state:
                raise StatePassed
            self._check("passages", "1", ())
            for key, vector in db.execute("SELECT key, vector FROM passages ORDER BY key"):
                keys.append(key)
                data += vector
        if len(data) != 4 * dimension * len(keys):
            raise LibraryDamaged(
                f"{self.database.path} holds vectors of other sizes than {dimension} numbers: "
                "`sourcebook doctor --library` makes them anew"
            )
        matrix = np.frombuffer(data, np.float32).reshape(len(keys), dimension)
        return np.asarray(keys, np.int64), matrix

    @property
    def place(self) -> str:
        """The folder of the library."""
        return str(self.database.path.parent)

    def size(self) -> int:
        """Return the bytes on disk of the database and of what is built from it."""
        files = [self.database.path, *(self.database.path.parent / "vectors").rglob("*")]
        return sum(file.stat().st_size for file in files if file.is_file())

    def problems(self) -> list[str]:
        """Return what SQLite's own checks find wrong; nothing when healthy."""
        problems = [row[0] for row in self.database.rows("PRAGMA quick_check") if row[0] != "ok"]
        (words,) = self.database.rows("SELECT count(*) FROM passages_words")[0]
        if words != self.counts()[1]:
            problems.append(f"the full-text index holds {words} passages of {self.counts()[1]}")
        return problems

    # -- changes ---------------------------------------------------------------------------

    def raise_generation(self, db: sqlite3.Connection) -> None:
        """Say that what is derived from the library is to be derived anew.

        Args:
            db: its connection in a transaction.
        """
        _next_generation(db)

    def set_meta(self, name: str, value: str) -> None:
        """Write a named value once, when the library is made."""
        with self.database.changing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def put(self, entries: Iterable[Entry]) -> None:
        """Store documents with all that belongs to them, replacing those with the same id.

        One transaction: when it returns everything is on disk, when it raises nothing is.
        """
        replaced = False
        with self.database.changing() as db:
            for entry in entries:
                replaced |= delete_document(db, entry.document.id)
                insert_document(db, entry)
            _next_generation(db)
        if replaced:
            forget_states()

    def put_text(self, entry: Entry) -> None:
        """Store another text of a document that is here; nothing where it was removed meanwhile."""
        document = entry.document
        with self.database.changing() as db:
            row = db.execute("SELECT key FROM documents WHERE id = ?", (document.id,)).fetchone()
            if row is None:
                return
            update_text(db, row[0], entry)
            _next_generation(db)

    def move(self, document_id: str, read: Document) -> None:
        """Say that a document stands where ``read`` was read."""
        with self.database.changing() as db:
            # Its address may tell its outlet: with another one it is to be settled again.
            db.execute(
                "UPDATE documents SET url = ?1, path = ?2, location = ?3, "
                "story = CASE WHEN url IS ?1 THEN story END WHERE id = ?4",
                (read.url, read.path, read.location, document_id),
            )
            _next_generation(db)

    def origins(self) -> Origins:
        """Return what is stored of where the documents were read."""
        return Origins(self.database)

    def put_back(self, entry: Entry, key: int) -> bool:
        """Store a document that was removed.

        Args:
            entry: the document.
            key: its place in the order; it comes last where another has that place.

        Returns:
            Whether it was stored; not where it was added again, or another from its location.
        """
        read = entry.document
        with self.database.changing() as db:
            if db.execute(
                "SELECT 1 FROM documents WHERE id = ? OR content_hash = ? OR location = ?",
                (read.id, read.content_hash, read.location),
            ).fetchone():
                return False
            free = not db.execute("SELECT 1 FROM documents WHERE key = ?", (key,)).fetchone()
            insert_document(db, entry, key if free else None)
            _next_generation(db)
        return True

    def entry(self, document_id: str) -> tuple[int, Entry]:
        """Return a document as it is stored: its place in the order, and all that belongs to it.

        Raises:
            DocumentNotFound: no document has that id.
        """
        document, passages = self.document(document_id), self.passages(document_id)
        key: int = self.database.rows("SELECT key FROM documents WHERE id = ?", (document_id,))[0][
            0
        ]
        with self.database.reading() as db:
            as_read = read_content(db, key)
        rows = self.database.rows(
            "SELECT p.vector, coalesce(x.vectors, x'') FROM passages p LEFT JOIN passage_parts x "
            "USING (key) WHERE p.document_key = ? ORDER BY p.start",
            (key,),
        )
        vectors = np.array([np.frombuffer(row[0], np.float32) for row in rows], np.float32)
        parts = [parts_from_bytes(row[1], vectors.shape[1]) for row in rows]
        return key, Entry(document, passages, vectors, as_read, parts, self.meta("embedder"))

    def loading(self) -> AbstractContextManager[None]:
        """Give the time of a long addition; nothing is left for its end."""
        return nullcontext()

    def remove(self, document_id: str) -> None:
        """Remove a document and all that belongs to it.

        Raises:
            DocumentNotFound: no document has that id.
        """
        with self.database.changing() as db:
            if not delete_document(db, document_id):
                self.document(document_id)  # raises, with the message
            _next_generation(db)
        forget_states()


def _next_generation(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO meta VALUES ('generation', '1') "
        "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )
    db.execute("INSERT OR REPLACE INTO meta VALUES ('stamp', lower(hex(randomblob(8))))")
