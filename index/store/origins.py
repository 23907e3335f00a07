"""Which documents came from which file, page or entry, and what it was like when it was read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .sql import SqlConnection, SqlDatabase

FILES = ""
"""The root of files: they are known by their path alone, whichever folder was given."""

_TABLE = """
CREATE TABLE IF NOT EXISTS origins (
    root TEXT NOT NULL,
    item TEXT NOT NULL,
    position INTEGER NOT NULL,
    signature TEXT,
    documents TEXT NOT NULL,
    PRIMARY KEY (root, item)
) WITHOUT ROWID
"""

_DELETE = "DELETE FROM origins WHERE root = ? AND item = ?"


@dataclass(frozen=True, slots=True)
class Origin:
    """An item that was read: the source it is of, its path or URL, its place in that source's
    order, its signature, and the ids of its documents."""

    root: str
    item: str
    position: int
    signature: str | None
    documents: tuple[str, ...]


class Origins:
    """A table beside the documents, made when something is first written to it.

    It is a memory and no truth: without it everything is read again, and nothing is removed.

    Raises, from every method:
        LibraryError: as the methods of `SqlDatabase` do.
    """

    def __init__(self, database: SqlDatabase) -> None:
        self._db = database

    def of(self, root: str) -> dict[str, Origin]:
        """Return the items of a feed, sitemap or list, by their path or URL, in its order.

        Args:
            root: the address of the feed, the sitemap or the list.
        """
        return self._find("root = ? ORDER BY position", (root,))

    def below(self, folder: str) -> dict[str, Origin]:
        """Return the files below a folder, by their path; or the one file of that path.

        Args:
            folder: the path of the folder or file, as the files were recorded with it.
        """
        below = folder.rstrip("/\\") + ("\\" if "\\" in folder and "/" not in folder else "/")
        return self._find(
            "root = ? AND (item = ? OR substr(item, 1, ?) = ?) ORDER BY item",
            (FILES, folder, len(below), below),
        )

    def all(self) -> list[Origin]:
        """Return every item of every source."""
        return [_origin(*row) for row in self._rows("1 = 1", ())]

    def record(self, origins: Iterable[Origin]) -> None:
        """Remember items, in place of what was remembered of them.

        Args:
            origins: the items; with none of them nothing is written.
        """
        last = {(o.root, o.item): o for o in origins}
        rows = [(*key, o.position, o.signature, json.dumps(o.documents)) for key, o in last.items()]
        if rows:
            with self._db.changing() as db:
                self._make_table(db)
                db.executemany(_DELETE, list(last))
                db.executemany("INSERT INTO origins VALUES (?, ?, ?, ?, ?)", rows)

    def forget(self, origins: Iterable[Origin]) -> None:
        """Remember these items no more.

        Args:
            origins: the items, found by their root and path or URL alone.
        """
        keys = [(o.root, o.item) for o in origins]
        if keys:
            with self._db.changing() as db:
                db.executemany(_DELETE, keys)

    def _make_table(self, db: SqlConnection) -> None:
        """Make the table where there is none."""
        db.execute(_TABLE)

    def _has_table(self) -> bool:
        return bool(self._db.rows("SELECT 1 FROM sqlite_master WHERE name = 'origins'"))

    def _find(self, where: str, values: tuple[object, ...]) -> dict[str, Origin]:
        rows = self._rows(where, values)
        return {row[1]: _origin(*row) for row in rows}

    def _rows(self, where: str, values: tuple[object, ...]) -> list[Any]:
        if not self._has_table():
            return []
        return self._db.rows(
            f"SELECT root, item, position, signature, documents FROM origins WHERE {where}",  # noqa: S608
            values,
        )


def _origin(root: str, item: str, position: int, signature: str | None, documents: str) -> Origin:
    return Origin(root, item, position, signature, tuple(json.loads(documents)))
