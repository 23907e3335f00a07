"""The vectors of a segment as they are, in a file of which a search reads the rows it needs.

An inverted index holds them roughly. What it gives is compared again by these, which takes a tenth
of the time that they take to come out of the database.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.embedding.base import Vectors

_AT_ONCE = 20_000

Sums = NDArray[np.uint32]
"""The CRC-32 of each row."""


class RowVectors:
    """Reads rows of one file. Threads may share it."""

    def __init__(self, file: Path, sums: Sums) -> None:
        """Open the file.

        Args:
            file: as `write_vectors` made it.
            sums: what that returned.

        Raises:
            OSError: it cannot be opened.
        """
        self._sums = sums
        self._size = file.stat().st_size // max(len(sums), 1)
        self._file = os.open(file, os.O_RDONLY)
        finalize(self, os.close, self._file)

    def read(self, rows: NDArray[np.int64]) -> Vectors | None:
        """Return the vectors of rows, shape (n, d); None where one is not as it was written, or
        cannot be read."""
        file, size = self._file, self._size
        try:
            data = [os.pread(file, size, row * size) for row in rows.tolist()]
        except OSError:
            return None
        if [zlib.crc32(row) for row in data] != self._sums[rows].tolist():
            return None
        return np.frombuffer(b"".join(data), "<f4").reshape(len(rows), size // 4)

    def is_whole(self) -> bool:
        """Return whether every row is as it was written."""
        rows = np.arange(len(self._sums))
        batches = (rows[first : first + _AT_ONCE] for first in range(0, len(rows), _AT_ONCE))
        return all(self.read(batch) is not None for batch in batches)


def write_vectors(file: Path, batches: Iterable[Vectors]) -> Sums:
    """Write vectors one behind the other, as little-endian float32; return the sum of each.

    Raises:
        OSError: they cannot be written.
    """
    sums: list[int] = []
    with file.open("wb") as stream:
        for batch in batches:
            rows = np.ascontiguousarray(batch, "<f4")
            stream.write(rows.tobytes())
            sums += [zlib.crc32(row.tobytes()) for row in rows]
    return np.array(sums, np.uint32)
