"""One SQLite file: opened, changed in transactions, its errors in the product's words.

The journal is a rollback journal with ``synchronous=EXTRA``: SQLite from 3.7.0 to 3.51.2 can
corrupt a database in WAL mode when the log is reset (sqlite.org/wal.html, "the WAL-reset bug"),
and Debian 12 ships 3.40.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sourcebook.index.errors import LibraryBusy, LibraryDamaged, LibraryError

from .checksums import register
from .holder import describe_holder

BUSY_SECONDS = 30.0


class Database:
    """A database in one file. An older file is brought up to date when it is opened, in one
    transaction.

    Safe to use from several threads (one at a time) and several processes (a writer waits up to
    ``BUSY_SECONDS`` for another).

    Args:
        path: of the file, which is made where there is none.
        schema: a script for each version: the first makes version 1 of nothing, each other the
            next version of the one before, keeping what is there. None: as it is.

    Raises, from every method:
        LibraryBusy: another process held the database for too long.
        LibraryDamaged: the file cannot be read as a database of ours.
        LibraryError: no space, no permission, a file of a newer version, or one closed meanwhile.
    """

    def __init__(self, path: Path, schema: Sequence[str] | None) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._errors():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            register(self._connection)
            try:
                self._prepare(schema)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; closing it twice is fine."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows that a query finds.

        Args:
            sql: the query, with a placeholder for each value.
            values: the values, in that order.
        """
        with self.reading() as db:
            return db.execute(sql, tuple(values)).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, to one thread at a time."""
        with self._errors(), self._lock:
            yield self._connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for several queries that read one state, whatever others commit."""
        with self.reading() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.execute("COMMIT")

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection in a transaction: all done in it is on disk after, or nothing."""
        with self._errors(), self._transaction():
            yield self._connection

    def _prepare(self, schema: Sequence[str] | None) -> None:
        self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.execute("PRAGMA synchronous = EXTRA")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if schema is None:
            return
        newest = len(schema)
        if self._version() < newest:
            with self._transaction():  # another process may have done it meanwhile
                for script in schema[self._version() :]:
                    for statement in script.split(";\n"):
                        if statement.strip():
                            self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {max(newest, self._version())}")
        version = self._version()
        if version != newest:
            raise LibraryError(
                f"{self.path} has format {version}, this version reads {newest}: "
                "update Sourcebook, or make a new library and add the articles again"
            )

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors in the product's words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            text = str(error)
            if "locked" in text or "busy" in text:
                raise LibraryBusy(
                    f"{describe_holder(self.path) or 'another process'} is writing to {self.path}: "
                    "try again when it has finished"
                ) from error
            if "full" in text:
                raise LibraryError(
                    f"no space left for {self.path}: free some and add again; "
                    "what was reported as added is safe"
                ) from error
            # A table is missing (the file was emptied or overwritten), or a text is no UTF-8.
            if "no such" in text or "decode" in text:
                raise self._damage(error) from error
            check = "the disk" if "I/O" in text else "the folder's permissions"
            raise LibraryError(f"{self.path}: {text}; check {check}") from error
        except sqlite3.ProgrammingError as error:
            if "closed" not in str(error):
                raise
            raise LibraryError(f"{self.path} was closed meanwhile: open it again") from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise self._damage(error) from error

    def _damage(self, error: Exception) -> LibraryDamaged:
        reason = str(error).partition(" with text ")[0]  # what follows is an article
        return LibraryDamaged(
            f"{self.path} cannot be read ({reason}): `sourcebook doctor --library` says more; "
            "restore a copy of it, or move it away and add the articles again"
        )
