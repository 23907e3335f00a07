"""The terms of texts, as FTS5 makes them: stems, without case and accents."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.store.schema import TOKENIZER
from sourcebook.index.store.sql import numbers

from .postings import COUNT_LIMIT, Postings

TEXT_FROM = 1024
"""The place of the first term of a text; those of its title come before, so that no words of both
stand side by side."""


def count_terms(texts: Sequence[tuple[str, str]]) -> Postings:
    """Return which terms stand in which texts, how often and where.

    Args:
        texts: titles and texts; the first is row 0.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        options = f"tokenize = '{TOKENIZER}', content = '', columnsize = 0"
        db.execute(f"CREATE VIRTUAL TABLE texts USING fts5 (title, text, {options})")
        db.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab (texts, row)")
        db.execute("CREATE VIRTUAL TABLE instances USING fts5vocab (texts, instance)")
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)",
            ((row, *text) for row, text in enumerate(texts)),
        )
        db.execute("COMMIT")
        # Both tables give the terms in one order. The instances come as one text, since a Python
        # object for each takes five times as long.
        words = db.execute("SELECT term, cnt FROM vocabulary").fetchall()
        rows, places = db.execute(
            f"SELECT group_concat(doc), group_concat(offset + (col = 'text') * {TEXT_FROM}) "  # noqa: S608
            "FROM instances"
        ).fetchone()
    return _postings(
        [term for term, _ in words],
        np.array([count for _, count in words], np.int64),
        numbers(rows),
        numbers(places),
        len(texts),
    )


def _postings(
    terms: Sequence[str],
    sizes: NDArray[np.int64],
    rows: NDArray[np.int64],
    places: NDArray[np.int64],
    count: int,
) -> Postings:
    """Make postings of the places of all terms, term by term and row by row."""
    term = np.repeat(np.arange(len(terms)), sizes)
    ids = term * max(count, 1) + rows
    order = np.lexsort((places, ids))  # the title's come behind the text's in some versions
    ids, places = ids[order], places[order]
    first = np.flatnonzero(np.diff(ids, prepend=-1))
    counts = np.diff(first, append=len(ids))
    within = np.arange(len(ids)) - np.repeat(first, counts)
    starts = np.searchsorted(term[order][first], np.arange(len(terms) + 1))
    few = within < COUNT_LIMIT  # no passage has so many; its score would hardly change
    return Postings.of(
        terms,
        starts,
        rows[order][first].astype(np.int32),
        np.minimum(counts, COUNT_LIMIT).astype(np.uint8),
        np.minimum(places[few], np.iinfo(np.uint16).max).astype(np.uint16),
        np.bincount(rows, minlength=count).astype(np.int32),
    )


def tokenize(word: str) -> tuple[str, ...]:
    """Return the terms of a word: one, its stem, without case and accents. More where it is several
    words to FTS5, none where it is none."""
    return tokenize_all([word])[0]


def tokenize_all(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the terms of each of some words; together they take a fifth of the time."""
    with _TOKENIZING:
        missing = [word for word in dict.fromkeys(words) if word not in _TERMS]
        if missing:
            if len(_TERMS) + len(missing) > _REMEMBERED:
                _TERMS.clear()
                missing = list(dict.fromkeys(words))
            _TERMS.update(zip(missing, _terms_of(missing), strict=True))
        return [_TERMS[word] for word in words]


def _terms_of(words: Sequence[str]) -> list[tuple[str, ...]]:
    db = _tokenizer()
    db.execute("BEGIN")
    try:
        db.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(words))
        rows = db.execute("SELECT doc, term FROM terms ORDER BY doc, offset").fetchall()
    finally:
        db.execute("ROLLBACK")
    terms: list[list[str]] = [[] for _ in words]
    for at, term in rows:
        terms[at].append(term)
    return [tuple(word_terms) for word_terms in terms]


_TOKENIZING = threading.Lock()

_REMEMBERED = 65_536

_TERMS: dict[str, tuple[str, ...]] = {}
"""Those of words that were asked for."""


@cache
def _tokenizer() -> sqlite3.Connection:
    return open_term_tables("text")


def open_term_tables(columns: str) -> sqlite3.Connection:
    """Return a database in memory with the terms of texts.

    Args:
        columns: of its table ``texts``. Its table ``terms`` has term, doc, col and offset.
    """
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.execute(f"CREATE VIRTUAL TABLE texts USING fts5 ({columns}, tokenize = '{TOKENIZER}')")
    db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (texts, instance)")
    return db
