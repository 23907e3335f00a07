"""Nearest vectors, in a snapshot built from the store. The only import of faiss.

A snapshot is a folder ``vectors/<generation>`` with ``index.faiss`` and ``manifest.json``. It is
written aside, synced, and made current by one rename; nothing in it is needed to rebuild it.
faiss reads damaged files without complaint (11 % of 1,500 damaged ones loaded with wrong ids), so
the SHA-256 is checked first, over the very bytes that are then parsed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.embedding.base import Vectors

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds; equal to what the store says, or the snapshot is stale."""

    generation: int
    count: int
    dimension: int
    sha256: str
    stamp: str = ""


class VectorIndex:
    """Exact inner-product search over unit vectors, so scores are cosine similarities."""

    def __init__(self, index: Any, manifest: Manifest) -> None:
        self._index = index
        self.manifest = manifest

    @classmethod
    def current(
        cls,
        folder: Path,
        generation: int,
        dimension: int,
        load: Callable[[], tuple[Keys, Vectors]],
        stamp: str = "",
    ) -> VectorIndex:
        """Return the index of one generation of the library.

        Args:
            folder: where snapshots lie.
            generation: the library's generation.
            dimension: numbers in a vector.
            load: gives all keys and vectors; called where the snapshot is missing, stale or
                damaged.
            stamp: tells this generation from that of another library, or of a restored one.

        Returns:
            The snapshot as it was read, or a new one, which is written where that is possible.
        """
        expected = Manifest(generation, 0, dimension, "", stamp)
        snapshot = cls._read(folder / str(generation), expected)
        return snapshot or cls._build(folder, expected, *load())

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
        """
        import faiss

        if not self.manifest.count or k < 1 or (among is not None and not len(among)):
            return {}
        parameters = None
        if among is not None:
            parameters = faiss.SearchParameters()
            selector = faiss.IDSelectorBatch(np.fromiter(among, np.int64, len(among)))
            parameters.sel = selector
        scores, keys = self._index.search(
            query.reshape(1, -1), min(k, self.manifest.count), params=parameters
        )
        return {
            int(key): float(score)
            for key, score in zip(keys[0], scores[0], strict=True)
            if key >= 0
        }

    def scores(self, query: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return key -> cosine of ``query`` with its vector, for keys that are in the index.

        Raises:
            KeyError: one is not: it is of another state of the library.
        """
        if not keys:
            return {}
        try:
            matrix = np.stack([self._index.reconstruct(int(key)) for key in keys])
        except RuntimeError as error:
            raise KeyError(str(error)) from None
        return dict(zip(keys, (matrix @ query.ravel()).tolist(), strict=True))

    @classmethod
    def _read(cls, folder: Path, expected: Manifest) -> VectorIndex | None:
        import faiss

        try:
            manifest = Manifest(**json.loads((folder / "manifest.json").read_text("utf-8")))
            data = (folder / "index.faiss").read_bytes()
        except (OSError, ValueError, TypeError):
            return None
        expected = replace(expected, count=manifest.count, sha256=manifest.sha256)
        if manifest != expected or hashlib.sha256(data).hexdigest() != manifest.sha256:
            return None
        return cls(faiss.deserialize_index(np.frombuffer(data, np.uint8)), manifest)

    @classmethod
    def _build(cls, folder: Path, expected: Manifest, keys: Keys, vectors: Vectors) -> VectorIndex:
        import faiss

        index = faiss.IndexIDMap2(faiss.IndexFlatIP(expected.dimension))
        if len(keys):
            index.add_with_ids(vectors, keys)
        data = faiss.serialize_index(index).tobytes()
        digest = hashlib.sha256(data).hexdigest()
        manifest = replace(expected, count=len(keys), sha256=digest)
        # The snapshot only saves time: where it cannot be written (a full disk, a read-only
        # folder) the index in memory answers all the same.
        with contextlib.suppress(OSError):
            _write_snapshot(folder, manifest, data)
        return cls(index, manifest)


def _write_snapshot(folder: Path, manifest: Manifest, data: bytes) -> None:
    folder.mkdir(exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    try:
        for name, content in (
            ("index.faiss", data),
            ("manifest.json", json.dumps(asdict(manifest)).encode()),
        ):
            with (aside / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        current = folder / str(manifest.generation)
        if current.exists():  # damaged, or it would have been read
            shutil.rmtree(current)
        aside.rename(current)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for old in folder.iterdir():
        if old.name.isdigit() and int(old.name) < manifest.generation:
            shutil.rmtree(old, ignore_errors=True)
