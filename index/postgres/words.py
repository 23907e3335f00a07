"""Passages by their words: the sums of BM25 over the postings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.finding.spelling import Spelling, other_spellings
from sourcebook.index.postgres.server.database import PostgresConnection, PostgresDatabase
from sourcebook.index.search.bm25 import K1, LEAST_WEIGHT, B, Matches
from sourcebook.index.search.mentions import Forms, PhrasePassage, keys_with_forms
from sourcebook.index.search.word_forms import spellings
from sourcebook.index.segments.terms import tokenize, tokenize_all

from .postings import BLOCK, NO_POSTINGS, TermPostings, read_postings
from .selection import array_of
from .term_cache import CachedTerms, TermCache, TermState
from .terms import count_phrase, stored_term

_NO_KEYS = np.zeros(0, np.int64)


class PostgresWords:
    """The words of all passages that may be read. Threads may share one.

    What others commit is found at once: a search begins with the state of the library, what is kept
    of one search for the next is of that state (`TermCache`), and a search during which it changes
    begins anew (`Collection.search`).
    """

    def __init__(self, database: PostgresDatabase, state: Callable[[], TermState]) -> None:
        """Take a library, and what tells its state."""
        self._db, self._state = database, state
        self._cache = TermCache()

    def match(self, words: Sequence[str]) -> Matches:
        """Score the passages by words, as `bm25.WordIndex` does.

        Args:
            words: a word that is in it twice counts twice.

        Returns:
            The scores of those that hold a word.

        Raises:
            LibraryDamaged, LibraryBusy, LibraryError: the database cannot be read.
        """
        if not words:
            return Matches(_NO_KEYS, np.zeros(0))
        weights: dict[str, float] = {}
        forms: dict[str, str] = {}
        matches: list[tuple[TermPostings, float]] = []
        state = self._state()
        with self._db.reading() as db:
            postings = _Postings(db, self._cache.of(state))
            postings.fetch(tokenize_all([f for word in words for f in (word, *spellings(word))]))
            for word in words:
                own = postings.spelling(word)
                if not postings.count(own):  # it may be two words
                    postings.fetch(map(tokenize, _ends(word)))
                variants = other_spellings(word, spellings(word), postings)
                spelling_matches = [postings.of(spelling) for spelling in (own, *variants)]
                counts = [len(match) for match in spelling_matches]
                if len(own.terms) == 1 or any(counts):
                    weights[own.key] = math.log1p(postings.odds(max(counts)))
                    forms |= {other.key: own.key for other in variants}
                matches += [
                    (match, max(LEAST_WEIGHT, math.log(postings.odds(count))))
                    for match, count in zip(spelling_matches, counts, strict=True)
                    if count
                ]
        # A score for each place of the blocks that hold a word: so none of them is looked for.
        blocks = np.unique(np.concatenate([_NO_KEYS, *(match.blocks for match, _ in matches)]))
        scores = np.zeros(len(blocks) * BLOCK)
        for match, idf in matches:
            starts = np.searchsorted(blocks, match.blocks) * BLOCK
            rows = np.repeat(starts, match.sizes) + match.entries["at"]
            counts_here = match.entries["count"].astype(np.float64)
            room = K1 * (1 - B) + K1 * B / postings.mean * match.entries["words"]
            scores[rows] += idf * (K1 + 1) * counts_here / (counts_here + room)
        keys = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        return Matches(keys, scores, weights, forms)


class _Postings:
    """The postings that one search needs, each asked for once: a `spelling.Speller`."""

    def __init__(self, db: PostgresConnection, cache: CachedTerms) -> None:
        self._db = db
        self._cache = cache
        self._terms: dict[str, TermPostings] = {}
        self._phrases: dict[tuple[str, ...], TermPostings] = {}
        self._passages = cache.state.passages
        self.mean = max(cache.state.words / max(self._passages, 1), 1e-9)

    def spelling(self, text: str) -> Spelling:
        """Return the terms of a word."""
        return Spelling(tokenize(text), text)

    def count(self, spelling: Spelling) -> int:
        """Return how many passages hold a word."""
        return len(self.of(spelling))

    def vocabulary(self, letter: str) -> Sequence[str]:
        """Return the terms that begin with a letter."""
        if letter not in self._cache.letters:
            rows = self._db.execute(
                "SELECT DISTINCT term FROM postings WHERE term >= ? AND term < ? ORDER BY term",
                (letter, chr(ord(letter) + 1)),
            )
            self._cache.letters[letter] = [term for (term,) in rows]
        return self._cache.letters[letter]

    def odds(self, count: int) -> float:
        """Return how many passages hold a word not, for each of ``count`` that do."""
        return (self._passages - count + 0.5) / (count + 0.5)

    def fetch(self, words: Iterable[Sequence[str]]) -> None:
        """Ask for the postings of all terms that are not here yet, at once."""
        missing = {stored_term(t) for terms in words for t in terms} - self._terms.keys()
        self._terms |= self._cache.take(missing)
        if unread := sorted(missing - self._terms.keys()):
            postings = dict.fromkeys(unread, NO_POSTINGS) | read_postings(self._db, unread)
            self._cache.put(postings)
            self._terms |= postings

    def of(self, spelling: Spelling) -> TermPostings:
        """Return the passages that hold a word."""
        if not spelling.terms:
            return NO_POSTINGS
        self.fetch([spelling.terms])
        if len(spelling.terms) == 1:
            return self._terms[stored_term(spelling.terms[0])]
        if spelling.terms not in self._phrases:
            parts = [self._terms[stored_term(term)] for term in spelling.terms]
            self._phrases[spelling.terms] = _phrase(self._db, spelling.terms, parts)
        return self._phrases[spelling.terms]


def holding(db: PostgresConnection, forms: Forms) -> Iterator[PhrasePassage]:
    """Yield the passages that hold a form of each word of a phrase, in the order of the documents.

    Args:
        db: a connection.
        forms: the words, as `mentions.keys_with_forms` takes them.
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

    keys = keys_with_forms(forms, holders)
    yield from db.execute(
        "SELECT d.id, p.id, p.start, d.title, substr(d.text, p.start + 1, p.end - p.start), "
        "d.language FROM passages p JOIN documents d ON d.key = p.document_key "
        "WHERE p.key = ANY (?::bigint[]) ORDER BY d.key, p.start",
        (array_of(keys.tolist()),),
    )


def _phrase(
    db: PostgresConnection, terms: Sequence[str], parts: Sequence[TermPostings]
) -> TermPostings:
    """The passages in which terms stand side by side, as an underscore in a word makes it."""
    keys = _all_of([part.keys for part in parts])
    if not len(keys):
        return NO_POSTINGS
    rows = db.execute(
        "SELECT p.key, p.heading, substr(d.text, p.start + 1, p.end - p.start), p.words "
        "FROM passages p JOIN documents d ON d.key = p.document_key "
        "WHERE p.key = ANY (?::bigint[]) ORDER BY p.key",
        (array_of(keys.tolist()),),
    ).fetchall()
    counts = count_phrase([(row[1], row[2]) for row in rows], terms)
    hits = [(row[0], count, row[3]) for row, count in zip(rows, counts, strict=True) if count]
    return TermPostings.of(hits)


def _ends(word: str) -> list[str]:
    """The beginnings and the ends of a word."""
    return [part for n in range(3, len(word) - 2) for part in (word[:n], word[n:])]


def _all_of(sets: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    if not sets:
        return _NO_KEYS
    common = sets[0]
    for other in sets[1:]:
        common = np.intersect1d(common, other)
    return common
