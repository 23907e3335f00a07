"""The parts of a benchmark that look at adding: embedding, reading beside it, and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sourcebook.index.documents.passages import embedding_texts
from sourcebook.index.embedding.base import Embedder, Vectors, embed_many
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.ingest.batch import BATCH_PASSAGES
from sourcebook.index.library import Library
from sourcebook.index.reports import Progress
from sourcebook.index.weights import files as weights
from sourcebook.rag.testing import HashEmbedder

from .engine import Part, Sample
from .synthetic import passage_texts, write_pages

_WARM = 640
"""Passages after which the encoder for many texts is loaded."""

_FIRST_LOOK = 100
"""Documents after which memory is looked at: what is loaded on first use is loaded by then."""

# Plain sentence-transformers, as anyone would call it, in float32, to compare our embedding with.
# For each line it hears it embeds the texts once, and says how many seconds that took.
_PLAIN = """
import json, os, sys, time
os.environ.setdefault("HF_HUB_OFFLINE", "1")
import numpy as np
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
texts = json.loads(sys.stdin.readline())
np.save(sys.argv[2], model.encode(texts, show_progress_bar=False))
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    model.encode(texts, show_progress_bar=False)
    print(time.perf_counter() - began, flush=True)
"""


def measure_embedding(*, quick: bool) -> Iterator[Sample]:
    """Passages of the sample through our embedder and through plain sentence-transformers, in
    turns, both warm."""
    texts = passage_texts(128 if quick else 384)
    embedder = SentenceTransformersEmbedder()
    _warm_up(embedder, texts)
    rates: list[float] = []
    plain_rates: list[float] = []
    vectors = embedder.embed_many(texts)
    with _plain_encode(texts, embedder.name) as (encode, plain_vectors):
        for _ in range(2 if quick else 5):
            began = time.perf_counter()
            embedder.embed_many(texts)
            rates.append(len(texts) / (time.perf_counter() - began))
            plain_rates.append(len(texts) / encode())
    lengths = np.linalg.norm(plain_vectors, axis=1)
    yield Sample("passages embedded", "/s", tuple(rates))
    yield Sample("passages embedded, plain float32 encode", "/s", tuple(plain_rates))
    ratios = tuple(a / b for a, b in zip(rates, plain_rates, strict=True))
    yield Sample("passages embedded, ours / plain", "", ratios)
    cosines = np.einsum("ij,ij->i", vectors, plain_vectors) / lengths
    yield Sample("smallest cosine to plain float32", "", (float(cosines.min()),))


def measure_adding(*, quick: bool) -> Iterator[Sample]:
    """Web pages added, in turns with the embedding of their passages alone."""
    embedder = SentenceTransformersEmbedder()
    _warm_up(embedder, passage_texts(BATCH_PASSAGES))
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        write_pages(pages, 40 if quick else 240)
        texts = _passages_of(pages)
        adding_times: list[_Seconds] = []
        embedding_times: list[_Seconds] = []
        for number in range(1 if quick else 2):
            before = _Seconds.now()
            with Library.open(Path(folder) / str(number), embedder=embedder) as library:
                library.add(pages)
            adding_times.append(_Seconds.now() - before)
            before = _Seconds.now()
            _embed(embedder, texts)
            embedding_times.append(_Seconds.now() - before)
    yield Sample(
        f"{len(texts)} passages of web pages added", "s", tuple(a.clock for a in adding_times)
    )
    yield Sample(
        f"{len(texts)} passages embedded alone", "s", tuple(a.clock for a in embedding_times)
    )
    pairs = list(zip(adding_times, embedding_times, strict=True))
    over = tuple(100 * (a.clock / b.clock - 1) for a, b in pairs)
    yield Sample("reading adds to embedding", "%", over)
    # On a machine that is busy with other things too, this says more.
    over = tuple(100 * (a.processor / b.processor - 1) for a, b in pairs)
    yield Sample("reading adds to embedding, processor time", "%", over)


def measure_memory(*, quick: bool) -> Iterator[Sample]:
    """Memory of the process that adds and of its child, to the end of a long addition: 10,000 web
    pages under a hashing embedder, 600 under the real one."""
    real = SentenceTransformersEmbedder()
    _warm_up(real, passage_texts(BATCH_PASSAGES))
    adding: list[tuple[str, Embedder, int]] = [
        ("hashed", HashEmbedder(), 600 if quick else 10_000),
        ("embedded", real, 200 if quick else 600),
    ]
    for name, embedder, count in adding:
        halves = _memory_of_adding(embedder, count)
        yield Sample(f"peak memory, {count:,} pages {name}", "MiB", (max(halves),))
        growth = 100 * (halves[1] / halves[0] - 1)
        yield Sample(f"growth in the second half, {count:,} pages {name}", "%", (growth,))


ADDING_PARTS: dict[str, Part] = {"embedding": measure_embedding, "adding": measure_adding}
LONG_PARTS: dict[str, Part] = {"memory": measure_memory}
"""Measured only where they are named: they take many minutes."""


def _warm_up(embedder: SentenceTransformersEmbedder, texts: Sequence[str]) -> None:
    count = 0
    while count < _WARM:
        embedder.embed_many(texts[:BATCH_PASSAGES])
        count += BATCH_PASSAGES


@dataclass(frozen=True, slots=True)
class _Seconds:
    """On the clock, and of the processors: this process and the children that ended."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> _Seconds:
        times = os.times()
        children = times.children_user + times.children_system
        return cls(time.perf_counter(), times.user + times.system + children)

    def __sub__(self, before: _Seconds) -> _Seconds:
        return _Seconds(self.clock - before.clock, self.processor - before.processor)


