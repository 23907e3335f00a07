"""Which passages hold the words of a question, and how much that says: BM25 as FTS5 has it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.finding.spelling import Spelling, other_spellings
from sourcebook.index.segments.segment import Segment
from sourcebook.index.segments.snapshot import Snapshot
from sourcebook.index.segments.terms import TEXT_FROM, tokenize, tokenize_all

from .filters import key_array
from .word_forms import spellings

Keys = NDArray[np.int64]

K1, B = 1.2, 0.75
LEAST_WEIGHT = 1e-6  # of a word that stands in half of the passages or more, as in FTS5

_SHARE = 16
"""One row of so many tells what the best have at least, so that few rows are sorted."""


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
            is_allowed = np.zeros(len(self.keys), bool)
            is_allowed[self._rows_of(key_array(among))] = True
            rows = rows[is_allowed[rows]]
        if len(rows) > _SHARE * limit > 0:  # the best of a part are no better than those of all
            part = self.scores[rows[::_SHARE]]
            if len(part) >= limit:
                least = np.partition(part, len(part) - limit)[len(part) - limit]
                rows = rows[self.scores[rows] >= least]
        if len(rows) > limit > 0:  # all that are as good as the last to be taken
            last = np.partition(self.scores[rows], len(rows) - limit)[len(rows) - limit]
            rows = rows[self.scores[rows] >= last]
        order = rows[np.argsort(-self.scores[rows], kind="stable")][:limit]
        return dict(zip(self.keys[order].tolist(), self.scores[order].tolist(), strict=True))

    def of(self, keys: Sequence[int]) -> dict[int, float]:
        """Return passage key -> score, for those of ``keys`` that are passages."""
        rows = self._rows_of(np.asarray(keys, np.int64))
        return dict(zip(self.keys[rows].tolist(), self.scores[rows].tolist(), strict=True))

    def _rows_of(self, keys: Keys) -> NDArray[np.int64]:
        """The rows of those of some keys that are passages, in their order."""
        if not len(self.keys):
            return np.zeros(0, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(rows[self.keys[rows] == keys])


class WordIndex:
    """The words of all passages. Threads may share one."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        """Take what gives the snapshot of the library's present generation."""
        self._snapshot = snapshot
        self._rooms: tuple[Snapshot, Sequence[NDArray[np.floating[Any]]]] | None = None

    def match(self, words: Sequence[str]) -> Matches:
        """Score all passages by words.

        BM25 with k1 = 1.2, b = 0.75 over Porter stems; idf = ln((N - n + 0.5) / (n + 0.5)), 1e-6 at
        least (sqlite.org/fts5.html, 5.1.1).

        Args:
            words: a word that is in it twice counts twice.

        Returns:
            The scores, in the library's present generation.

        Raises:
            LibraryDamaged, LibraryBusy, LibraryError: as `Snapshots` raises them.
        """
        snapshot = self._snapshot()
        lookup = _SnapshotWords(snapshot, self._rooms_of(snapshot))
        weights: dict[str, float] = {}
        forms: dict[str, str] = {}
        ways = [spellings(word) for word in words]
        tokenize_all([*words, *chain.from_iterable(ways)])  # at once, as each is asked for below
        for word, others in zip(words, ways, strict=True):
            own = lookup.spelling(word)
            variants = other_spellings(word, others, lookup)
            counts = [lookup.add(spelling) for spelling in (own, *variants)]
            if len(own.terms) == 1 or any(counts):
                weights[own.key] = lookup.weight(max(counts))
                forms |= {other.key: own.key for other in variants}
        return Matches(snapshot.keys, np.concatenate([np.zeros(0), *lookup.scores]), weights, forms)

    def holding(self, form: str) -> Keys:
        """Return the keys of the passages that hold a word in this form."""
        lookup = _SnapshotWords(self._snapshot())
        return lookup.keys(lookup.spelling(form))

    def places(self, keys: Sequence[int], terms: Collection[str]) -> dict[str, list[Standing]]:
        """Return where terms stand in the texts of some passages: their keys, and the places."""
        standings: dict[str, list[Standing]] = {term: [] for term in terms}
        for segment in self._snapshot().segments:
            rows = segment.rows_of(np.sort(np.asarray(keys, np.int64)))
            for term in terms if len(rows) else ():
                number = segment.postings.find(term)
                if number is not None:
                    at, places = segment.postings.places_in(number, rows)
                    in_text = places >= TEXT_FROM
                    standings[term] += zip(
                        segment.keys[at[in_text]].tolist(), places[in_text].tolist(), strict=True
                    )
        return standings

    def _rooms_of(self, snapshot: Snapshot) -> Sequence[NDArray[np.floating[Any]]]:
        """What the length of each row takes off its counts, which every search of a snapshot
        needs."""
        rooms = self._rooms
        if rooms is None or rooms[0] is not snapshot:
            lengths = (segment.postings.lengths for segment in snapshot.segments)
            rooms = (snapshot, [K1 * (1 - B + B * words / snapshot.mean) for words in lengths])
            self._rooms = rooms
        return rooms[1]


Standing = tuple[int, int]
_Hits = tuple[NDArray[np.int32], NDArray[np.integer[Any]]]
"""Rows of a segment, and how often each holds something."""


class _SnapshotWords:
    """The words of one snapshot, each looked up once, and the scores that they sum up to."""

    def __init__(self, snapshot: Snapshot, rooms: Sequence[NDArray[np.floating[Any]]] = ()) -> None:
        self.snapshot, self._rooms = snapshot, rooms
        self.scores = [np.zeros(len(segment.keys)) for segment in snapshot.segments]
        self._hits: dict[tuple[str, ...], list[_Hits]] = {}

    def spelling(self, text: str) -> Spelling:
        """Return the terms of a word."""
        return Spelling(tokenize(text), text)

    def count(self, spelling: Spelling) -> int:
        """Return how many passages hold a word."""
        return sum(len(rows) for rows, _ in self._of(spelling.terms))

    def vocabulary(self, letter: str) -> Sequence[str]:
        """Return the terms that begin with a letter."""
        return self.snapshot.vocabulary(letter)

    def add(self, spelling: Spelling) -> int:
        """Add what a word counts to the scores of its rows; return how many they are."""
        count = self.count(spelling)
        idf = max(LEAST_WEIGHT, math.log((self.snapshot.count - count + 0.5) / (count + 0.5)))
        if count:
            for (rows, counts), scores, rooms in zip(
                self._of(spelling.terms), self.scores, self._rooms, strict=True
            ):
                scores[rows] += idf * (K1 + 1) * counts / (counts + rooms[rows])
        return count

    def weight(self, count: int) -> float:
        """Return what a word of ``count`` passages counts, more than 0 even if most hold it."""
        return math.log1p((self.snapshot.count - count + 0.5) / (count + 0.5))

    def keys(self, spelling: Spelling) -> Keys:
        """Return the keys of the passages that hold a word."""
        hits = zip(self._of(spelling.terms), self.snapshot.segments, strict=True)
        return np.concatenate(
            [np.zeros(0, np.int64), *(segment.keys[rows] for (rows, _), segment in hits)]
        )

    def _of(self, terms: tuple[str, ...]) -> list[_Hits]:
        if terms not in self._hits:
            hits = [_find(segment, terms) for segment in self.snapshot.segments]
            self._hits[terms] = [
                (rows, counts) if mask is None else (rows[mask[rows]], counts[mask[rows]])
                for (rows, counts), mask in zip(hits, self.snapshot.masks, strict=True)
            ]
        return self._hits[terms]


def _find(segment: Segment, terms: Sequence[str]) -> _Hits:
    """Return the rows of a segment that hold a term, or several side by side, and how often."""
    postings = segment.postings
    numbers = [postings.find(term) for term in terms]
    if not numbers or None in numbers:
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    first, *others = [number for number in numbers if number is not None]
    if not others:
        return postings.of_term(first)
    places = postings.places_of(first)
    for step, number in enumerate(others, start=1):
        behind = postings.places_of(number) - step
        places = places[np.isin(places, behind, assume_unique=True, kind="sort")]
    return np.unique((places >> 16).astype(np.int32), return_counts=True)
