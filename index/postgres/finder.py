"""What a library in PostgreSQL is searched with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.postgres.server.database import PostgresConnection
from sourcebook.index.search.mentions import Forms, PhrasePassage
from sourcebook.index.store.part_vectors import nearest_parts
from sourcebook.index.store.rows import index_text
from sourcebook.index.store.sql import SqlConnection

from .store import PostgresStore
from .vectors import PostgresVectors
from .words import PostgresWords, holding


class PostgresFinder:
    """Searches a library on a server: all is looked up there, nothing is kept here."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self.words = PostgresWords(store.database)

    def vectors(self) -> PostgresVectors:
        """Return the vectors of the library."""
        return PostgresVectors.current(self._store.database)

    def holding(self, db: SqlConnection, forms: Forms) -> Iterable[PhrasePassage]:
        """Return the passages that hold a form of each word."""
        return holding(cast(PostgresConnection, db), forms)

    def parts(self, query: Vectors, keys: Sequence[int]) -> Mapping[int, float]:
        """Return passage key -> cosine of ``query`` and the nearest part."""
        return nearest_parts(self._store.database, keys, query) if keys else {}

    def texts(self, keys: Sequence[int]) -> Mapping[int, str]:
        """Return passage key -> its text as the index of words has it."""
        rows = self._store.database.rows(
            "SELECT p.key, substr(d.text, p.start + 1, p.end - p.start) FROM passages p "
            "JOIN documents d ON d.key = p.document_key WHERE p.key = ANY (?)",
            (list(keys),),
        )
        return {key: index_text(text) for key, text in rows}
