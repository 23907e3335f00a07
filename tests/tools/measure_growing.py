"""Measure a library of many passages: opening, searching, adding to it.

    .venv/bin/python tests/tools/measure_growing.py --passages 100000

Words are drawn as they are in a language (Zipf 1949), vectors around two thousand centres. The
time of embedding is left out. The processor's other users are printed with the figures.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcebook.eval.runs import provenance
from sourcebook.index import Library
from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.embedding.pooling import unit_rows
from sourcebook.index.store.rows import Entry
from sourcebook.index.store.store import Store

DIMENSION, CENTRES, VOCABULARY, WORDS, PARTS = 384, 2000, 80_000, 120, 5
ADDED = 1000
BATCH = 2000
NAME = "synthetic"


class Synthetic:
    """Texts and vectors at random, the same in every run; an embedder of questions."""

    name = NAME
    dimension = DIMENSION

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)
        self._centres = self._unit(self._random.normal(size=(CENTRES, DIMENSION)))
        ranks = np.arange(1, VOCABULARY + 1)
        letters = "bcdfghklmnprstvz"
        self._vocabulary = [
            "".join(letters[(rank >> n) & 15] for n in (16, 12, 8, 4, 0))
            for rank in range(VOCABULARY)
        ]
        self._odds = np.cumsum(1 / ranks) / np.sum(1 / ranks)

    def vectors(self, count: int) -> Vectors:
        """Return unit vectors around the centres."""
        centres = self._centres[self._random.integers(CENTRES, size=count)]
        return self._unit(centres + 0.035 * self._random.normal(size=(count, DIMENSION)))

    def words(self, count: int) -> list[str]:
        """Return words, common ones more often; of five letters each, as numbers of base 16."""
        ranks = np.searchsorted(self._odds, self._random.random(count))
        return [self._vocabulary[rank] for rank in ranks]

    def entries(self, first: int, count: int) -> Iterator[Entry]:
        """Yield documents of one passage."""
        words = self.words(count * WORDS)
        for row, vector in enumerate(self.vectors(count)):
            text = f"{' '.join(words[row * WORDS : (row + 1) * WORDS])}."
            number = first + row
            identity = f"{number:016x}"
            document = Document(
                identity, text, f"Note {number}", url=f"made:{number}", content_hash=identity
            )
            passage = Passage(identity, identity, text, 0, len(text))
            near = vector + 0.02 * self._random.normal(size=(PARTS, DIMENSION))
            yield Entry(document, [passage], vector[None], None, [self._unit(near)])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text, at no cost worth counting."""
        return self.vectors(len(texts))

    @staticmethod
    def _unit(rows: NDArray[np.float64]) -> Vectors:
        return unit_rows(rows.astype(np.float32))


def main() -> int:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--in", dest="place", type=Path, help="where the library is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.place) as folder:
        measure(Path(folder) / "large.library", options.passages, options.searches)
    return 0


def measure(folder: Path, count: int, searches: int) -> None:
    """Make the library, and print what its use takes."""
    made = Synthetic()
    folder.mkdir()
    store = Store(folder / "library.sqlite")
    store.set_meta("embedder", NAME)
    store.set_meta("dimension", str(DIMENSION))
    began = time.perf_counter()
    for first in range(0, count, BATCH):
        store.put(made.entries(first, min(BATCH, count - first)))
    print(f"{count:,} passages written in {time.perf_counter() - began:.0f} s")
    _, vectors = store.vectors(DIMENSION)
    with Library.open(folder, embedder=made) as library:
        print(f"first search, the snapshot is built: {_first(library, made):.1f} s")
    with Library.open(folder, embedder=made) as library:
        print(f"opened, first search: {_first(library, made):.1f} s")
        seconds, processor, recalls = [], [], []
        for _ in range(searches):
            query = made.vectors(1)[0]
            fixed = _Fixed(query)
            words = " ".join(made.words(8))
            began, used = time.perf_counter(), time.process_time()
            library.search(words, 10, embedder=fixed)
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
            hits = library.search(words, 10, mode="dense", embedder=fixed)
            cosines = np.sort(vectors @ query)[-10:]
            recalls.append(np.mean([(h.dense or 0) >= cosines[0] - 1e-5 for h in hits]))
        for title, q in (("median", 50), ("p95", 95)):
            print(
                f"hybrid search, {title}: {1000 * np.percentile(seconds, q):.1f} ms, "
                f"of the processor {1000 * np.percentile(processor, q):.1f} ms"
            )
        print(f"dense recall@10: {np.mean(recalls):.3f}")
        store.put(made.entries(count, ADDED))
        began = time.perf_counter()
        _first(library, made)
        print(f"{ADDED:,} added, next search: {time.perf_counter() - began:.1f} s")
    store.close()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"peak memory {provenance.peak_memory():.0f} MiB, on disk {size / 2**20:.0f} MiB")
    print(f"load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


class _Fixed:
    """Embeds every text as one vector."""

    name = NAME
    dimension = DIMENSION

    def __init__(self, vector: Vectors) -> None:
        self._vector = vector

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vector for each text."""
        return np.stack([self._vector] * len(texts))


def _first(library: Library, made: Synthetic) -> float:
    began = time.perf_counter()
    library.search(" ".join(made.words(8)), 10)
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
