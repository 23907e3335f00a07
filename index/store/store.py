"""SQLite: the one truth. Documents, passages, vectors and the full-text rows change together.

One transaction commits a document with all that is derived from it, and raises the generation
number; anything built from the store (the FAISS snapshot) says which generation it was built from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.errors import DocumentNotFound
from sourcebook.index.paths import forget_states

from .database import Database
from .origins import Origins
from .rows import (
    DOCUMENT_FIELDS,
    Entry,
    delete_document,
    document_of,
    insert_document,
    marks,
    passage_of,
    read_content,
    update_text,
)
from .schema import SCHEMA


class Store:
    """The database of one library, in one file.

    Threads, processes, and what every method raises: as `Database` has it.
    """

    def __init__(self, path: Path) -> None:
        self.database = self._db = Database(path, SCHEMA)

    def close(self) -> None:
        """Closing twice is fine."""
        self._db.close()

    # -- what is there ---------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """Return a named value of the library, e.g. the embedder it was made with."""
        rows = self._db.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    @property
    def generation(self) -> int:
        """Rises by one with every committed change."""
        return int(self.meta("generation") or 0)

    def counts(self) -> tuple[int, int]:
        """Return the number of documents and of passages."""
        row = self._db.rows(
            "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
        )
        return row[0][0], row[0][1]

    def is_empty(self) -> bool:
        """Return whether it holds no passage; counting them takes longer."""
        return not self._db.rows("SELECT EXISTS (SELECT 1 FROM passages)")[0][0]

    def documents(self) -> Iterator[Document]:
        """Return all documents in the order they were added, read a few at a time."""
        last = 0
        while rows := self._db.rows(
            f"SELECT key, {DOCUMENT_FIELDS} FROM documents WHERE key > ? ORDER BY key LIMIT 64",
            (last,),
        ):
            last = rows[-1][0]
            yield from (document_of(row[1:]) for row in rows)

    def descriptions(self) -> list[tuple[str, str, str | None, str | None, str | None]]:
        """Return id, title, source, author and ISO date of every document; no text is read."""
        return self._db.rows("SELECT id, title, source, author, published FROM documents")

    def document(self, document_id: str) -> Document:
        """Return the document with that id.

        Raises:
            DocumentNotFound: no document has that id.
        """
        rows = self._db.rows(
            f"SELECT {DOCUMENT_FIELDS} FROM documents WHERE id = ?", (document_id,)
        )
        if not rows:
            raise DocumentNotFound(
                f"no document has the id {document_id!r}: `sourcebook list` shows the ids"
            )
        return document_of(rows[0])

    def ids(self) -> set[str]:
        """Return the ids of all documents."""
        return {row[0] for row in self._db.rows("SELECT id FROM documents")}

    def unstructured(self) -> dict[str, str]:
        """Return id -> title of the documents that were read before their structure was kept."""
        return dict(
            self._db.rows(
                "SELECT id, title FROM documents "
                "WHERE blocks IS NULL AND location IS NOT NULL ORDER BY key"
            )
        )

    def has(self, document_id: str) -> bool:
        """Return whether a document has that id."""
        return bool(self._db.rows("SELECT 1 FROM documents WHERE id = ?", (document_id,)))

    def find(self, *, location: str | None = None, content: str | None = None) -> Document | None:
        """Return the document read from that place, or with that content hash."""
        column, value = ("location", location) if location else ("content_hash", content)
        rows = self._db.rows(
            f"SELECT {DOCUMENT_FIELDS} FROM documents WHERE {column} = ? ORDER BY key LIMIT 1",
            (value,),
        )
        return document_of(rows[0]) if rows else None

    def paths_in(self, file: str) -> list[str]:
        """Return the paths of the documents that were read from that file, or from parts of it."""
        rows = self._db.rows(
            "SELECT path FROM documents WHERE path = ?1 OR substr(path, 1, length(?1) + 1) "
            "IN (?1 || '#', ?1 || '/')",
            (file,),
        )
        return [row[0] for row in rows]

    def passages(self, document_id: str) -> list[Passage]:
        """Return the passages of a document, in order.

        Raises:
            DocumentNotFound: no document has that id.
        """
        document = self.document(document_id)
        rows = self._db.rows(
            "SELECT p.id, p.start, p.end, p.page FROM passages p JOIN documents d "
            "ON d.key = p.document_key WHERE d.id = ? ORDER BY p.start",
            (document_id,),
        )
        return [passage_of(document, *row) for row in rows]

    def passages_by_key(self, keys: Sequence[int]) -> dict[int, tuple[Document, Passage]]:
        """Return passage key -> its document and itself, for keys that are in the library."""
        rows = self._db.rows(
            f"SELECT p.key, d.id, p.id, p.start, p.end, p.page FROM passages p "
            f"JOIN documents d ON d.key = p.document_key WHERE p.key IN ({marks(keys)})",
            tuple(keys),
        )
        documents = {row[1]: self.document(row[1]) for row in rows}
        return {
            row[0]: (documents[row[1]], passage_of(documents[row[1]], *row[2:])) for row in rows
        }

    def vectors(self, dimension: int) -> tuple[np.ndarray[Any, Any], Vectors]:
        """Return all passage keys, shape (n,), and their vectors, shape (n, dimension)."""
        keys: list[int] = []
        data = bytearray()
        with self._db.reading() as db:
            for key, vector in db.execute("SELECT key, vector FROM passages ORDER BY key"):
                keys.append(key)
                data += vector
        matrix = np.frombuffer(data, np.float32).reshape(len(keys), dimension)
        return np.asarray(keys, np.int64), matrix

    def keys(self, where: str, values: Sequence[object]) -> list[int]:
        """Return the keys of the passages whose document meets a condition over ``d``."""
        rows = self._db.rows(
            "SELECT p.key FROM passages p WHERE p.document_key IN "
            f"(SELECT d.key FROM documents d WHERE {where})",
            tuple(values),
        )
        return [row[0] for row in rows]

    def problems(self) -> list[str]:
        """Return what SQLite's own checks find wrong; nothing when healthy."""
        problems = [row[0] for row in self._db.rows("PRAGMA quick_check") if row[0] != "ok"]
        (words,) = self._db.rows("SELECT count(*) FROM passages_words")[0]
        if words != self.counts()[1]:
            problems.append(f"the full-text index holds {words} passages of {self.counts()[1]}")
        return problems

    # -- changes ---------------------------------------------------------------------------

    def set_meta(self, name: str, value: str) -> None:
        """Write a named value once, when the library is made."""
        with self._db.changing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def put(self, entries: Iterable[Entry]) -> None:
        """Store documents with all that belongs to them, replacing those with the same id.

        One transaction: when it returns everything is on disk, when it raises nothing is.
        """
        replaced = False
        with self._db.changing() as db:
            for entry in entries:
                replaced |= delete_document(db, entry.document.id)
                insert_document(db, entry)
            _next_generation(db)
        if replaced:
            forget_states()

    def put_text(self, entry: Entry) -> None:
        """Store another text of a document that is here; nothing where it was removed meanwhile."""
        document = entry.document
        with self._db.changing() as db:
            row = db.execute("SELECT key FROM documents WHERE id = ?", (document.id,)).fetchone()
            if row is None:
                return
            update_text(db, row[0], entry)
            _next_generation(db)

    def move(self, document_id: str, read: Document) -> None:
        """Say that a document stands where ``read`` was read."""
        with self._db.changing() as db:
            # Its address may tell its outlet: with another one it is to be settled again.
            db.execute(
                "UPDATE documents SET url = ?1, path = ?2, location = ?3, "
                "story = CASE WHEN url IS ?1 THEN story END WHERE id = ?4",
                (read.url, read.path, read.location, document_id),
            )
            _next_generation(db)

    def origins(self) -> Origins:
        """Return what is stored of where the documents were read."""
        return Origins(self._db)

    def put_back(self, entry: Entry, key: int) -> bool:
        """Store a document that was removed.

        Args:
            entry: the document.
            key: its place in the order; it comes last where another has that place.

        Returns:
            Whether it was stored; not where it was added again, or another from its location.
        """
        read = entry.document
        with self._db.changing() as db:
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
        key: int = self._db.rows("SELECT key FROM documents WHERE id = ?", (document_id,))[0][0]
        with self._db.reading() as db:
            as_read = read_content(db, key)
        rows = self._db.rows(
            "SELECT vector FROM passages WHERE document_key = ? ORDER BY start", (key,)
        )
        vectors = np.array([np.frombuffer(row[0], np.float32) for row in rows], np.float32)
        return key, Entry(document, passages, vectors, as_read)

    def remove(self, document_id: str) -> None:
        """Remove a document and all that belongs to it.

        Raises:
            DocumentNotFound: no document has that id.
        """
        with self._db.changing() as db:
            if not delete_document(db, document_id):
                self.document(document_id)  # raises, with the message
            _next_generation(db)
        forget_states()


def _next_generation(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO meta VALUES ('generation', '1') "
        "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )
