"""What searches ask of the terms of a library, kept from one to the next while nothing changes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sourcebook.index.postgres.server.database import PostgresDatabase

from .postings import TermPostings

MOST_BYTES = 48 << 20
"""Of postings that are kept: those of the commonest words of some hundred thousand passages."""


_EACH = 200
"""Bytes that a term takes besides."""


class TermState(NamedTuple):
    """What the terms of a library are the same in: its generation, and the audiences whose
    documents may be read. With it, how many passages these are, and how many words they have."""

    generation: int
    audiences: tuple[int, ...]
    passages: int
    words: int


def read_state(database: PostgresDatabase) -> tuple[TermState, str | None]:
    """Return the state of a library, and the name of the embedder that it was made with."""
    (row,) = database.rows(
        "SELECT (SELECT value FROM meta WHERE name = 'generation'), visible_audiences(), "
        "coalesce(sum(passages), 0)::bigint, coalesce(sum(words), 0)::bigint, "
        "(SELECT value FROM meta WHERE name = 'embedder') FROM word_counts"
    )
    return TermState(int(row[0] or 0), tuple(row[1]), row[2], row[3]), row[4]


class CachedTerms:
    """The terms of one state. Threads may share them."""

    def __init__(self, state: TermState) -> None:
        self.state = state
        self.letters: dict[str, list[str]] = {}
        """The terms by their first letter."""
        self._postings: dict[str, TermPostings] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def take(self, terms: Iterable[str]) -> dict[str, TermPostings]:
        """Return the postings of those terms that are kept."""
        with self._lock:
            kept = {term: self._postings.pop(term) for term in terms if term in self._postings}
            self._postings |= kept  # the last that was asked for stands last
            return kept

    def put(self, postings: Mapping[str, TermPostings]) -> None:
        """Keep postings, those before that were asked for last as far as there is room."""
        with self._lock:
            for term, own in postings.items():
                if term not in self._postings:
                    self._postings[term] = own
                    self._bytes += own.bytes + _EACH
            while self._bytes > MOST_BYTES:
                self._bytes -= self._postings.pop(next(iter(self._postings))).bytes + _EACH


class TermCache:
    """The terms of a library in the last state that was asked for. Threads may share one."""

    def __init__(self) -> None:
        self._present: CachedTerms | None = None

    def of(self, state: TermState) -> CachedTerms:
        """Return the terms of a state."""
        present = self._present
        if present is None or present.state != state:
            self._present = present = CachedTerms(state)
        return present
