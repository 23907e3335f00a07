"""What is read of the documents by statements that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.errors import DocumentNotFound

from .rows import DOCUMENT_FIELDS, document_of, marks, passage_of
from .sql import SqlDatabase

AT_ONCE = 64
"""Documents that are read together where all are read."""


class PresentState(NamedTuple):
    """What a search has to know of a library: its generation, the embedder that it was made with,
    and whether it holds no passage."""

    generation: int
    embedder: str | None
    is_empty: bool


class StoredDocuments:
    """The documents and passages in the tables of a library.

    Args:
        database: with those tables.

    What every method raises: as `SqlDatabase` has it.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._db = database

    def close(self) -> None:
        """Closing twice is fine."""
        self._db.close()

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

    def present(self) -> PresentState:
        """Return which state the library is in."""
        (row,) = self._db.rows(
            "SELECT (SELECT value FROM meta WHERE name = 'generation'), "
            "(SELECT value FROM meta WHERE name = 'embedder'), EXISTS (SELECT 1 FROM passages)"
        )
        return PresentState(int(row[0] or 0), row[1], not row[2])

    def documents(self) -> Iterator[Document]:
        """Return all documents in the order they were added, read a few at a time."""
        last = 0
        while batch := self._next_documents(last):
            last = batch[-1][0]
            yield from (document for _, document in batch)

    def _next_documents(self, last: int) -> list[tuple[int, Document]]:
        """Return the next documents behind that key, with theirs."""
        rows = self._db.rows(
            f"SELECT key, {DOCUMENT_FIELDS} FROM documents WHERE key > ? ORDER BY key LIMIT ?",
            (last, AT_ONCE),
        )
        return [(row[0], document_of(row[1:])) for row in rows]

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
        if not keys:
            return {}
        columns = ", ".join(f"d.{name}" for name in DOCUMENT_FIELDS.split(", "))
        rows = self._db.rows(
            f"SELECT p.key, p.id, p.start, p.end, p.page, d.key, {columns} FROM passages p "
            f"JOIN documents d ON d.key = p.document_key WHERE p.key IN ({marks(keys)})",
            tuple(keys),
        )
        documents = {row[5]: document_of(row[6:]) for row in rows}
        return {
            row[0]: (documents[row[5]], passage_of(documents[row[5]], *row[1:5])) for row in rows
        }

    def keys(self, where: str, values: Sequence[object]) -> Collection[int]:
        """Return the keys of the passages whose document meets a condition over ``d``."""
        rows = self._db.rows(
            "SELECT p.key FROM passages p WHERE p.document_key IN "
            f"(SELECT d.key FROM documents d WHERE {where})",
            tuple(values),
        )
        return [row[0] for row in rows]
