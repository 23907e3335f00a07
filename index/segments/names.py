"""The names of a library's segments, which its database knows."""

from __future__ import annotations

import json
import re

from sourcebook.index.store.database import Database
from sourcebook.index.store.sql import SqlConnection

_NAMES = "segments"
_NAME = re.compile(r"[0-9a-f]{64}-[0-9]{1,18}")

Names = tuple[str, ...]
"""Of segments, in their order: the SHA-256 of each, a hyphen, and its last key."""

Line = tuple[str, str]
"""What tells the passages from those of a restored or reindexed library with the same keys."""


def read_line(database: Database) -> Line:
    """Return what tells the passages from those of a restored or reindexed library."""
    names = ("line", "embedder")
    values = dict(database.rows("SELECT name, value FROM meta WHERE name IN (?, ?)", names))
    return values.get("line", ""), values.get("embedder", "")


def segment_names(db: SqlConnection, line: Line) -> Names:
    """Return the names of the segments that the database knows, if they are of this line."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (_NAMES,)).fetchone()
    try:
        value = json.loads(row[0]) if row else {}
        names = tuple(value["names"]) if value.get("line") == list(line) else ()
        return names if all(_NAME.fullmatch(name) for name in names) else ()
    except (ValueError, LookupError, AttributeError, TypeError):
        return ()


def write_names(db: SqlConnection, line: Line, names: Names) -> None:
    """Have the database know these segments, of this line, and no others."""
    value = json.dumps({"line": line, "names": names})
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAMES, value))
