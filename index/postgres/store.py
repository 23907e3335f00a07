"""PostgreSQL: the one truth of a library that several machines read.

One transaction commits a document with all that is derived from it, and raises the generation
number, as in SQLite.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.libraries.address import Address
from sourcebook.index.paths import forget_states
from sourcebook.index.postgres.server.checks import prepare
from sourcebook.index.postgres.server.database import PostgresConnection, PostgresDatabase
from sourcebook.index.store.changes import ChangeableDocuments
from sourcebook.index.store.origins import Origins
from sourcebook.index.store.part_vectors import parts_from_bytes
from sourcebook.index.store.reads import PresentState
from sourcebook.index.store.rows import Entry, delete_document, read_content
from sourcebook.index.store.sql import SqlConnection

from .rows import delete_passages, insert_documents, update_text
from .selection import KeySelection
from .term_cache import TermState, read_state
from .vectors import build_graph

_CONDITIONS = 8
"""Filters whose passages are remembered."""


class PostgresStore(ChangeableDocuments):
    """The tables of one library on a server.

    Threads, processes, and what every method raises: as `PostgresDatabase` has it.
    """

    def __init__(self, address: Address, *, create: bool = True) -> None:
        """Open the library.

        Args:
            address: where it is.
            create: make one where there is none.

        Raises:
            LibraryNotFound: there is none and ``create`` is False.
            LibraryError: the server cannot be reached or used.
        """
        self.database = PostgresDatabase(address, prepare(address, create=create))
        super().__init__(self.database)
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._selected = -1
        self._selections: dict[tuple[str, tuple[object, ...]], KeySelection] = {}

    @property
    def place(self) -> str:
        """The address of the library, without a password."""
        return str(self.database.address)

    def keys(self, where: str, values: Sequence[object]) -> KeySelection:
        """Return the passages whose document meets a condition over ``d``; those of the last
        conditions are remembered until the library changes."""
        generation, condition = self.generation, (where, tuple(values))
        with self._lock:
            if self._selected != generation:
                self._selections.clear()
                self._selected = generation
            selection = self._selections.pop(condition, None)
            if selection is None:
                selection = KeySelection(self.database, where, values)
            self._selections[condition] = selection  # the last one asked for comes last
            if len(self._selections) > _CONDITIONS:
                del self._selections[next(iter(self._selections))]
            return selection

    def vectors(self, dimension: int) -> tuple[np.ndarray[Any, Any], Vectors]:
        """Return all passage keys, shape (n,), and their vectors, shape (n, dimension)."""
        rows = self.database.rows("SELECT key, embedding FROM embeddings ORDER BY key")
        keys = np.array([row[0] for row in rows], np.int64)
        matrix = np.array([row[1].to_numpy() for row in rows], np.float32)
        return keys, matrix.reshape(len(rows), dimension)

    def problems(self) -> list[str]:
        """Return what does not fit together; nothing when healthy."""
        passages = self.counts()[1]
        checks = {
            "SELECT count(*) FROM embeddings": "there are {0} vectors for {1} passages",
            "SELECT coalesce(sum(passages), 0)::bigint FROM word_counts": (
                "the words of {0} passages are counted, of {1}"
            ),
        }
        counts = {text: self.database.rows(query)[0][0] for query, text in checks.items()}
        return [text.format(n, passages) for text, n in counts.items() if n != passages]

    def size(self) -> int:
        """Return the bytes on the server's disk."""
        ((size,),) = self.database.rows(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
            "WHERE c.relnamespace = to_regnamespace(quote_ident(?)) AND c.relkind = 'r'",
            (self.database.address.schema,),
        )
        return int(size)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give the time of several reads by this thread: they take one connection."""
        with self.database.keeping():
            yield

    def present(self) -> PresentState:
        """Return which state the library is in; the next search of this thread begins with it."""
        state, embedder = read_state(self.database)
        self._thread.state = state
        return PresentState(state.generation, embedder, not state.passages)

    def state(self) -> TermState:
        """Return the state that `present` has just read, else read it."""
        state: TermState | None = getattr(self._thread, "state", None)
        self._thread.state = None
        return state or read_state(self.database)[0]

    # -- changes ---------------------------------------------------------------------------

    def put(self, entries: Iterable[Entry]) -> None:
        """Store documents with all that belongs to them, replacing those with the same id.

        One transaction: when it returns everything is on disk, when it raises nothing is.
        """
        with self.database.changing() as db:
            is_replaced = insert_documents(db, entries, self.database.partitions)
            self.raise_generation(db)
        if is_replaced:
            forget_states()
        self._build_graph()

    def origins(self) -> Origins:
        """Return what is stored of where the documents were read."""
        return _PostgresOrigins(self.database)

    def entry(self, document_id: str) -> tuple[int, Entry]:
        """Return a document as it is stored: its place in the order, and all that belongs to it.

        Raises:
            DocumentNotFound: no document has that id.
        """
        with self.database.snapshot() as db:
            document, passages = self.document(document_id), self.passages(document_id)
            key = int(self._db.rows("SELECT key FROM documents WHERE id = ?", (document_id,))[0][0])
            as_read = read_content(db, key)
            rows = db.execute(
                "SELECT e.embedding, coalesce(x.vectors, ''::bytea) FROM embeddings e "
                "JOIN passages p USING (document_key, key) "
                "LEFT JOIN passage_parts x USING (document_key, key) "
                "WHERE document_key = ? ORDER BY p.start",
                (key,),
            ).fetchall()
        vectors = np.array([row[0].to_numpy() for row in rows], np.float32)
        parts = [parts_from_bytes(row[1], vectors.shape[1]) for row in rows]
        return key, Entry(document, passages, vectors, as_read, parts)

    def raise_generation(self, db: PostgresConnection) -> None:
        """Say that the library changed."""
        db.execute(
            "INSERT INTO meta AS m VALUES ('generation', '1') "
            "ON CONFLICT (name) DO UPDATE SET value = (m.value::bigint + 1)::text"
        )

    def _insert(self, db: PostgresConnection, entry: Entry, key: int | None) -> None:
        insert_documents(db, [entry], self.database.partitions, key)

    def _update_text(self, db: PostgresConnection, key: int, entry: Entry) -> None:
        update_text(db, key, entry, self.database.partitions)

    def _delete(self, db: PostgresConnection, document_id: str) -> bool:
        return delete_document(db, document_id, delete_passages)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Leave the graph of vectors for the end of a long addition, where it costs least."""
        self._thread.is_loading = True
        try:
            yield
        finally:
            self._thread.is_loading = False
        self._build_graph()
        for table in ("documents", "passages", "postings"):
            # So that they are read by their indexes at once, and not only after a while.
            self.database.execute_alone(f"VACUUM (ANALYZE) {table}")

    def _build_graph(self) -> None:
        if not getattr(self._thread, "is_loading", False):
            build_graph(self.database, int(self.meta("dimension") or 0))


class _PostgresOrigins(Origins):
    """The same in PostgreSQL, where the table is there from the beginning."""

    def _make_table(self, db: SqlConnection) -> None:
        pass

    def _has_table(self) -> bool:
        return True
