"""What a library in PostgreSQL is searched with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.finding.nearness import places_in
from sourcebook.index.search.finder import Details
from sourcebook.index.search.mentions import Forms, PhrasePassage
from sourcebook.index.store.part_vectors import nearest_parts
from sourcebook.index.store.rows import index_text

from .selection import array_of
from .store import PostgresStore
from .vectors import PostgresVectors
from .words import PostgresWords, holding


class PostgresFinder:
    """Searches a library on a server: all is looked up there, nothing is kept here."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._vectors: PostgresVectors | None = None
        self.words = PostgresWords(store.database, store.state)

    def vectors(self) -> PostgresVectors:
        """Return the vectors of the library."""
        # A graph once built stays, and so does the number of numbers in a vector.
        if self._vectors is None or not self._vectors.has_graph:
            self._vectors = PostgresVectors.current(self._store.database)
        return self._vectors

    def holding(self, forms: Forms) -> Iterable[PhrasePassage]:
        """Return the passages that hold a form of each word."""
        with self._store.database.snapshot() as db:
            yield from holding(db, forms)

    def details(self, query: Vectors, keys: Sequence[int], holders: Sequence[int]) -> Details:
        """Return what passages say in detail: one statement reads it."""
        rows = self._store.database.rows(
            "SELECT p.key, x.vectors, CASE WHEN p.key = ANY (?::bigint[]) "
            "THEN substr(d.text, p.start + 1, p.end - p.start) END "
            "FROM passages p JOIN documents d ON d.key = p.document_key "
            "LEFT JOIN passage_parts x ON x.document_key = p.document_key AND x.key = p.key "
            "WHERE p.key = ANY (?::bigint[])",
            (array_of(holders), array_of(keys)),
        )
        texts = {key: index_text(text) for key, _, text in rows if text is not None}
        parts = [(key, vectors) for key, vectors, _ in rows if vectors is not None]
        return Details(nearest_parts(parts, query), partial(places_in, texts))

    def close(self) -> None:
        """Do nothing: nothing is done in the background."""
