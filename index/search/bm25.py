"""Which passages hold the words of a question, and how much that says: BM25.

The postings are FTS5's own, read through its fts5vocab table, so they change in the transaction
that changes the passages. Only the sums are worked out here: FTS5 looks up the length of each row
that a query matches. In 100,000 passages of real sentences one search of a question took FTS5 85 ms
of processor time (median of 50 questions; 95th percentile 204), this 14 (42), and 2.5 (4) once its
words were searched for before; one question may search several times. The scores are FTS5's.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.finding.spelling import Spelling, other_spellings
from sourcebook.index.store.database import Database
from sourcebook.index.store.schema import TOKENIZER

from .word_forms import spellings

Keys = NDArray[np.int64]

MAX_POSTINGS = 4_000_000
"""Postings kept in memory, of 8 bytes each."""

K1, B = 1.2, 0.75
LEAST_WEIGHT = 1e-6  # of a word that stands in half of the passages or more, as in FTS5


@dataclass(frozen=True, slots=True)
class Matches:
    """The BM25 score of every passage for some words: ``scores[row]`` is that of ``keys[row]``,
    higher is better, 0 where it holds none of them. ``keys`` are in ascending order. ``weights``:
    what each term counts, ln(1 + (N - n + 0.5) / (n + 0.5)), N passages of which n hold it;
    ``forms``: terms that stand for one of these, being other spellings of it."""

    keys: Keys
    scores: NDArray[np.float64]
    weights: Mapping[str, float] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)

    def best(self, limit: int, among: Collection[int] | None = None) -> dict[int, float]:
        """Return the passages that hold a word and fit best.

        Args:
            limit: how many at most.
            among: the keys of the passages to look among; by default all.

        Returns:
            Passage key -> score, best first; equal scores by key.
        """
        rows = np.flatnonzero(self.scores > 0)
        if among is not None:
            allowed = np.fromiter(among, np.int64, len(among))
            rows = rows[np.isin(self.keys[rows], allowed)]
        if len(rows) > limit > 0:  # all that are as good as the last to be taken
            last = np.partition(self.scores[rows], len(rows) - limit)[len(rows) - limit]
            rows = rows[self.scores[rows] >= last]
        order = rows[np.argsort(-self.scores[rows], kind="stable")][:limit]
        return dict(zip(self.keys[order].tolist(), self.scores[order].tolist(), strict=True))

    def of(self, keys: Sequence[int]) -> dict[int, float]:
        """Return passage key -> score, for those of ``keys`` that are passages."""
        if not len(self.keys):
            return {}
        wanted_keys = np.asarray(keys, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, wanted_keys), len(self.keys) - 1)
        return {
            int(key): float(self.scores[row])
            for key, row in zip(wanted_keys, rows, strict=True)
            if self.keys[row] == key
        }


class WordIndex:
    """The words of all passages. Threads may share one.

    Raises, from every method: as `Database` does.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self._lock = threading.Lock()
        self._postings: _Postings | None = None

    def match(self, words: Sequence[str]) -> Matches:
        """Score all passages by words.

        BM25 with k1 = 1.2, b = 0.75 over Porter stems; idf = ln((N - n + 0.5) / (n + 0.5)), 1e-6 at
        least (sqlite.org/fts5.html, 5.1.1).

        Args:
            words: a word that is in it twice counts twice.

        Returns:
            The scores, in the library's present generation.

        Raises:
            LibraryDamaged: the words are of other passages than the library holds.
            LibraryBusy, LibraryError: as `Database` raises them.
        """
        with self._lock, self._db.snapshot() as db:
            generation = _generation(db)
            if self._postings is None or self._postings.generation != generation:
                self._postings = _Postings(db, generation)
            postings = self._postings
            postings.db = db
            scores = np.zeros(len(postings.keys))
            weights: dict[str, float] = {}
            forms: dict[str, str] = {}
            for word in words:
                own = postings.spelling(word)
                variants = other_spellings(word, spellings(word), postings)
                counts = [postings.add(spelling, scores) for spelling in (own, *variants)]
                if len(own.terms) == 1 or any(counts):
                    weights[own.key] = postings.weight(max(counts))
                    forms |= {other.key: own.key for other in variants}
        return Matches(postings.keys, scores, weights, forms)

    def texts(self, keys: Sequence[int]) -> dict[int, str]:
        """Return passage key -> its text as it was indexed, for keys that are in the library."""
        marks = ", ".join("?" * len(keys))
        return dict(
            self._db.rows(
                f"SELECT rowid, text FROM passages_words WHERE rowid IN ({marks})",  # noqa: S608
                tuple(keys),
            )
        )


