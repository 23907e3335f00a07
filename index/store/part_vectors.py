"""The vectors of the parts of passages, as they are stored: a byte a number, and a scale a vector.

A cosine taken with them is off by less than 0.01; in float32 they would be four times as large as
all else that is stored of a passage.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sourcebook.index.embedding.base import Vectors

from .sql import SqlDatabase

_SCALE = np.dtype("<f4")


def parts_to_bytes(parts: Vectors) -> bytes:
    """Return vectors as the column has them: their scales, then their numbers.

    Args:
        parts: shape (n, d), no row of zeros alone.
    """
    scales = np.abs(parts).max(axis=1) / 127
    numbers = np.rint(parts / scales[:, None]).astype(np.int8)
    return b"".join((scales.astype(_SCALE).tobytes(), numbers.tobytes()))


def parts_from_bytes(data: bytes, dimension: int) -> Vectors:
    """Return the vectors of `parts_to_bytes`, of length 1 but for rounding. Shape: (n, d)."""
    count = len(data) // (dimension + _SCALE.itemsize)
    scales = np.frombuffer(data, _SCALE, count)
    numbers = np.frombuffer(data, np.int8, offset=count * _SCALE.itemsize)
    return numbers.reshape(count, dimension) * scales[:, None]


def nearest_parts(database: SqlDatabase, keys: Sequence[int], query: Vectors) -> dict[int, float]:
    """Return passage key -> cosine of a vector and the part of the passage nearest to it.

    Args:
        database: the library's.
        keys: of the passages; those without parts are left out.
        query: a unit vector, shape (d,).

    Raises:
        LibraryDamaged, LibraryBusy, LibraryError: as `SqlDatabase` raises them.
    """
    marks = ", ".join("?" * len(keys))
    rows = database.rows(
        f"SELECT key, vectors FROM passage_parts WHERE key IN ({marks})",  # noqa: S608
        tuple(keys),
    )
    if not rows:
        return {}
    parts = [parts_from_bytes(data, query.size) for _, data in rows]
    cosines = np.concatenate(parts) @ query.ravel()
    starts = np.cumsum([0, *map(len, parts[:-1])])
    nearest = np.maximum.reduceat(cosines, starts)
    return dict(zip((int(key) for key, _ in rows), nearest.tolist(), strict=True))
