"""What changes the documents of a library by statements that SQLite and PostgreSQL both understand.

How a document is written, and how it is told that the library changed, each store says itself.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.paths import forget_states

from .reads import StoredDocuments
from .rows import Entry


class ChangeableDocuments(StoredDocuments):
    """The documents in the tables of a library, and single changes of them.

    Each is one transaction: when it returns everything is on disk, when it raises nothing is. What
    every method raises: as `SqlDatabase` has it.
    """

    def set_meta(self, name: str, value: str) -> None:
        """Write a named value once, when the library is made."""
        with self._db.changing() as db:
            db.execute(
                "INSERT INTO meta VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def put_text(self, entry: Entry) -> None:
        """Store another text of a document that is here; nothing where it was removed meanwhile."""
        with self._db.changing() as db:
            row = db.execute(
                "SELECT key FROM documents WHERE id = ?", (entry.document.id,)
            ).fetchone()
            if row is None:
                return
            self._update_text(db, row[0], entry)
            self.raise_generation(db)

    def move(self, document_id: str, read: Document) -> None:
        """Say that a document stands where ``read`` was read."""
        with self._db.changing() as db:
            # Its address may tell its outlet: with another one it is to be settled again.
            db.execute(
                "UPDATE documents SET url = ?1, path = ?2, location = ?3, "
                "story = CASE WHEN url IS ?1 THEN story END WHERE id = ?4",
                (read.url, read.path, read.location, document_id),
            )
            self.raise_generation(db)

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
            self._insert(db, entry, key if free else None)
            self.raise_generation(db)
        return True

    def remove(self, document_id: str) -> None:
        """Remove a document and all that belongs to it.

        Raises:
            DocumentNotFound: no document has that id.
        """
        with self._db.changing() as db:
            if not self._delete(db, document_id):
                self.document(document_id)  # raises, with the message
            self.raise_generation(db)
        forget_states()

    @abstractmethod
    def raise_generation(self, db: Any) -> None:
        """Say that what is derived from the library is to be derived anew.

        Args:
            db: its connection in a transaction.
        """

    @abstractmethod
    def _insert(self, db: Any, entry: Entry, key: int | None) -> None:
        """Store a document, at its place in the order or behind all others."""

    @abstractmethod
    def _update_text(self, db: Any, key: int, entry: Entry) -> None:
        """Write another text of the document at a place."""

    @abstractmethod
    def _delete(self, db: Any, document_id: str) -> bool:
        """Delete a document; return False where no such one is stored."""
