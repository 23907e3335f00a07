"""Nearest vectors of a library, whatever its segments compare."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.segments.snapshot import Snapshot
from sourcebook.index.store.store import Store


class VectorIndex:
    """Inner products of unit vectors, so scores are cosine similarities; all that are given out are
    exact."""

    def __init__(self, snapshot: Snapshot, store: Store) -> None:
        """Take a snapshot, and the library's store."""
        self._snapshot, self._store = snapshot, store

    def search(
        self, query: Vectors, k: int, among: Collection[int] | None = None
    ) -> dict[int, float]:
        """Find the nearest vectors.

        Args:
            query: a unit vector, shape (d,).
            k: how many at most.
            among: the keys to look among; by default all.

        Returns:
            Key -> cosine, best first.

        Raises:
            LookupError: one is not in the library any more: it is of another state.
        """
        allowed = None if among is None else np.fromiter(among, np.int64, len(among))
        found: dict[int, float] = {}
        for segment, mask in zip(self._snapshot.segments, self._snapshot.masks, strict=True):
            among_these = mask
            if allowed is not None:
                chosen = np.zeros(len(segment.keys), bool)
                chosen[segment.rows_of(allowed)] = True
                among_these = chosen if mask is None else chosen & mask
            rows, scores = segment.vectors.search(query, k, among_these)
            keys = segment.keys[rows].tolist()
            if segment.vectors.is_exact:
                found |= zip(keys, scores.tolist(), strict=True)
            else:
                found |= self._read(query, keys)
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:k])

    def scores(self, query: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return key -> cosine of ``query`` with its vector, for keys that are in the index.

        Raises:
            LookupError: one is not: it is of another state of the library.
        """
        wanted = np.asarray(keys, np.int64)
        scores: dict[int, float] = {}
        for segment in self._snapshot.segments:
            rows = segment.rows_of(wanted)
            here = segment.keys[rows].tolist()
            if segment.vectors.is_exact:
                cosines = segment.vectors.of_rows(rows) @ query.ravel()
                scores |= zip(here, cosines.tolist(), strict=True)
            elif here:
                scores |= self._read(query, here)
        return {key: scores[key] for key in keys}

    def _read(self, query: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Compare vectors as they are stored."""
        ordered = sorted(keys)
        cosines = self._store.passage_vectors(ordered, query.size) @ query.ravel()
        return dict(zip(ordered, cosines.tolist(), strict=True))
