"""What a library in PostgreSQL is searched with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.finding.nearness import Places, places_in
from sourcebook.index.search.mentions import Forms, PhrasePassage
from sourcebook.index.store.part_vectors import nearest_parts
from sourcebook.index.store.rows import index_text

from .store import PostgresStore
from .vectors import PostgresVectors
from .words import PostgresWords, holding


class PostgresFinder:
    """Searches a library on a server: all is looked up there, nothing is kept here."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._vectors: PostgresVectors | None = None
        self.words = PostgresWords(store.database)

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

    def parts(self, query: Vectors, keys: Sequence[int]) -> Mapping[int, float]:
        """Return passage key -> cosine of ``query`` and the nearest part."""
        rows = self._store.database.rows(
            "SELECT key, vectors FROM passage_parts WHERE key = ANY (?)", (list(keys),)
        )
        return nearest_parts(rows, query)

    def places(self, keys: Sequence[int], terms: Collection[str]) -> Places:
        """Return where terms stand in the texts of some passages."""
        rows = self._store.database.rows(
            "SELECT p.key, substr(d.text, p.start + 1, p.end - p.start) FROM passages p "
            "JOIN documents d ON d.key = p.document_key WHERE p.key = ANY (?)",
            (list(keys),),
        )
        return places_in({key: index_text(text) for key, text in rows}, terms)

    def close(self) -> None:
        """Do nothing: nothing is done in the background."""
