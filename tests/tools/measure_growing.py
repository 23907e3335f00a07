"""Measure a library of many passages: opening, searching, adding to it.

    .venv/bin/python tests/tools/measure_growing.py --passages 100000 --vectors FILE.npy

Words are drawn as they are in a language (Zipf 1949); questions have none of the commonest, as stop
words are left out of real ones. Vectors are those in FILE (of some hundred sentences, shape (n,
384)), each moved by half of what two others differ: so they lie as embeddings do, which vectors
around random centres, the choice without FILE, do not. The time of embedding is left out. With
--library FOLDER the library stays there, and a later run goes on. The processor's other users are
printed with the figures.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
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
MOVED = 0.5
RECALLED = 50
COMMONEST = 50
"""Words that no question has; the next one stands in a fifth of the passages."""
NAME = "synthetic"


class Synthetic:
    """Texts and vectors at random, the same in every run; an embedder of questions."""

    name = NAME
    dimension = DIMENSION

    def __init__(self, vectors: Path | None = None, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._sentences = None if vectors is None else np.load(vectors)
        self._centres = self._unit(np.random.default_rng(1).normal(size=(CENTRES, DIMENSION)))
        ranks = np.arange(1, VOCABULARY + 1)
        letters = "bcdfghklmnprstvz"
        self._vocabulary = [
            "".join(letters[(rank >> n) & 15] for n in (16, 12, 8, 4, 0))
            for rank in range(VOCABULARY)
        ]
        self._odds = np.cumsum(1 / ranks) / np.sum(1 / ranks)

    def vectors(self, count: int) -> Vectors:
        """Return unit vectors, near each other as sentences are or around the centres."""
        if self._sentences is not None:
            one, two, three = self._sentences[
                self._random.integers(len(self._sentences), size=(3, count))
            ]
            return self._unit(one + MOVED * (two - three))
        centres = self._centres[self._random.integers(CENTRES, size=count)]
        return self._unit(centres + 0.035 * self._random.normal(size=(count, DIMENSION)))

    def words(self, count: int, above: int = 0) -> list[str]:
        """Return words, common ones more often, none of the ``above`` commonest; of five letters
        each, as numbers of base 16."""
        least = self._odds[above - 1] if above else 0.0
        ranks = np.searchsorted(self._odds, self._random.uniform(least, 1, count))
        return [self._vocabulary[rank] for rank in ranks]

    def entries(self, first: int, count: int) -> Iterator[Entry]:
        """Yield documents of one passage."""
        words = self.words(count * WORDS)
        noise = 0.02 * self._random.normal(size=(64, PARTS, DIMENSION))  # drawing it takes longest
        for row, vector in enumerate(self.vectors(count)):
            text = f"{' '.join(words[row * WORDS : (row + 1) * WORDS])}."
            number = first + row
            identity = f"{number:016x}"
            document = Document(
                identity, text, f"Note {number}", url=f"made:{number}", content_hash=identity
            )
            passage = Passage(identity, identity, text, 0, len(text))
            near = vector + noise[row % len(noise)]
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
    parser.add_argument("--vectors", type=Path, help="some hundred, as an .npy file")
    parser.add_argument("--library", type=Path, help="where the library is made, and stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.library or Path(folder) / "large.library"
        made = write(place, options.passages, options.vectors)
        measure(place, made, options.searches)
    return 0


def write(folder: Path, count: int, vectors: Path | None) -> Synthetic:
    """Write the passages that the library lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(Store(folder / "library.sqlite")) as store:
        present = store.counts()[0]
        made = Synthetic(vectors, seed=present)
        store.set_meta("embedder", NAME)
        store.set_meta("dimension", str(DIMENSION))
        began = time.perf_counter()
        for first in range(present, count, BATCH):
            store.put(made.entries(first, min(BATCH, count - first)))
        seconds = time.perf_counter() - began
    print(f"{count:,} passages, {max(0, count - present):,} written in {seconds:.0f} s")
    return made


def measure(folder: Path, made: Synthetic, searches: int) -> None:
    """Print what the use of the library takes."""
    with Library.open(folder, embedder=made) as library:
        print(f"first search, what is not indexed is: {_first(library, made)}")
    print(f"peak memory until here {provenance.peak_memory():.0f} MiB")
    with Library.open(folder, embedder=made) as library:
        print(f"opened, first search: {_first(library, made)}")
        _first(library, made)
        print(f"resident {psutil.Process().memory_info().rss / 2**20:.0f} MiB")
        seconds, processor = [], []
        questions = [
            (" ".join(made.words(8, COMMONEST)), made.vectors(1)[0]) for _ in range(searches)
        ]
        for words, query in questions:
            began, used = time.perf_counter(), time.process_time()
            library.search(words, 10, embedder=_Fixed(query))
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        for title, q in (("median", 50), ("p95", 95)):
            print(
                f"hybrid search, {title}: {1000 * np.percentile(seconds, q):.1f} ms, "
                f"of the processor {1000 * np.percentile(processor, q):.1f} ms"
            )
        queries = [query for _, query in questions[:RECALLED]]
        tenth = _tenth_best(folder, np.stack(queries))
        found = [library.search("x", 10, mode="dense", embedder=_Fixed(q)) for q in queries]
        recalls = [
            np.mean([(hit.dense or 0) >= least - 1e-5 for hit in hits])
            for hits, least in zip(found, tenth, strict=True)
        ]
        print(f"dense recall@10, of {len(recalls)} questions: {np.mean(recalls):.3f}")
        with closing(Store(folder / "library.sqlite")) as store:
            began = time.perf_counter()
            store.put(made.entries(store.counts()[0], ADDED))
            print(f"{ADDED:,} written: {time.perf_counter() - began:.1f} s")
        print(f"next search: {_first(library, made)}")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"peak memory {provenance.peak_memory():.0f} MiB, on disk {size / 2**20:.0f} MiB")
    print(f"load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


def _tenth_best(folder: Path, queries: Vectors) -> list[float]:
    """Return the tenth best cosine of each query, of all vectors."""
    best = np.full((len(queries), 10), -1, np.float32)
    with closing(Store(folder / "library.sqlite")) as store:
        (last,) = store.database.rows("SELECT max(key) FROM passages")[0]
        for first in range(0, last, 10 * BATCH):
            rows = store.database.rows(
                "SELECT vector FROM passages WHERE key > ? AND key <= ?",
                (first, first + 10 * BATCH),
            )
            matrix = np.frombuffer(b"".join(row[0] for row in rows), np.float32)
            scores = queries @ matrix.reshape(-1, DIMENSION).T
            best = np.sort(np.hstack([best, scores]), axis=1)[:, -10:]
    return [float(row[0]) for row in best]


class _Fixed:
    """Embeds every text as one vector."""

    name = NAME
    dimension = DIMENSION

    def __init__(self, vector: Vectors) -> None:
        self._vector = vector

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vector for each text."""
        return np.stack([self._vector] * len(texts))


def _first(library: Library, made: Synthetic) -> str:
    began, used = time.perf_counter(), time.process_time()
    library.search(" ".join(made.words(8, COMMONEST)), 10)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    return f"{seconds:.1f} s, of the processor {processor:.1f} s"


if __name__ == "__main__":
    raise SystemExit(main())
