"""How quick a library in PostgreSQL finds, beside one in a folder, and how much it finds.

python tests/tools/measure_postgres.py --passages 200000

The server is given the memory that its manual advises (shared_buffers: a quarter of the machine's,
at most that of the library), as a server for a library would be.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from postgres_server import running_server

from sourcebook.index import Library
from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.postgres import PostgresStore
from sourcebook.index.search.filters import Filters
from sourcebook.index.store.rows import Entry

DIMENSION, TOPICS, RANK = 384, 2000, 48
WORDS, VOCABULARY = 40, 40_000
AT_ONCE = 2000
FILTERS = {
    "no filter": None,
    "10 %": Filters(sources=frozenset({"tenth"})),
    "1 %": Filters(sources=frozenset({"hundredth"})),
}


class QueryVectors:
    """An embedder that knows the vectors of the questions: what is measured is the search."""

    name, dimension = "query vectors", DIMENSION

    def __init__(self) -> None:
        self.vectors: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions, or zeros."""
        nothing = np.zeros(DIMENSION, np.float32)
        return np.stack([self.vectors.get(text, nothing) for text in texts])


@dataclass(frozen=True, slots=True)
class World:
    """Passages of one document each: their words by number, their vectors, their sources."""

    words: np.ndarray
    vectors: Vectors
    sources: list[str]

    def text(self, row: int) -> str:
        """The words of a passage, as a sentence."""
        return " ".join(word(number) for number in self.words[row]) + "."

    def entries(self) -> Iterator[Entry]:
        """Yield the passages as they are stored."""
        for row in range(len(self.vectors)):
            text = self.text(row)
            digest = hashlib.sha256(f"{row} {text}".encode()).hexdigest()
            document = Document(
                digest[:16], text, text[:40], self.sources[row], content_hash=digest, path=str(row)
            )
            passage = Passage(f"{digest[:16]}-0", document.id, text, 0, len(text))
            yield Entry(document, [passage], self.vectors[row : row + 1])


def word(number: int) -> str:
    """A word that no stemmer changes."""
    letters = ""
    for _ in range(4):
        number, at = divmod(number, 16)
        letters += "bdfgklmnprtvzhcj"[at] + "aouaou"[at % 6]
    return letters


def make_world(passages: int, seed: int) -> World:
    """Draw passages whose words follow Zipf's law, and vectors around topics of low rank.

    Args:
        passages: how many.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    rates = 1 / np.arange(10, VOCABULARY + 10)  # without stop words, which no search asks for
    words = random.choice(VOCABULARY, (passages, WORDS), p=rates / rates.sum())
    basis = random.standard_normal((RANK, DIMENSION)).astype(np.float32)
    centres = random.standard_normal((TOPICS, RANK)).astype(np.float32)
    inner = centres[random.integers(TOPICS, size=passages)]
    inner = inner + 0.5 * random.standard_normal((passages, RANK)).astype(np.float32)
    noise = 0.5 * random.standard_normal((passages, DIMENSION)).astype(np.float32)
    vectors = inner @ basis / np.sqrt(RANK) + noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    draws = random.random(passages)
    sources = np.where(draws < 0.01, "hundredth", np.where(draws < 0.11, "tenth", "other"))
    return World(words, vectors, sources.tolist())


def make_questions(world: World, number: int, seed: int) -> dict[str, Vectors]:
    """Return questions of six words of a passage, with vectors near the passage's."""
    random = np.random.default_rng(seed)
    questions: dict[str, Vectors] = {}
    for row in random.integers(len(world.vectors), size=number):
        chosen = random.choice(world.words[row], 6, replace=False)
        vector = world.vectors[row] + 0.03 * random.standard_normal(DIMENSION).astype(np.float32)
        unit = vector / np.linalg.norm(vector)
        questions[" ".join(map(word, chosen))] = unit.astype(np.float32)
    return questions


def fill(put: Callable[[list[Entry]], None], world: World) -> None:
    """Store all passages."""
    for some in _batches(world):
        put(some)


def _batches(world: World) -> Iterator[list[Entry]]:
    entries = world.entries()
    while some := list(itertools.islice(entries, AT_ONCE)):
        yield some


def measure(
    libraries: Mapping[str, Library], world: World, questions: Mapping[str, Vectors]
) -> None:
    """Print the times of hybrid searches, and the recall of dense ones, with each filter.

    The stores are asked in turn, so that a busy minute of the machine is one for both.
    """
    sources = np.array(world.sources)
    for label, filters in FILTERS.items():
        seconds: dict[str, list[float]] = {name: [] for name in libraries}
        recalls: dict[str, list[float]] = {name: [] for name in libraries}
        rows = np.arange(len(sources))
        if filters:
            rows = np.flatnonzero(np.isin(sources, list(filters.sources)))
        vectors = world.vectors[rows]
        for question, vector in questions.items():
            cosines = vectors @ vector
            nearest = {str(row) for row in rows[np.argpartition(-cosines, 10)[:10]]}
            for name, library in libraries.items():
                began = time.perf_counter()
                library.search(question, 10, filters=filters)
                seconds[name].append(time.perf_counter() - began)
                hits = library.search(question, 10, mode="dense", filters=filters)
                recalls[name].append(len(nearest & {hit.document.path for hit in hits}) / 10)
        for name in libraries:
            p50, p95 = np.percentile(np.array(seconds[name]) * 1000, [50, 95])
            print(
                f"{name:10} {label:10} hybrid p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  "
                f"dense recall@10 {np.mean(recalls[name]):.3f}",
                flush=True,
            )


@contextmanager
def prepared_server(shared_buffers: str) -> Iterator[str]:
    """Run a server that has so much memory, and remove it after; give its address."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        with running_server(Path(folder)) as server, psycopg.connect(server, autocommit=True) as db:
            db.execute(f"ALTER SYSTEM SET shared_buffers = '{shared_buffers}'".encode())
        with running_server(Path(folder)) as server:  # started anew, as that setting needs
            yield server


def main() -> None:
    """Fill both stores with the same passages, and ask both the same questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--shared-buffers", default="1GB", help="of the server")
    arguments = parser.parse_args()
    world = make_world(arguments.passages, 1)
    embedder = QueryVectors()
    embedder.vectors = make_questions(world, arguments.questions, 2)
    with (
        tempfile.TemporaryDirectory() as folder,
        prepared_server(arguments.shared_buffers) as server,
        Library.open(folder, embedder=embedder) as local,
        Library.open(f"{server}&library=big", embedder=embedder) as remote,
    ):
        libraries = {"folder": local, "postgresql": remote}
        for name, library in libraries.items():
            store = library._store  # pyright: ignore[reportPrivateUsage]
            store.set_meta("embedder", embedder.name)
            store.set_meta("dimension", str(DIMENSION))
            began = time.perf_counter()
            if isinstance(store, PostgresStore):
                with store.loading():
                    fill(store.put, world)
                    filled = time.perf_counter()
            else:
                fill(store.put, world)
                filled = time.perf_counter()
            library.search(next(iter(embedder.vectors)))  # what is built once is built
            built = time.perf_counter() - filled
            size = library.stats().bytes / 1e6
            print(
                f"{name}: filled in {filled - began:.0f} s, vectors built in {built:.0f} s, "
                f"{size:,.0f} MB",
                flush=True,
            )
        measure(libraries, world, embedder.vectors)


if __name__ == "__main__":
    main()
