"""The server a library is on: reached, checked, and the library's tables made on it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from sourcebook.index.errors import LibraryError, LibraryNotFound
from sourcebook.index.libraries.address import Address

from .errors import first_line, readable_errors
from .schema import FORMAT, statements

LEAST_PGVECTOR = (0, 8, 4)
"""Earlier ones have errors in what they find and in how they scan on."""

LEAST_POSTGRESQL = 15


class Prepared(NamedTuple):
    """What is to be known of a library on a server: the schema that pgvector is in, and the number
    of its parts."""

    extension: str
    partitions: int


def prepare(address: Address, *, create: bool) -> Prepared:
    """Check the server, and make the library's tables where there are none.

    Args:
        address: the library.
        create: make a library where there is none.

    Returns:
        What is to be known to open it.

    Raises:
        LibraryNotFound: there is no such library and ``create`` is False.
        LibraryError: the server cannot be reached or used; the message says what it needs.
    """
    with (
        readable_errors(str(address)),
        psycopg.connect(address.server, autocommit=True, connect_timeout=10) as db,
    ):
        _check_server(address, db)
        exists = _value(db, "SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", address.schema)
        if not exists and not create:
            raise LibraryNotFound(f"no library at {address}: `sourcebook add` makes one")
        extension = _extension(address, db, create=not exists)
        if not exists:
            _make(address, db, extension)
        _check_format(address, db)
        partitions = _meta(address, db, "partitions")
        return Prepared(extension, int(partitions or 1))


def _check_server(address: Address, db: psycopg.Connection[Any]) -> None:
    version = db.info.server_version // 10000
    if version < LEAST_POSTGRESQL:
        raise LibraryError(
            f"{address} is PostgreSQL {version}: {LEAST_POSTGRESQL} or newer is needed"
        )
    encoding = db.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise LibraryError(
            f"the database of {address} is encoded in {encoding}: make one with ENCODING 'UTF8'"
        )


def _extension(address: Address, db: psycopg.Connection[Any], *, create: bool) -> str:
    query = (
        "SELECT extversion, nspname FROM pg_extension e JOIN pg_namespace n "
        "ON n.oid = e.extnamespace WHERE extname = 'vector'"
    )
    row = db.execute(query).fetchone()
    if row is None and create:
        try:
            db.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
        except psycopg.Error as error:
            raise LibraryError(
                f"{address} has no pgvector ({first_line(error)}): install it on the server, and "
                "let an administrator run CREATE EXTENSION vector in the database"
            ) from None
        row = db.execute(query).fetchone()
    if row is None:
        raise LibraryError(
            f"{address} has no pgvector: run CREATE EXTENSION vector in the database"
        )
    check_version(address, row[0])
    return str(row[1])


def check_version(address: Address, version: str) -> None:
    """Check the version of pgvector.

    Raises:
        LibraryError: it is older than ``LEAST_PGVECTOR``.
    """
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:3])
    if numbers < LEAST_PGVECTOR:
        least = ".".join(map(str, LEAST_PGVECTOR))
        raise LibraryError(
            f"{address} has pgvector {version}, {least} or newer is needed: install it on the "
            "server and run ALTER EXTENSION vector UPDATE in the database"
        )


def _make(address: Address, db: psycopg.Connection[Any], extension: str) -> None:
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(7305, 0)")  # another may be making it
        if _value(db, "SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", address.schema):
            return
        schema = sql.Identifier(address.schema)
        db.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        db.execute(sql.SQL("SET LOCAL search_path = {}").format(schema))
        name = sql.Identifier(extension).as_string(db)
        for statement in statements(address.partitions, name):
            db.execute(statement.encode())


def _check_format(address: Address, db: psycopg.Connection[Any]) -> None:
    version = _meta(address, db, "format") or "none"
    if version != str(FORMAT):
        raise LibraryError(
            f"{address} has format {version}, this version reads {FORMAT}: update Sourcebook"
        )


def _meta(address: Address, db: psycopg.Connection[Any], name: str) -> str | None:
    table = sql.Identifier(address.schema, "meta")
    query = sql.SQL("SELECT value FROM {} WHERE name = %s").format(table)
    row = db.execute(query, (name,)).fetchone()
    return row[0] if row else None


def _value(db: psycopg.Connection[Any], query: str, value: object) -> Any:
    row = db.execute(query.encode(), (value,)).fetchone()
    return row[0] if row else None
