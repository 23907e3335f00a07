"""One library's schema on a server: connections, transactions, one writer at a time."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, Cursor, IsolationLevel, errors, sql
from psycopg_pool import ConnectionPool

from sourcebook.index.errors import LibraryBusy
from sourcebook.index.libraries.address import Address

from .checks import Prepared
from .errors import readable_errors
from .statements import translate

BUSY_SECONDS = 30.0
"""How long a writer waits for another, and any for a connection."""

MAX_CONNECTIONS = 8

MAX_SCAN_TUPLES = 200_000
"""Vectors that a filtered search looks at before it gives up."""

USUAL_LIMIT = 120
"""Nearest vectors that a usual search asks for."""

_LEAST_CANDIDATES, _MOST_CANDIDATES = 40, 1000
_RESERVE = 1.5
"""Candidates that the graphs of all parts keep while they are searched, for each that is asked for.
They are searched on where that is not enough."""

_IDLE_SECONDS = 2.0

_last_use: WeakKeyDictionary[Connection[Any], float] = WeakKeyDictionary()


def _check_idle(raw: Connection[Any]) -> None:
    """Try a connection that was idle: the server may have been started anew meanwhile."""
    if time.monotonic() - _last_use.get(raw, 0.0) > _IDLE_SECONDS:
        ConnectionPool.check_connection(raw)


class PostgresConnection:
    """Carries out statements of SQLite's form, and COPY, on one connection."""

    def __init__(self, raw: Connection[Any]) -> None:
        self.raw = raw

    def execute(
        self, statement: str, parameters: Sequence[Any] = (), /, *, plan_anew: bool = False
    ) -> Cursor[Any]:
        """Carry out a statement with its values.

        Args:
            statement: in SQLite's form.
            parameters: the values.
            plan_anew: have no plan kept for any values, where these tell how many rows there are.
        """
        translated, values = translate(statement, parameters)
        prepare = False if plan_anew else None
        return self.raw.execute(translated.encode(), values, prepare=prepare, binary=True)

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> None:
        """Carry out a statement once for each of several rows of values."""
        rows = [translate(statement, row) for row in parameters]
        if rows:
            with self.raw.cursor() as cursor:
                cursor.executemany(rows[0][0].encode(), [values for _, values in rows])

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table.

        Args:
            table: its name.
            columns: names and types: "key int8".
            rows: values in the order of the columns.
        """
        names, types = zip(*(column.split() for column in columns), strict=True)
        command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with self.raw.cursor() as cursor, cursor.copy(command) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)


class PostgresDatabase:
    """The tables of one library on a server.

    Threads may share it; each takes a connection of a pool. One process writes at a time, others
    wait up to ``BUSY_SECONDS``; whoever reads never waits.

    Raises, from every method: what `readable_errors` raises.
    """

    def __init__(self, address: Address, prepared: Prepared) -> None:
        """Open the pool.

        Args:
            address: the library.
            prepared: what `prepare` found there.
        """
        self.address, self._place = address, str(address)
        self.partitions = prepared.partitions
        self._extension = prepared.extension
        self._thread = threading.local()
        # A number for the library, by which its writers wait for each other.
        self._lock_number = zlib.crc32(address.schema.encode())
        with readable_errors(self._place):
            self._pool = ConnectionPool(
                address.server,
                min_size=1,
                max_size=MAX_CONNECTIONS,
                timeout=BUSY_SECONDS,
                configure=self._configure,
                check=_check_idle,
                kwargs={"autocommit": True, "application_name": "sourcebook"},
                open=False,
            )
            self._pool.open()

    def close(self) -> None:
        """Closing twice is fine."""
        self._pool.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows that a query finds."""
        with self.reading() as db:
            return db.execute(statement, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """Give a connection; within `changing` and `snapshot` of this thread, theirs."""
        present: PostgresConnection | None = getattr(self._thread, "connection", None)
        with readable_errors(self._place):
            if present is not None:
                yield present
                return
            with self._pool.connection() as raw:
                yield PostgresConnection(raw)
                _last_use[raw] = time.monotonic()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Have all that this thread reads meanwhile take one connection."""
        with self.reading() as db:
            if getattr(self._thread, "connection", None) is not None:
                yield
                return
            with self._as_present(db):
                yield

    @contextmanager
    def snapshot(self) -> Iterator[PostgresConnection]:
        """Give a connection for several queries that read one state, whatever others commit."""
        with self.reading() as db:
            if getattr(self._thread, "connection", None) is not None:
                yield db
                return
            db.raw.isolation_level = IsolationLevel.REPEATABLE_READ
            try:
                with db.raw.transaction(), self._as_present(db):
                    yield db
            finally:
                db.raw.isolation_level = None

    @contextmanager
    def finding(self, limit: int) -> Iterator[PostgresConnection]:
        """Give a connection for a query of the nearest vectors by the graph, ``limit`` of them."""
        with self.reading() as db:
            if limit <= USUAL_LIMIT:
                yield db
                return
            with db.raw.transaction():
                db.raw.execute(f"SET LOCAL hnsw.ef_search = {self._candidates(limit)}".encode())
                yield db

    def _candidates(self, limit: int) -> int:
        """How many the graph of each part keeps while it is searched."""
        candidates = ceil(limit * _RESERVE / self.partitions)
        return min(max(candidates, _LEAST_CANDIDATES), _MOST_CANDIDATES)

    def execute_alone(self, statement: str) -> None:
        """Carry out a statement of upkeep."""
        with self.reading() as db:
            db.raw.execute(statement.encode())

    @contextmanager
    def changing(self) -> Iterator[PostgresConnection]:
        """Give a connection in a transaction: all done in it is on disk after, or nothing."""
        with self.reading() as db, db.raw.transaction():
            if getattr(self._thread, "connection", None) is not None:
                yield db
                return
            self._wait_for_writers(db)
            with self._as_present(db):
                yield db

    @contextmanager
    def _as_present(self, db: PostgresConnection) -> Iterator[None]:
        self._thread.connection = db
        try:
            yield
        finally:
            self._thread.connection = None

    def _wait_for_writers(self, db: PostgresConnection) -> None:
        db.raw.execute(f"SET LOCAL lock_timeout = {int(BUSY_SECONDS * 1000)}".encode())
        try:
            with db.raw.transaction():
                db.raw.execute("SELECT pg_advisory_xact_lock(7305, %s)", (self._signed_lock,))
        except errors.LockNotAvailable:
            row = db.raw.execute(
                "SELECT a.usename, a.client_addr, a.pid FROM pg_locks l "
                "JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' "
                "AND l.classid = 7305 AND l.objid = %s::bigint::oid AND l.granted",
                (self._lock_number,),
            ).fetchone()
            holder = f"{row[0]} from {row[1] or 'this host'}, process {row[2]}," if row else "one"
            raise LibraryBusy(
                f"another program is writing to {self.address} ({holder} holds it): "
                "try again when it has finished"
            ) from None
        db.raw.execute("SET LOCAL lock_timeout = 0")

    @property
    def _signed_lock(self) -> int:
        return self._lock_number - (1 << 32) * (self._lock_number >> 31)

    def _configure(self, raw: Connection[Any]) -> None:
        from pgvector.psycopg import register_vector

        path = sql.SQL(", ").join(
            map(sql.Identifier, dict.fromkeys([self.address.schema, self._extension]))
        )
        raw.execute(sql.SQL("SET search_path = {}").format(path))
        register_vector(raw)
        for statement in (
            "SET timezone = 'UTC'",
            "SELECT '[1]'::vector",  # loads the extension, whose settings come next
            "SET hnsw.iterative_scan = strict_order",
            f"SET hnsw.ef_search = {self._candidates(USUAL_LIMIT)}",
            f"SET hnsw.max_scan_tuples = {MAX_SCAN_TUPLES}",
            # A search reads little: to start others that read with it, or a compiler, takes longer.
            "SET max_parallel_workers_per_gather = 0",
            "SET jit = off",
        ):
            raw.execute(statement.encode())
        # What is acknowledged is on disk, whatever the server's default is.
        raw.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )
