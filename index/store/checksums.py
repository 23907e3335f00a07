"""Checksums of rows: a bit that a disk turned in a text or a vector is noticed.

SQLite checks the structure of its pages, not what stands in them. Triggers in the schema keep a
checksum of each document, passage and vector, whoever writes it, in the transaction that does.
"""

# ruff: noqa: S608  the names in its statements are those of COLUMNS
from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from types import NoneType
from typing import Any

FUNCTION = "row_checksum"
"""The name of `row_checksum` in SQL."""

COLUMNS = {
    "documents": (
        "id, text, title, source, author, published, url, path, media_type, language, "
        "content_hash, location, removed, published_from, read_text, blocks, pages, read_blocks"
    ),
    "passages": "id, document_key, start, end, page, vector",
    "passage_parts": "vectors",
    "passage_texts": "title, text",
}
"""The columns of each table that are summed. What a document is to others (``story``, ``outlet``)
is worked out from them."""

_TYPES = {str: "text", bytes: "blob", int: "integer", float: "real", NoneType: "null"}


def row_checksum(*values: str | bytes | None) -> int:
    """Return the CRC-32 of the lengths and bytes of some values. It differs after any change within
    32 bits that stand side by side, and after all but one in 4 billion other ones."""
    pieces: list[bytes] = []  # put together first: hundreds of rows are summed in each search
    for value in values:
        data = value.encode() if isinstance(value, str) else value
        pieces += (b"-",) if data is None else (b"%d:" % len(data), data)
    return zlib.crc32(b"".join(pieces))


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the function that the triggers call."""
    connection.create_function(FUNCTION, -1, row_checksum, deterministic=True)


def script(table: str) -> str:
    """Return the statements that sum the rows of a table, those that are there and those to come.

    Args:
        table: one of `COLUMNS`; its integer primary key is named ``key``.
    """
    put = f"INSERT OR REPLACE INTO checksums VALUES ('{table}', new.key, {_sum(table, 'new')})"
    drop = f"DELETE FROM checksums WHERE place = '{table}' AND key = old.key"
    # A statement a line: the script is cut at their ends.
    return (
        f"INSERT INTO checksums SELECT '{table}', key, {_sum(table, table)} FROM {table};\n"
        f"CREATE TRIGGER {table}_sum_new AFTER INSERT ON {table} BEGIN {put}; END;\n"
        f"CREATE TRIGGER {table}_sum_changed AFTER UPDATE OF key, {COLUMNS[table]} ON {table} "
        f"BEGIN {drop}; {put}; END;\n"
        f"CREATE TRIGGER {table}_sum_gone AFTER DELETE ON {table} BEGIN {drop}; END;\n"
    )


def differing(
    db: sqlite3.Connection, table: str, where: str = "1", values: Sequence[object] = ()
) -> list[int]:
    """Return the keys of the rows that are not as they were written.

    Args:
        db: a connection.
        table: one of `COLUMNS`.
        where: a condition over its columns, with a placeholder for each value.
        values: the values.
    """
    sql = (
        f"SELECT key FROM {table} WHERE ({where}) AND {_sum(table, table)} IS NOT "
        f"(SELECT value FROM checksums WHERE place = '{table}' AND checksums.key = {table}.key)"
    )
    return [row[0] for row in db.execute(sql, tuple(values))]


def read_rows(
    db: sqlite3.Connection, table: str, keys: Sequence[int]
) -> dict[int, tuple[Any, ...]] | None:
    """Return the rows with some keys, in that order, each checked as it was read.

    Args:
        db: a connection.
        table: one of `COLUMNS`.
        keys: of rows; those of none are left out.

    Returns:
        Key -> the row's columns in the order of `COLUMNS`; None where a row is not as it was
        written.
    """
    columns = ", ".join(f"t.{name}" for name in COLUMNS[table].split(", "))
    # The keys go through the tables in their order: no row is copied to be sorted.
    rows = db.execute(
        f"SELECT t.key, c.value, {columns} FROM json_each(?) k CROSS JOIN {table} t "
        f"ON t.key = k.value LEFT JOIN checksums c ON c.place = '{table}' AND c.key = t.key",
        (json.dumps(list(keys)),),
    ).fetchall()
    if any(_checksum(row[2:]) != row[1] for row in rows):
        return None
    return {row[0]: row[2:] for row in rows}


def _checksum(values: Sequence[Any]) -> int:
    """Return what `_sum` is for a row with these values."""
    types = "".join([_TYPES[type(value)] for value in values])
    numbers = (int, float)
    return row_checksum(types, *(str(v) if isinstance(v, numbers) else v for v in values))


def _sum(table: str, row: str) -> str:
    """Return the checksum of a row in SQL; as bytes, so that what is no text any more has one."""
    names = [f"{row}.{name}" for name in COLUMNS[table].split(", ")]
    types = " || ".join(f"typeof({name})" for name in names)
    return f"{FUNCTION}({', '.join([types, *(f'CAST({name} AS BLOB)' for name in names)])})"