def _embed(embedder: Embedder, texts: Sequence[str]) -> None:
    """In the batches that a library embeds together."""
    for first in range(0, len(texts), BATCH_PASSAGES):
        embed_many(embedder, texts[first : first + BATCH_PASSAGES])


def _passages_of(pages: Path) -> list[str]:
    """What is embedded when the pages are added."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(folder, embedder=HashEmbedder()) as library,
    ):
        library.add(pages)
        return [
            text
            for document in library.documents()
            for text in embedding_texts(document, library.passages(document.id))
        ]


@contextmanager
def _plain_encode(
    texts: Sequence[str], model: str
) -> Iterator[tuple[Callable[[], float], Vectors]]:
    """Seconds of a plain encode of the texts, each time it is asked for, and their vectors."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors.npy"
        process = subprocess.Popen(
            [sys.executable, "-c", _PLAIN, str(weights.checked_path(model)), str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        requests, replies = process.stdin, process.stdout

        def ask(line: str) -> str:
            requests.write(line + "\n")
            requests.flush()
            return replies.readline().strip()

        try:
            if ask(json.dumps(texts)) != "ready":
                raise RuntimeError("plain sentence-transformers could not be run")
            yield lambda: float(ask("")), np.load(file)
        finally:
            process.kill()
            process.communicate()


def _memory_of_adding(embedder: Embedder, count: int) -> tuple[float, float]:
    """The peak in the first and in the second half, in MiB; the first begins after _FIRST_LOOK."""
    import psutil

    process = psutil.Process(os.getpid())
    peaks = [0.0, 0.0]

    def look(progress: Progress) -> None:
        if progress.done >= _FIRST_LOOK:
            memory = process.memory_info().rss + sum(
                child.memory_info().rss for child in process.children(recursive=True)
            )
            half = int(progress.done > count / 2)
            peaks[half] = max(peaks[half], memory / 2**20)

    with tempfile.TemporaryDirectory() as folder:
        write_pages(Path(folder) / "pages", count)
        with Library.open(Path(folder) / "library", embedder=embedder) as library:
            library.add(Path(folder) / "pages", on_progress=look)
    return peaks[0], peaks[1]
