"""Conversations on disk: questions, answers, ratings.

Each change is a transaction: a crash loses at most the answer to the last question.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sourcebook.index.errors import LibraryError
from sourcebook.index.store.database import Database

from .conversation_schema import (
    ConversationSummary,
    Rating,
    StoredTurn,
    open_database,
    parse_time,
    parse_turn,
)

__all__ = ["ConversationNotFound", "Conversations"]

LONGEST_NAME = 200
LONGEST_REASON = 2_000
LONGEST_ANSWER = 5_000_000
"""Characters. A longer answer was not written by us and is not read."""


class ConversationNotFound(LibraryError):
    """The conversation was deleted, here or in another window."""


class Conversations:
    """The conversations about one library.

    ``problem`` is a line that says why they end with this process, or what a damaged file is now
    called; None without a problem. Threads may share an object, processes the file.
    """

    def __init__(self, database: Database, problem: str | None = None) -> None:
        self._db = database
        self.problem = problem
        with database.reading() as db:
            db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the conversations of the library in ``folder``.

        A damaged file gets another name; where nothing can be written, they are in memory.
        """
        return cls(*open_database(folder))

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._db.close()

    # -- what is there ---------------------------------------------------------------------

    def __len__(self) -> int:
        return int(self._db.rows("SELECT count(*) FROM conversations")[0][0])

    def summaries(self, words: str = "", limit: int = 100) -> list[ConversationSummary]:
        """Return the conversations, newest first.

        Args:
            words: only conversations that have all of them in one turn, each as the beginning of a
                word, or in their name; empty for all.
            limit: the largest number of conversations.
        """
        terms = re.findall(r"\w+", words)[:16]
        values: list[object] = []
        where = "" if not words.strip() else "WHERE 0"
        if terms:
            where = (
                "WHERE c.key IN (SELECT t.conversation FROM turn_words w JOIN turns t "
                "ON t.key = w.rowid WHERE turn_words MATCH ?) OR "
                + " AND ".join("c.name LIKE ? ESCAPE '\\'" for _ in terms)
            )
            values = [" ".join(f'"{word}"*' for word in terms)]
            values += [f"%{_literal(word)}%" for word in terms]
        rows = self._db.rows(
            "SELECT c.id, c.name, c.changed, "
            "(SELECT count(*) FROM turns t WHERE t.conversation = c.key) "
            f"FROM conversations c {where} ORDER BY c.changed DESC, c.key DESC LIMIT ?",
            (*values, limit),
        )
        return [ConversationSummary(row[0], row[1], parse_time(row[2]), row[3]) for row in rows]

    def name(self, conversation_id: str) -> str:
        """Return the name of a conversation.

        Raises:
            ConversationNotFound: it was deleted.
        """
        rows = self._db.rows("SELECT name FROM conversations WHERE id = ?", (conversation_id,))
        if not rows:
            raise _not_found()
        return str(rows[0][0])

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """Return all turns of a conversation, in order.

        A turn whose answer cannot be read says so in ``problem``.

        Raises:
            ConversationNotFound: it was deleted.
        """
        self.name(conversation_id)
        rows = self._db.rows(
            "SELECT t.number, t.question, t.asked, t.ignored, "
            "CASE WHEN length(t.answer) <= ? THEN t.answer ELSE substr(t.answer, 1, 1) END, "
            "t.problem, t.rating, t.reason FROM turns t JOIN conversations c "
            "ON c.key = t.conversation WHERE c.id = ? ORDER BY t.number",
            (LONGEST_ANSWER, conversation_id),
        )
        return [parse_turn(row) for row in rows]

    def ratings(self, conversation_id: str) -> dict[int, tuple[Rating, str | None]]:
        """Return the ratings of a conversation's answers, with reasons, by number of turn."""
        rows = self._db.rows(
            "SELECT t.number, t.rating, t.reason FROM turns t JOIN conversations c "
            "ON c.key = t.conversation WHERE c.id = ? AND t.rating IS NOT NULL",
            (conversation_id,),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def rated_conversations(self) -> Iterator[tuple[str, list[StoredTurn]]]:
        """Yield the id and all turns of each conversation with a rated answer, the oldest first."""
        for (conversation_id,) in self._db.rows(
            "SELECT id FROM conversations c WHERE EXISTS (SELECT 1 FROM turns t "
            "WHERE t.conversation = c.key AND t.rating IS NOT NULL) ORDER BY key"
        ):
            yield conversation_id, self.turns(conversation_id)

    # -- changes ---------------------------------------------------------------------------

    def begin(self, question: str) -> str:
        """Begin a conversation with the name of its first question; return its id."""
        conversation_id, now = secrets.token_hex(8), _now()
        with self._db.changing() as db:
            db.execute(
                "INSERT INTO conversations (id, name, began, changed) VALUES (?, ?, ?, ?)",
                (conversation_id, _name(question), now, now),
            )
        return conversation_id

    def ask(
        self, conversation_id: str, number: int, question: str, ignored: Sequence[str] = ()
    ) -> None:
        """Store a question as turn ``number``, in place of that turn and all later ones.

        Args:
            conversation_id: as ``begin`` returned it.
            number: the position of the turn in its conversation.
            question: as the reader typed it.
            ignored: keys of the filters that it is asked without.

        Raises:
            ConversationNotFound: it was deleted.
        """
        with self._db.changing() as db:
            key = _key(db, conversation_id)
            turn = (key, number)
            _forget(db, "conversation = ? AND number >= ?", turn)
            cursor = db.execute(
                "INSERT INTO turns (conversation, number, question, ignored, asked) "
                "VALUES (?, ?, ?, ?, ?)",
                (*turn, _plain(question), json.dumps(sorted(ignored)), _now()),
            )
            db.execute(
                "INSERT INTO turn_words (rowid, question, answer) VALUES (?, ?, '')",
                (cursor.lastrowid, _plain(question)),
            )
            db.execute("UPDATE conversations SET changed = ? WHERE key = ?", (_now(), key))

    def answer(
        self,
        conversation_id: str,
        number: int,
        answer: Mapping[str, Any] | None,
        problem: str | None = None,
    ) -> None:
        """Store the answer of a turn, or a line that says why there is none.

        Does nothing when the turn was deleted meanwhile.

        Args:
            conversation_id: as ``begin`` returned it.
            number: the position of the turn in its conversation.
            answer: the JSON form of the answer; None where there is none.
            problem: the line for the reader where there is none.
        """
        data = _plain(json.dumps(answer, ensure_ascii=False)) if answer is not None else None
        with self._db.changing() as db:
            row = db.execute(
                "SELECT t.key FROM turns t JOIN conversations c ON c.key = t.conversation "
                "WHERE c.id = ? AND t.number = ?",
                (conversation_id, number),
            ).fetchone()
            if row is None:
                return
            db.execute(
                "UPDATE turns SET answer = ?, problem = ? WHERE key = ?", (data, problem, row[0])
            )
            text = _plain(str(answer.get("text", ""))) if answer is not None else ""
            db.execute("UPDATE turn_words SET answer = ? WHERE rowid = ?", (text, row[0]))

    def rate(
        self, conversation_id: str, number: int, rating: Rating | None, reason: str | None = None
    ) -> None:
        """Store a reader's rating of an answer.

        Args:
            conversation_id: as ``begin`` returned it.
            number: the position of the turn in its conversation.
            rating: None removes the one there is.
            reason: the reader's own words.

        Raises:
            ConversationNotFound: it was deleted.
        """
        text = _plain(reason or "").strip()[:LONGEST_REASON] or None
        with self._db.changing() as db:
            db.execute(
                "UPDATE turns SET rating = ?, reason = ? WHERE conversation = ? AND number = ?",
                (rating, text if rating else None, _key(db, conversation_id), number),
            )

    def rename(self, conversation_id: str, name: str) -> None:
        """Rename a conversation, unless the new name has no words.

        Raises:
            ConversationNotFound: it was deleted.
        """
        if not name.strip():
            return
        with self._db.changing() as db:
            db.execute(
                "UPDATE conversations SET name = ? WHERE key = ?",
                (_name(name), _key(db, conversation_id)),
            )

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with all its turns, if it exists."""
        with self._db.changing() as db:
            row = db.execute(
                "SELECT key FROM conversations WHERE id = ?", (conversation_id,)
            ).fetchone()
            if row:
                _forget(db, "conversation = ?", (row[0],))
                db.execute("DELETE FROM conversations WHERE key = ?", (row[0],))
                # Its words go from the index too, not only the pointers to them.
                db.execute("INSERT INTO turn_words (turn_words) VALUES ('optimize')")


def _forget(db: sqlite3.Connection, condition: str, values: Sequence[object]) -> None:
    keys = f"SELECT key FROM turns WHERE {condition}"
    db.execute(f"DELETE FROM turn_words WHERE rowid IN ({keys})", tuple(values))
    db.execute(f"DELETE FROM turns WHERE {condition}", tuple(values))


def _key(db: sqlite3.Connection, conversation_id: str) -> int:
    row = db.execute("SELECT key FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    if row is None:
        raise _not_found()
    return int(row[0])


def _not_found() -> ConversationNotFound:
    return ConversationNotFound("this conversation was deleted: begin a new one")


def _name(text: str) -> str:
    line = " ".join(_plain(text).split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def _plain(text: str) -> str:
    """Without the lone surrogates and zero bytes that SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _literal(word: str) -> str:
    """A word for LIKE, in which ``_`` and ``%`` mean themselves."""
    return re.sub(r"([%_\\])", r"\\\1", word)


def _now() -> str:
    return datetime.now(UTC).isoformat()
