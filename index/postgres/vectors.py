"""Nearest vectors: compared one by one while they are few, by a graph of pgvector when many.

The graph is of half the precision; what it finds is scored again by the vectors as they are, on the
server, so that scores are those of the other store and no vector is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.postgres.server.database import PostgresDatabase

from .selection import KeySelection, array_of

FLAT_UNTIL = 20_000
"""Passages that are compared one by one: all of a library, or those that a filter leaves."""

LARGEST = 4000
"""Numbers in a vector that pgvector's graph takes."""

INDEX = "embeddings_nearest"

_MEMORY = "512MB"

_SELECT = "SELECT e.key, e.embedding <#> ? FROM embeddings e"
"""Keys, and cosines with their signs changed."""


class PostgresVectors:
    """The vectors of all passages that may be read. Threads may share one.

    Raises, from every method: as `PostgresDatabase` does.
    """

    def __init__(self, database: PostgresDatabase, dimension: int, *, has_graph: bool) -> None:
        """Take what is searched.

        Args:
            database: of the library.
            dimension: numbers in a vector.
            has_graph: whether the vectors have one.
        """
        self._db = database
        self._dimension = dimension
        self.has_graph = has_graph

    @classmethod
    def current(cls, database: PostgresDatabase) -> PostgresVectors:
        """Return the vectors of a library as they are now."""
        ((dimension, has_graph),) = database.rows(
            "SELECT (SELECT value FROM meta WHERE name = 'dimension'), to_regclass(?) IS NOT NULL",
            (INDEX,),
        )
        return cls(database, int(dimension or 0), has_graph=has_graph)

    def search(
        self, query: Vectors, k: int, among: Collection[int] | None = None
    ) -> dict[int, float]:
        """Find the nearest vectors.

        Args:
            query: a unit vector, shape (d,).
            k: how many at most.
            among: the keys to look among; by default all.

        Returns:
            Key -> cosine, best first; equal ones by key.
        """
        if k < 1 or (among is not None and not len(among)):
            return {}
        where = ""
        values: tuple[object, ...] = ()
        if isinstance(among, KeySelection):
            where, values = f"WHERE e.document_key IN ({among.documents})", among.values
        elif among is not None:
            where, values = "WHERE e.key = ANY (?::bigint[])", (array_of(among),)
        is_flat = not self.has_graph or (among is not None and len(among) <= FLAT_UNTIL)
        order = "2"
        vector = np.asarray(query, np.float32).ravel()
        values = (vector, *values)
        if not is_flat:
            order = f"e.embedding::halfvec({self._dimension}) <#> ?::halfvec({self._dimension})"
            values = (*values, vector)
        # With more than is asked for, as half the precision may change the order of the last.
        limit = k + min(k, 20)
        # A plan that is kept for any limit is one for many rows: so the limit is no value.
        statement = f"{_SELECT} {where} ORDER BY {order} LIMIT {limit}"
        with self._db.reading() if is_flat else self._db.finding(limit) as db:
            rows = db.execute(statement, values, plan_anew=among is not None).fetchall()
        scores = {key: -distance for key, distance in rows}
        best = sorted(scores, key=lambda key: (-scores[key], key))[:k]
        return {key: scores[key] for key in best}

    def scores(self, query: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return key -> cosine of ``query`` with its vector, for keys that may be read."""
        if not keys:
            return {}
        values = (np.asarray(query, np.float32).ravel(), array_of(keys))
        rows = self._db.rows(f"{_SELECT} WHERE e.key = ANY (?::bigint[])", values)
        return {key: -distance for key, distance in rows}

    def of(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of keys, shape (n, d), in their order.

        Raises:
            LookupError: one is not in the library any more, or may not be read.
        """
        statement = "SELECT e.key, e.embedding FROM embeddings e WHERE e.key = ANY (?::bigint[])"
        vectors = {key: row.to_numpy() for key, row in self._db.rows(statement, (array_of(keys),))}
        return np.stack([vectors[key] for key in keys])


def has_graph(database: PostgresDatabase) -> bool:
    """Return whether the vectors are searched by a graph."""
    return bool(database.rows("SELECT 1 WHERE to_regclass(?) IS NOT NULL", (INDEX,)))


def build_graph(database: PostgresDatabase, dimension: int) -> bool:
    """Build the graph where there is none and the library is large; searches go on meanwhile.

    Args:
        database: of the library.
        dimension: numbers in a vector.

    Returns:
        Whether it was built.
    """
    if dimension > LARGEST or has_graph(database):
        return False
    ((count,),) = database.rows("SELECT coalesce(sum(passages), 0)::bigint FROM word_counts")
    if count <= FLAT_UNTIL:
        return False
    with database.changing() as db:
        db.raw.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'".encode())
        db.raw.execute(
            f"CREATE INDEX IF NOT EXISTS {INDEX} ON embeddings "
            f"USING hnsw ((embedding::halfvec({dimension})) halfvec_ip_ops)".encode()
        )
    database.execute_alone("ANALYZE embeddings")
    return True
