"""The file of a library's conversations: its tables, its check for damage, its records."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sourcebook.index.errors import LibraryDamaged, LibraryError
from sourcebook.index.store.database import Database

__all__ = ["FILE", "count_conversations", "open_database", "open_in_memory"]

FILE = "conversations.sqlite"

_SCHEMA = (
    """
CREATE TABLE conversations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    began TEXT NOT NULL,
    changed TEXT NOT NULL
);
CREATE INDEX conversations_changed ON conversations (changed);
CREATE TABLE turns (
    key INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    number INTEGER NOT NULL,
    question TEXT NOT NULL,
    ignored TEXT NOT NULL,
    asked TEXT NOT NULL,
    answer TEXT,
    problem TEXT,
    rating TEXT,
    reason TEXT,
    UNIQUE (conversation, number)
);
CREATE VIRTUAL TABLE turn_words USING fts5 (
    question, answer, tokenize = "unicode61 remove_diacritics 2"
);
""",
)


def open_database(folder: Path) -> tuple[Database, str | None]:
    """Return the database in a library's folder, and a line about what is wrong, if anything.

    A missing file is made, a damaged one gets another name. Where nothing can be written, the
    database is in memory and ends with the process.
    """
    file = folder / FILE
    try:
        return _open_checked(file), None
    except LibraryDamaged as error:
        copy = file.with_name(f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}-{FILE}")
        try:
            file.replace(copy)
            problem = f"Earlier conversations cannot be read and were put aside as {copy.name}."
            return _open_checked(file), problem
        except (OSError, LibraryError):
            return open_in_memory(), _storage_problem(error)
    except LibraryError as error:
        return open_in_memory(), _storage_problem(error)


def open_in_memory() -> Database:
    """Return a database with the same tables, in memory."""
    return Database(Path(":memory:"), _SCHEMA)


def count_conversations(folder: Path) -> int | None:
    """Return the number of conversations in a library's folder; None if they cannot be read."""
    if not (folder / FILE).is_file():
        return 0
    try:
        with contextlib.closing(Database(folder / FILE, _SCHEMA)) as database:
            return int(database.rows("SELECT count(*) FROM conversations")[0][0])
    except LibraryError:
        return None


def _open_checked(file: Path) -> Database:
    """Return the database. Raises LibraryDamaged when its tables cannot be read."""
    database = Database(file, _SCHEMA)
    try:
        database.rows("SELECT id, name, changed FROM conversations ORDER BY changed LIMIT 1")
        database.rows("SELECT number, question FROM turns ORDER BY key LIMIT 1")
        rows = database.rows("PRAGMA quick_check(1)")
        if rows and rows[0][0] != "ok":
            raise LibraryDamaged(f"{file} cannot be read ({rows[0][0]})")
    except BaseException:
        database.close()
        raise
    return database


def _storage_problem(error: LibraryError) -> str:
    return f"Conversations are not kept: {error}"


__all__ = ["ConversationSummary", "Rating", "StoredTurn", "parse_time", "parse_turn"]

Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in a list: ``changed`` is when it was last asked, ``turns`` how often."""

    id: str
    name: str
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and what became of it. ``number`` counts from 1.

    ``answer`` is the JSON form of an answer (`Answer.to_dict`); None where there is none: then
    ``problem`` says why, or the answer was never finished. ``ignored`` are keys of filters that the
    question was asked without.
    """

    number: int
    question: str
    asked: datetime
    ignored: frozenset[str] = frozenset()
    answer: Mapping[str, Any] | None = None
    problem: str | None = None
    rating: Rating | None = None
    reason: str | None = None


def parse_turn(row: Sequence[Any]) -> StoredTurn:
    """Return the turn of a row with the columns of `turns`, from number to reason."""
    number, question, moment, ignored, stored_answer, problem, rating, reason = row
    answer: Any = None
    keys: Any = []
    try:
        keys = json.loads(ignored)
        answer = json.loads(stored_answer) if stored_answer is not None else None
        if not isinstance(answer, dict | None) or not isinstance(keys, list):
            raise ValueError("no answer")
    except (ValueError, RecursionError):
        answer, keys = None, []
        problem = "What was kept of this answer cannot be read."
    return StoredTurn(
        number,
        question,
        parse_time(moment),
        frozenset(map(str, keys)),
        answer,
        problem,
        rating if rating in ("up", "down") else None,
        reason,
    )


def parse_time(text: str) -> datetime:
    """Return an ISO time; the beginning of 1970 if it cannot be read."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
