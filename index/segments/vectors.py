"""Nearest vectors. The only import of faiss.

Few vectors are all compared. Of many, the nearest cells of an inverted index are looked through
(`IndexIVFScalarQuantizer`, a byte a number), and what they give is compared again by the vectors
themselves: an approximate number decides nothing but what is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.embedding.base import Vectors

EXACT = 20_000
"""Vectors of a segment up to which all are compared, as they are."""

CELLS = 2.0
"""Cells for the root of the number of vectors."""

PROBES = 64
"""Cells that are looked through; more where a filter leaves few vectors in each."""

_TRAINED_BY = 50
"""Vectors for each cell that decide where it is."""

_ROUNDED = 1e-6

_AT_ONCE = 20_000

Reading = Callable[[NDArray[np.int64]], Vectors]


def use_one_thread() -> None:
    """Have this thread of the program use one thread of the processor, as what it does can wait."""
    import faiss

    faiss.omp_set_num_threads(1)


class NearestVectors:
    """The vectors of the rows of a segment."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def of(cls, keys: NDArray[np.int64], dimension: int, read: Reading) -> NearestVectors:
        """Return the index of some passages.

        Args:
            keys: theirs, in the order of the rows.
            dimension: numbers in a vector.
            read: gives the unit vectors of keys.
        """
        import faiss

        count = len(keys)
        index: Any
        if count <= EXACT:
            index = faiss.IndexFlatIP(dimension)
        else:
            cells = int(CELLS * math.sqrt(count))
            index = faiss.IndexIVFScalarQuantizer(
                faiss.IndexFlatIP(dimension),
                dimension,
                cells,
                faiss.ScalarQuantizer.QT_8bit,
                faiss.METRIC_INNER_PRODUCT,
            )
            index.cp.niter = 8
            step = max(1, count // (_TRAINED_BY * cells))
            index.train(read(keys[::step]))
        for first in range(0, count, _AT_ONCE):
            index.add(read(keys[first : first + _AT_ONCE]))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: Any) -> NearestVectors:
        """Return what `to_bytes` was given by; faiss reads damaged bytes without complaint, so they
        must have been checked."""
        import faiss

        return cls(faiss.deserialize_index(data))

    def to_bytes(self) -> NDArray[np.uint8]:
        """Return the index as bytes."""
        import faiss

        return np.asarray(faiss.serialize_index(self._index), np.uint8)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Whether the numbers are those of the vectors themselves."""
        return not hasattr(self._index, "nprobe")

    def search(
        self, query: Vectors, k: int, mask: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows nearest to a unit vector of shape (d,), with their cosines, best first.

        Args:
            query: the vector.
            k: how many at most.
            mask: which rows to look among; by default all.
        """
        import faiss

        count = self._index.ntotal if mask is None else int(mask.sum())
        if not count or k < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        options: dict[str, Any] = {}
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            options["sel"] = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
        parameters: Any
        if self.is_exact:
            parameters = faiss.SearchParameters(**options)
        else:
            probes = math.ceil(PROBES * self._index.ntotal / count)
            options["nprobe"] = min(probes, self._index.nlist)
            parameters = faiss.SearchParametersIVF(**options)
        scores, rows = self._index.search(query.reshape(1, -1), min(k, count), params=parameters)
        return rows[0][rows[0] >= 0], scores[0][rows[0] >= 0]

    def error(self, query: Vectors) -> float:
        """Return how far a cosine that `search` gives may be from that of the vector itself.

        A number of a byte stands for a step of what those ranged over that the index was trained
        by; it is off by half of one.
        """
        import faiss

        if self.is_exact:
            return 0.0
        ranges = faiss.vector_to_array(self._index.sq.trained)[query.size :]
        return float(np.abs(query.ravel()) @ ranges) / 2 / 255 + _ROUNDED

    def of_rows(self, rows: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """Return the vectors of rows; of an index that is not exact, nearly theirs."""
        if not self.is_exact:
            self._index.make_direct_map()
        return np.asarray(self._index.reconstruct_batch(np.asarray(rows, np.int64)), np.float32)
