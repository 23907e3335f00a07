"""Passages by their words: the sums of BM25 over the postings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.postgres.server.database import PostgresConnection, PostgresDatabase
from sourcebook.index.search.bm25 import K1, LEAST_WEIGHT, B, Matches, tokenize
from sourcebook.index.search.mentions import Forms, PhrasePassage

from .postings import TermPostings, count_passages, read_postings
from .terms import count_phrase, stored_term

_NO_KEYS = np.zeros(0, np.int64)


class PostgresWords:
    """The words of all passages that may be read. Threads may share one.

    Nothing is remembered between two searches: what others commit is found at once, and a program
    that only searches needs no memory for a library of any size.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._db = database

    def match(self, words: Sequence[str]) -> Matches:
        """Score the passages by words, as `bm25.WordIndex` does.

        Args:
            words: a word that is in it twice counts twice.

        Returns:
            The scores of those that hold a word.

        Raises:
            LibraryDamaged, LibraryBusy, LibraryError: the database cannot be read.
        """
        queries = [query for word in words if (query := tokenize(word))]
        terms = sorted({term for query in queries for term in query})
        if not queries:
            return Matches(_NO_KEYS, np.zeros(0))
        with self._db.snapshot() as db:
            passages, total = count_passages(db)
            postings = read_postings(db, [stored_term(term) for term in terms])
            found = [postings.get(stored_term(query[0])) for query in queries if len(query) == 1]
            found += [_phrase(db, query, postings) for query in queries if len(query) > 1]
        counts = {t: len(p.keys) if (p := postings.get(stored_term(t))) else 0 for t in terms}
        weights = {t: math.log1p((passages - n + 0.5) / (n + 0.5)) for t, n in counts.items()}
        matches = [match for match in found if match is not None and len(match.keys)]
        if not matches:
            return Matches(_NO_KEYS, np.zeros(0), weights)
        keys = np.unique(np.concatenate([match.keys for match in matches]))
        scores = np.zeros(len(keys))
        mean = max(total / max(passages, 1), 1e-9)
        for match in matches:
            rows = np.searchsorted(keys, match.keys)
            weight = (passages - len(match.keys) + 0.5) / (len(match.keys) + 0.5)
            idf = max(LEAST_WEIGHT, math.log(weight))
            room = K1 * (1 - B + B * match.words / mean)
            scores[rows] += idf * (K1 + 1) * match.counts / (match.counts + room)
        return Matches(keys, scores, weights)


def holding(db: PostgresConnection, forms: Forms) -> Iterator[PhrasePassage]:
    """Yield the passages that hold a form of each word of a phrase, in the order of the documents.

    Args:
        db: a connection.
        forms: the words, as `mentions.passages_with_forms` takes them.
    """
    terms = {
        stored_term(term)
        for ways in forms
        for way in ways
        for word in way
        for form in word
        for term in tokenize(form)
    }
    postings = read_postings(db, sorted(terms))

    def holders(form: str) -> NDArray[np.int64]:
        return _all_of(
            [p.keys if (p := postings.get(stored_term(t))) else _NO_KEYS for t in tokenize(form)]
        )

    keys = _all_of(
        [
            _any_of([_all_of([_any_of(map(holders, word)) for word in way]) for way in ways])
            for ways in forms
        ]
    )
    yield from db.execute(
        "SELECT d.id, p.id, p.start, d.title, substr(d.text, p.start + 1, p.end - p.start), "
        "d.language FROM passages p JOIN documents d ON d.key = p.document_key "
        "WHERE p.key = ANY (?) ORDER BY d.key, p.start",
        (keys.tolist(),),
    )


def _phrase(
    db: PostgresConnection, terms: Sequence[str], postings: dict[str, TermPostings]
) -> TermPostings | None:
    """The passages in which terms stand side by side, as an underscore in a word makes it."""
    parts = [postings.get(stored_term(term)) for term in terms]
    present = [part for part in parts if part is not None]
    if len(present) < len(parts):
        return None
    keys = _all_of([part.keys for part in present])
    rows = db.execute(
        "SELECT p.key, p.heading, substr(d.text, p.start + 1, p.end - p.start), p.words "
        "FROM passages p JOIN documents d ON d.key = p.document_key "
        "WHERE p.key = ANY (?) ORDER BY p.key",
        (keys.tolist(),),
    ).fetchall()
    counts = count_phrase([(row[1], row[2]) for row in rows], terms)
    hits = [(row[0], count, row[3]) for row, count in zip(rows, counts, strict=True) if count]
    return TermPostings(*np.array(hits, np.int64).reshape(-1, 3).T)


def _any_of(sets: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.unique(np.concatenate([_NO_KEYS, *sets]))


def _all_of(sets: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    if not sets:
        return _NO_KEYS
    common = sets[0]
    for other in sets[1:]:
        common = np.intersect1d(common, other)
    return common
