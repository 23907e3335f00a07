"""A file of model replies: a prompt that was answered once is not given to the model again.

A run over thousands of questions takes as long as the model writes. A change around the model
leaves most prompts as they were, and a greedy model gives the same reply to the same prompt: so the
second run takes a fraction of the time.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sourcebook.eval.errors import EvaluationError
from sourcebook.index.documents.records import content_hash
from sourcebook.rag.llm.base import LanguageModel, Prompt

from .provenance import describe_model

_SCHEMA = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL)"


class ReplyCache:
    """A `LanguageModel` that asks ``model`` only what ``file`` does not hold.

    ``hits`` counts the replies that came from the file: times measured around them do not tell the
    model's speed. A reply that was cut off is not stored.

    Raises:
        EvaluationError: ``file`` is not a file of replies, or cannot be written.
    """

    def __init__(self, model: LanguageModel, file: Path) -> None:
        self._model, self._file = model, file
        self.name, self.context_size = model.name, model.context_size
        self.threads = getattr(model, "threads", None)
        self.hits = 0
        self._identity = json.dumps(describe_model(model.name), sort_keys=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._run(_SCHEMA)

    def load(self) -> None:
        self._model.load()

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)

    def read_ahead(self, prompt: Prompt) -> None:
        self._model.read_ahead(prompt)

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        key = self._key(prompt, f"reply of {max_tokens}")
        reply = self._find(key)
        if reply is not None:
            yield reply
            return
        pieces: list[str] = []
        for piece in self._model.stream(prompt, max_tokens=max_tokens, cancel=cancel):
            pieces.append(piece)
            yield piece
        if not (cancel and cancel.is_set()):
            self._store(key, "".join(pieces))

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        key = self._key(prompt, "odds")
        reply = self._find(key)
        if reply is not None:
            return float(reply)
        odds = self._model.yes_log_odds(prompt, cancel=cancel)
        if not (cancel and cancel.is_set()):
            self._store(key, repr(odds))
        return odds

    def _key(self, prompt: Prompt, kind: str) -> str:
        messages = [[message.role, message.content] for message in prompt]
        return content_hash(json.dumps([self._identity, self.context_size, kind, messages]))

    def _find(self, key: str) -> str | None:
        rows = self._run("SELECT reply FROM replies WHERE key = ?", key)
        self.hits += len(rows)
        return str(rows[0][0]) if rows else None

    def _store(self, key: str, reply: str) -> None:
        self._run("INSERT OR REPLACE INTO replies VALUES (?, ?)", key, reply)

    def _run(self, statement: str, *values: str) -> list[tuple[str]]:
        # A connection of its own each time: replies are read on by other threads, and seldom.
        try:
            with closing(sqlite3.connect(self._file)) as database, database:
                return database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise EvaluationError(
                f"{self._file} cannot be used for replies ({error}): choose another file"
            ) from None
