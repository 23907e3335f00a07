"""SQLite: the one truth. Documents, passages, vectors and the full-text rows change together.

One transaction commits a document with all that is derived from it, and raises the generation
number; anything built from the store (the FAISS snapshot) says which generation it was built from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.errors import LibraryDamaged
from sourcebook.index.paths import forget_states

from .changes import ChangeableDocuments
from .checksums import COLUMNS, differing, read_rows, row_checksum
from .database import Database
from .origins import Origins
from .part_vectors import parts_from_bytes
from .reads import AT_ONCE
from .rows import (
    DOCUMENT_FIELDS,
    Entry,
    delete_document,
    delete_passages,
    document_of,
    insert_document,
    marks,
    passage_of,
    read_content,
    update_text,
)
from .schema import SCHEMA
from .sql import numbers

_DOCUMENT_AT = [COLUMNS["documents"].split(", ").index(n) for n in DOCUMENT_FIELDS.split(", ")]
"""Where the columns of a document stand among those that are summed."""


class LibraryState(NamedTuple):
    """A state of a library: its generation, a stamp that no other library has, nor one that was
    restored and changed again, and the numbers in a vector."""

    generation: int
    stamp: str
    dimension: int


class Store(ChangeableDocuments):
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
        passages = self._rows_of("passages", keys)
        places = sorted({row[1] for row in passages.values()})
        documents = {
            key: document_of([row[at] for at in _DOCUMENT_AT])
            for key, row in self._rows_of("documents", places).items()
        }
        return {
            key: (documents[row[1]], passage_of(documents[row[1]], row[0], *row[2:5]))
            for key, row in passages.items()
            if row[1] in documents  # another may have removed it meanwhile
        }

    def _check(self, table: str, where: str, values: Sequence[object]) -> None:
        with self.database.reading() as db:
            if differing(db, table, where, values):
                raise self._damage(table)

    def _damage(self, table: str) -> LibraryDamaged:
        return LibraryDamaged(
            f"{self.database.path} is not as it was written (in {table}): "
            "`sourcebook doctor --library` says which article; restore a backup, "
            "or add that article again"
        )

    def state(self) -> LibraryState:
        """Return which state of the library this is."""
        names = "'generation', 'stamp', 'dimension'"
        values = dict(self.database.rows(f"SELECT name, value FROM meta WHERE name IN ({names})"))
        return LibraryState(
            int(values.get("generation", 0)),
            values.get("stamp", ""),
            int(values.get("dimension", 0)),
        )

    def vectors(self, dimension: int) -> tuple[np.ndarray[Any, Any], Vectors]:
        """Return all passage keys, shape (n,), and their vectors, shape (n, dimension).

        Args:
            dimension: numbers in a vector.

        Raises:
            LibraryDamaged: one is not as it was written.
        """
        keys: list[int] = []
        data = bytearray()
        with self.database.snapshot() as db:
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

    def keys(self, where: str, values: Sequence[object]) -> NDArray[np.int64]:
        """Return the keys of passages whose document meets a condition over ``d``, ascending."""
        # As one text: a Python object for each takes several times as long.
        rows = self.database.rows(
            "SELECT group_concat(p.key) FROM passages p WHERE p.document_key IN "
            f"(SELECT d.key FROM documents d WHERE {where})",
            values,
        )
        return np.sort(numbers(rows[0][0]))

    def passage_texts(self, keys: Sequence[int]) -> list[tuple[str, str]]:
        """Return title and text of passages as they are indexed, in the order of their keys.

        Args:
            keys: of the passages, ascending.

        Raises:
            LookupError: one is not in the library any more.
            LibraryDamaged: one is not as it was written.
        """
        rows = self._all_rows_of("passage_texts", keys)
        return [(title, text) for title, text in rows]

    def passage_vectors(self, keys: Sequence[int], dimension: int) -> Vectors:
        """Return the vectors of passages in the order of their keys, shape (n, dimension).

        Args:
            keys: of the passages, ascending.
            dimension: numbers in a vector.

        Raises:
            LookupError: one is not in the library any more.
            LibraryDamaged: one is not as it was written.
        """
        data = b"".join(row[-1] for row in self._all_rows_of("passages", keys))
        if len(data) != 4 * dimension * len(keys):
            raise LibraryDamaged(
                f"{self.database.path} holds vectors of other sizes than {dimension} numbers: "
                "`sourcebook doctor --library` makes them anew"
            )
        return np.frombuffer(data, np.float32).reshape(len(keys), dimension)

    def passage_parts(self, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        """Return key and vectors of the parts of those of some passages that have parts.

        Raises:
            LibraryDamaged: one has other parts than were written.
        """
        rows = self.database.rows(
            "SELECT c.key, p.vectors, c.value FROM checksums c LEFT JOIN passage_parts p "
            f"ON p.key = c.key WHERE c.place = 'passage_parts' AND c.key IN ({marks(keys)})",
            keys,
        )
        for _, data, checksum in rows:
            if not isinstance(data, bytes) or row_checksum("blob", data) != checksum:
                raise self._damage("passage_parts")
        return [row[:2] for row in rows]

    def _rows_of(self, table: str, keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        with self.database.reading() as db:
            rows = read_rows(db, table, keys)
        if rows is None:
            raise self._damage(table)
        return rows

    def _all_rows_of(self, table: str, keys: Sequence[int]) -> Collection[tuple[Any, ...]]:
        rows = self._rows_of(table, keys)
        if len(rows) != len(keys):
            raise LookupError(f"{table} has {len(rows)} of {len(keys)} passages")
        return rows.values()

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
        (words,) = self.database.rows("SELECT count(*) FROM passage_texts")[0]
        if words != self.counts()[1]:
            problems.append(f"there are the texts of {words} passages of {self.counts()[1]}")
        return problems

    # -- changes ---------------------------------------------------------------------------

    def put(self, entries: Iterable[Entry]) -> None:
        """Store documents with all that belongs to them, replacing those with the same id.

        One transaction: when it returns everything is on disk, when it raises nothing is.
        """
        replaced = False
        with self.database.changing() as db:
            for entry in entries:
                replaced |= delete_document(db, entry.document.id, delete_passages)
                insert_document(db, entry)
            self.raise_generation(db)
        if replaced:
            forget_states()

    def origins(self) -> Origins:
        """Return what is stored of where the documents were read."""
        return Origins(self.database)

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

    def reading(self) -> AbstractContextManager[None]:
        """Give the time of several reads by this thread, which may share what each needs."""
        return nullcontext()

    def loading(self) -> AbstractContextManager[None]:
        """Give the time of a long addition; nothing is left for its end."""
        return nullcontext()

    def raise_generation(self, db: sqlite3.Connection) -> None:
        """Say that what is derived from the library is to be derived anew."""
        db.execute(
            "INSERT INTO meta VALUES ('generation', '1') "
            "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )
        db.execute("INSERT OR REPLACE INTO meta VALUES ('stamp', lower(hex(randomblob(8))))")

    def start_line(self, db: sqlite3.Connection) -> None:
        """Say that passages may differ from those that had their keys before."""
        db.execute("INSERT OR REPLACE INTO meta VALUES ('line', lower(hex(randomblob(8))))")
        self.raise_generation(db)

    def _insert(self, db: sqlite3.Connection, entry: Entry, key: int | None) -> None:
        insert_document(db, entry, key)

    def _update_text(self, db: sqlite3.Connection, key: int, entry: Entry) -> None:
        update_text(db, key, entry)

    def _delete(self, db: sqlite3.Connection, document_id: str) -> bool:
        return delete_document(db, document_id, delete_passages)
