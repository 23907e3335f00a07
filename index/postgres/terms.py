"""The terms of texts, as FTS5 makes them, so that both stores find the same words."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from functools import cache

from sourcebook.index.segments.terms import open_term_tables
from sourcebook.index.store.rows import index_text

LONGEST_TERM = 200
"""Bytes of a term that are kept as they are; an index of PostgreSQL takes 2,700."""

_SURELY_SHORT = LONGEST_TERM // 4  # a letter takes four bytes at most

_COUNTING = threading.Lock()


def count_terms(texts: Sequence[tuple[str, str]]) -> list[dict[str, int]]:
    """Return how often each term stands in each text.

    Args:
        texts: titles and texts.

    Returns:
        For each text, term -> how often it stands in the title and the text together.
    """
    counts: list[dict[str, int]] = [{} for _ in texts]
    with _COUNTING:
        db = _counter()
        db.executemany(
            "INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)",
            [(at, index_text(title), index_text(text)) for at, (title, text) in enumerate(texts)],
        )
        for term, at, count in db.execute("SELECT term, doc, count(*) FROM terms GROUP BY 1, 2"):
            counts[at][term if len(term) <= _SURELY_SHORT else stored_term(term)] = count
        db.execute("DELETE FROM texts")
    return counts


def count_phrase(texts: Sequence[tuple[str, str]], phrase: Sequence[str]) -> list[int]:
    """Return how often terms stand side by side in each text.

    Args:
        texts: titles and texts.
        phrase: the terms, in their order.
    """
    counts = [0] * len(texts)
    with _COUNTING:
        db = _counter()
        db.executemany(
            "INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)",
            [(at, index_text(title), index_text(text)) for at, (title, text) in enumerate(texts)],
        )
        places: dict[tuple[int, str], set[int]] = {}
        for term, at, column, offset in db.execute("SELECT term, doc, col, offset FROM terms"):
            if term in phrase:
                places.setdefault((at, f"{column} {term}"), set()).add(offset)
        db.execute("DELETE FROM texts")
    for at in range(len(texts)):
        for column in ("title", "text"):
            positions = [places.get((at, f"{column} {term}"), set()) for term in phrase]
            counts[at] += sum(
                all(first + step in offsets for step, offsets in enumerate(positions))
                for first in positions[0]
            )
    return counts


def stored_term(term: str) -> str:
    """Return a term as it is kept: a long one by its beginning and its digest."""
    data = term.encode()
    if len(data) <= LONGEST_TERM:
        return term
    return f"{data[:32].decode(errors='ignore')} {hashlib.sha256(data).hexdigest()}"


@cache
def _counter() -> sqlite3.Connection:
    return open_term_tables("title, text")
