"""Nearest vectors of a library, whatever its segments compare."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.segments.segment import Segment
from sourcebook.index.segments.snapshot import Snapshot
from sourcebook.index.store.store import Store

from .filters import key_array


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
        keys = None if among is None else key_array(among)
        nearest: list[tuple[Segment, NDArray[np.int64], NDArray[np.float64], float]] = []
        for segment, mask in zip(self._snapshot.segments, self._snapshot.masks, strict=True):
            among_these = mask
            if keys is not None:
                is_among = np.zeros(len(segment.keys), bool)
                is_among[segment.rows_of(keys)] = True
                among_these = is_among if mask is None else is_among & mask
            rows, numbers = segment.vectors.search(query, k, among_these)
            nearest.append((segment, rows, numbers.astype(float), segment.vectors.error(query)))
        # What cannot be among the best even if its number is as much too small as can be, and
        # theirs are as much too large, need not be compared again.
        bounds = (scores - error for _, _, scores, error in nearest)
        surely = np.sort(np.concatenate([np.zeros(0), *bounds]))
        least = surely[-k] if len(surely) > k else -np.inf
        cosines: dict[int, float] = {}
        for segment, rows, scores, error in nearest:
            may_be = scores + error >= least
            if segment.vectors.is_exact:
                keys = segment.keys[rows[may_be]].tolist()
                cosines |= zip(keys, scores[may_be].tolist(), strict=True)
            else:
                cosines |= self._compare(query, segment, np.sort(rows[may_be]))
        return dict(sorted(cosines.items(), key=lambda pair: (-pair[1], pair[0]))[:k])

    def scores(self, query: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return key -> cosine of ``query`` with its vector, for keys that are in the index.

        Raises:
            LookupError: one is not: it is of another state of the library.
        """
        numbers = np.asarray(keys, np.int64)
        scores: dict[int, float] = {}
        for segment in self._snapshot.segments:
            scores |= self._compare(query, segment, np.sort(segment.rows_of(numbers)))
        return {key: scores[key] for key in keys}

    def of(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of keys, shape (n, d), in their order.

        Raises:
            LookupError: one is not in the library any more: it is of another state.
        """
        numbers = np.sort(np.asarray(keys, np.int64))
        vectors: dict[int, Vectors] = {}
        for segment in self._snapshot.segments:
            rows = segment.rows_of(numbers)
            if len(rows):
                here = segment.keys[rows].tolist()
                read = segment.read_vectors(self._store, rows)
                vectors |= zip(here, read, strict=True)
        return np.stack([vectors[key] for key in keys])

    def _compare(
        self, query: Vectors, segment: Segment, rows: NDArray[np.int64]
    ) -> dict[int, float]:
        """Compare vectors as they are."""
        if not len(rows):
            return {}
        cosines = segment.read_vectors(self._store, rows) @ query.ravel()
        return dict(zip(segment.keys[rows].tolist(), cosines.tolist(), strict=True))