class _Postings:
    """Which rows hold a term and how often, for the terms last asked for, in one generation."""

    def __init__(self, db: sqlite3.Connection, generation: int) -> None:
        self.db = db
        self.generation = generation
        self._vocabulary: dict[str, list[str]] = {}
        self.keys, lengths = _lengths(db)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        self._room = K1 * (1 - B + B * lengths / max(mean, 1e-9))
        self._terms: OrderedDict[str, tuple[NDArray[np.int32], NDArray[np.int32]]] = OrderedDict()
        self._size = 0

    def spelling(self, text: str) -> Spelling:
        """Return the terms of a word."""
        return Spelling(tokenize(text), text)

    def count(self, spelling: Spelling) -> int:
        """Return how many passages hold a word."""
        if len(spelling.terms) > 1:
            return len(self._phrase(spelling.text)) if all(map(self._count, spelling.terms)) else 0
        return sum(map(self._count, spelling.terms))

    def vocabulary(self, letter: str) -> Sequence[str]:
        """Return the terms that begin with a letter."""
        if letter not in self._vocabulary:
            rows = self.db.execute(
                "SELECT term FROM temp.passages_vocabulary WHERE term >= ? AND term < ?",
                (letter, chr(ord(letter) + 1)),
            )
            self._vocabulary[letter] = [term for (term,) in rows]
        return self._vocabulary[letter]

    def add(self, spelling: Spelling, scores: NDArray[np.float64]) -> int:
        """Add what a word counts to the scores of its rows; return how many they are."""
        if len(spelling.terms) == 1:
            return self._add_term(spelling.terms[0], scores)
        return self._add_phrase(spelling, scores)

    def weight(self, count: int) -> float:
        """Return what a word of ``count`` passages counts, more than 0 even if most hold it."""
        return math.log1p((len(self.keys) - count + 0.5) / (count + 0.5))

    def _add_term(self, term: str, scores: NDArray[np.float64]) -> int:
        rows, counts = self._of(term)
        if len(rows):
            weight = (len(self.keys) - len(rows) + 0.5) / (len(rows) + 0.5)
            idf = max(LEAST_WEIGHT, math.log(weight))
            scores[rows] += idf * (K1 + 1) * counts / (counts + self._room[rows])
        return len(rows)

    def _add_phrase(self, spelling: Spelling, scores: NDArray[np.float64]) -> int:
        """The same for a word that is several terms to FTS5, side by side (as an underscore in it
        makes it)."""
        if not all(map(self._count, spelling.terms)):
            return 0
        matches = self._phrase(spelling.text)
        for key, score in matches:
            scores[self._rows(np.asarray([key], np.int64))] += score
        return len(matches)

    def _phrase(self, text: str) -> list[tuple[int, float]]:
        quoted = text.replace('"', '""')
        return self.db.execute(
            "SELECT rowid, -rank FROM passages_words WHERE passages_words MATCH ?",
            (f'"{quoted}"',),
        ).fetchall()

    def _count(self, term: str) -> int:
        return len(self._of(term)[0])

    def _of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        if term in self._terms:
            self._terms.move_to_end(term)
            return self._terms[term]
        # As one text: a Python object for each of the postings takes five times as long.
        (documents,) = self.db.execute(
            "SELECT group_concat(doc) FROM temp.passages_terms WHERE term = ?", (term,)
        ).fetchone()
        keys, counts = _runs(_numbers(documents))
        postings = self._rows(keys), counts.astype(np.int32)
        self._terms[term] = postings
        self._size += len(keys)
        while self._size > MAX_POSTINGS and len(self._terms) > 1:
            self._size -= len(self._terms.popitem(last=False)[1][0])
        return postings

    def _rows(self, keys: Keys) -> NDArray[np.int32]:
        rows = np.searchsorted(self.keys, keys)
        if len(rows) and (rows[-1] >= len(self.keys) or (self.keys[rows] != keys).any()):
            raise sqlite3.DatabaseError("its words are of other passages than it holds")
        return rows.astype(np.int32)


def _generation(db: sqlite3.Connection) -> int:
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.passages_terms "
        "USING fts5vocab(main, passages_words, instance)"
    )
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.passages_vocabulary "
        "USING fts5vocab(main, passages_words, row)"
    )
    row = db.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    return int(row[0]) if row else 0


def _lengths(db: sqlite3.Connection) -> tuple[Keys, NDArray[np.float64]]:
    """The passages' keys, ascending, and how many tokens each has, its title's too.

    The docsize table holds for each row a varint for each of the two columns, title and text
    (sqlite.org/fts5.html, 9.4): big-endian, seven bits a byte, the high bit set but in the last.
    """
    ids, sizes = db.execute(
        "SELECT group_concat(id), group_concat(hex(sz), '') FROM "
        "(SELECT id, sz FROM passages_words_docsize ORDER BY id)"
    ).fetchone()
    data = np.frombuffer(bytes.fromhex(sizes or ""), np.uint8)
    last = np.flatnonzero(data < 0x80)
    number = np.searchsorted(last, np.arange(len(data)))  # which of the varints a byte is of
    values = np.bincount(number, (data & 0x7F) * 128.0 ** (last[number] - np.arange(len(data))))
    keys = _numbers(ids)
    if len(values) != 2 * len(keys):
        raise sqlite3.DatabaseError("the lengths of its passages are not those of its passages")
    return keys, values.reshape(-1, 2).sum(axis=1)


@lru_cache(maxsize=65536)
def tokenize(word: str) -> tuple[str, ...]:
    """Return the terms that FTS5 stores for a word: one, its stem, without case and accents. More
    where it is several words to FTS5, none where it is none."""
    with _TOKENIZING:
        db = _tokenizer()
        db.execute("INSERT INTO words (text) VALUES (?)", (word,))
        rows = db.execute("SELECT term FROM terms ORDER BY offset").fetchall()
        db.execute("DELETE FROM words")
    return tuple(row[0] for row in rows)


_TOKENIZING = threading.Lock()


@cache
def _tokenizer() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.execute(f"CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = '{TOKENIZER}')")
    db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (words, instance)")
    return db


def _runs(values: Keys) -> tuple[Keys, Keys]:
    """Each of the ascending ``values`` once, and how often it is there."""
    first = np.flatnonzero(np.diff(values, prepend=values[:1] - 1))
    return values[first], np.diff(first, append=len(values))


def _numbers(text: str | None) -> Keys:
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)
