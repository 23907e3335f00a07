"""Some passages, whose keys follow each other, with their words and vectors; a folder of arrays.

A passage never changes under its key, so a segment never changes either. Its name is the SHA-256 of
its files: it is checked before anything is read of them. Of the one with the vectors as they are
each row is checked when it is read.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.store.store import Store

from .postings import Mask, Postings, join
from .row_vectors import RowVectors, write_vectors
from .terms import count_terms
from .vectors import NearestVectors, Reading

Keys = NDArray[np.int64]

_AT_ONCE = 20_000
_CHUNK = 1 << 20
_VECTORS, _ROWS, _SUMS = "vectors.faiss", "vectors.f32", "sums"


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """``keys`` in ascending order, one a row; of all passages up to ``last`` that no segment before
    it has. ``row_vectors``: on disk, where ``vectors`` are not exact; None: the database has
    them."""

    last: int
    keys: Keys
    postings: Postings
    vectors: NearestVectors
    row_vectors: RowVectors | None = None

    @classmethod
    def of(cls, store: Store, keys: Keys, last: int, dimension: int) -> Segment:
        """Make the segment of some passages.

        Raises:
            LookupError: one was removed meanwhile.
            LibraryDamaged: one is not as it was written.
        """
        parts: list[tuple[Postings, Mask]] = []
        for first in range(0, max(len(keys), 1), _AT_ONCE):
            texts = store.passage_texts(keys[first : first + _AT_ONCE].tolist())
            parts.append((count_terms(texts), np.ones(len(texts), bool)))
        postings = join(parts) if len(parts) > 1 else parts[0][0]

        def read(few: Keys) -> Vectors:
            return store.passage_vectors(few.tolist(), dimension)

        return cls(last, keys, postings, NearestVectors.of(keys, dimension, read))

    @classmethod
    def of_parts(
        cls, store: Store, parts: Sequence[tuple[Segment, Mask]], dimension: int
    ) -> Segment:
        """Return segments that follow each other as one.

        Args:
            store: the library's.
            parts: the segments, with each which of its rows are there still.
            dimension: numbers in a vector.
        """
        keys = np.concatenate([part.keys[stays] for part, stays in parts])
        postings = join([(part.postings, stays) for part, stays in parts])

        def read(few: Keys) -> Vectors:
            places = ((part, part.rows_of(few)) for part, _ in parts)
            return np.concatenate([part.read_vectors(store, rows) for part, rows in places])

        return cls(parts[-1][0].last, keys, postings, NearestVectors.of(keys, dimension, read))

    def rows_of(self, keys: Keys) -> NDArray[np.int64]:
        """Return the rows of those of some keys that are here, in the order of the keys."""
        if not len(self.keys):
            return np.zeros(0, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        here: NDArray[np.int64] = rows[self.keys[rows] == keys]
        return here

    def read_vectors(self, store: Store, rows: NDArray[np.int64]) -> Vectors:
        """Return the vectors of rows as they are, shape (n, d).

        Args:
            store: the library's, which has those that cannot be read here.
            rows: ascending.

        Raises:
            LookupError: one is not in the library any more.
            LibraryDamaged: one is not as it was written.
        """
        if self.vectors.is_exact:
            return self.vectors.of_rows(rows)
        vectors = self.row_vectors.read(rows) if self.row_vectors is not None else None
        if vectors is None:
            return store.passage_vectors(self.keys[rows].tolist(), self.vectors.dimension)
        return vectors

    def is_whole(self) -> bool:
        """Return whether all vectors on disk are as they were written, which `load` leaves out."""
        return self.row_vectors is None or self.row_vectors.is_whole()

    def save(self, folder: Path, read: Reading) -> str:
        """Write the segment below a folder, and have it on disk; return its name.

        Args:
            folder: the folder.
            read: gives the vectors of keys as they are.

        Raises:
            OSError: it cannot be written.
            Exception: what ``read`` raises but LookupError.
        """
        folder.mkdir(exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        try:
            arrays = {"keys": self.keys, "last": np.array([self.last]), **self.postings.arrays()}
            if not self.vectors.is_exact:
                with suppress(LookupError):  # some are gone by now: the database has the rest
                    batches = range(0, len(self.keys), _AT_ONCE)
                    vectors = (read(self.keys[first : first + _AT_ONCE]) for first in batches)
                    arrays[_SUMS] = write_vectors(aside / _ROWS, vectors)
            for name, array in arrays.items():
                np.save(aside / f"{name}.npy", array, allow_pickle=False)
            self.vectors.to_bytes().tofile(aside / _VECTORS)
            for file in aside.iterdir():
                with file.open("rb") as stream:
                    os.fsync(stream.fileno())
            name = f"{digest_of(aside)}-{self.last}"
            shutil.rmtree(folder / name, ignore_errors=True)  # of a process that was killed
            aside.rename(folder / name)
            return name
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def on_disk(self, folder: Path) -> Segment:
        """Return this segment, which was saved in a folder, with what is read there.

        Raises:
            OSError: it cannot be read.
        """
        file = folder / f"{_SUMS}.npy"
        if not file.exists():
            return self
        return replace(self, row_vectors=RowVectors(folder / _ROWS, np.load(file)))

    @classmethod
    def load(cls, folder: Path) -> Segment | None:
        """Return a segment that was saved; None where it is missing or not as it was written."""
        try:
            if digest_of(folder) != folder.name.partition("-")[0]:
                return None
            arrays = {file.stem: _read(file) for file in sorted(folder.glob("*.npy"))}
            vectors = NearestVectors.from_bytes(np.fromfile(folder / _VECTORS, np.uint8))
            keys, last = arrays.pop("keys"), int(arrays.pop("last")[0])
            arrays.pop(_SUMS, None)
            return cls(last, np.asarray(keys), Postings(**arrays), vectors).on_disk(folder)
        except OSError:
            return None


def _read(file: Path) -> NDArray[Any]:
    """Read an array; of a large one only what is looked at."""
    mode: Literal["r"] | None = "r" if file.stat().st_size > _CHUNK else None
    return np.asarray(np.load(file, mmap_mode=mode, allow_pickle=False))  # slices of it are quicker


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of the files of a segment, of the vectors as they are but their size."""
    digest = hashlib.sha256()
    for file in _sorted(folder.iterdir()):
        digest.update(f"{file.name} {file.stat().st_size}\n".encode())
        if file.name == _ROWS:  # each row is checked when it is read
            continue
        with file.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                digest.update(piece)
    return digest.hexdigest()


def _sorted(files: Iterable[Path]) -> list[Path]:
    return sorted(files, key=lambda file: file.name)
