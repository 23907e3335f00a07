"""What all of them need: a quick embedder, small texts, and a child process that can be killed."""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from sourcebook.index import Library, make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.maintenance import back_up, examine, purge, reindex, restore
from sourcebook.index.store.checksums import register
from sourcebook.index.store.database import Database
from sourcebook.index.store.schema import SCHEMA

WORDS = [f"word{n}" for n in range(500)]


class TinyEmbedder:
    """Bags of words as vectors of few numbers."""

    def __init__(self, dimension: int = 16) -> None:
        self.name = f"tiny-{dimension}"
        self.dimension = dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts."""
        vectors = np.full((len(texts), self.dimension), 0.01, np.float32)
        for at, text in enumerate(texts):
            for word in text.split():
                vectors[at, zlib.crc32(word.encode()) % self.dimension] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, np.float32)


def embedder_of(name: str) -> TinyEmbedder:
    """Return the embedder of a name; that of a damaged name is another one."""
    number = name.rpartition("-")[2]
    return TinyEmbedder(int(number) if number.isascii() and number.isdigit() else 16)


def open_as_it_is(folder: Path) -> Library:
    """Open a library with the embedder that it has."""
    with closing(Database(folder / "library.sqlite", None)) as database:
        rows = database.rows("SELECT value FROM meta WHERE name = 'embedder'")
    embedder = embedder_of(str(rows[0][0])) if rows else TinyEmbedder()
    return Library.open(folder, create=False, embedder=embedder)


def text_of(seed: int, words: int = 60) -> str:
    """Return a text of random words, which begins with its number."""
    chosen = random.Random(seed)
    return f"Number {seed} " + " ".join(chosen.choices(WORDS, k=words)) + "."


def document_of(path: str, seed: int) -> Document:
    """Return the document at a path with the text of a number."""
    return make_document(text_of(seed), title=f"Title {seed}", path=path)


def faults(folder: Path, expected: dict[str, str]) -> list[str]:
    """Return what is wrong with a library that should hold certain texts, by their paths."""
    problems: list[str] = []
    with open_as_it_is(folder) as library:
        texts = {str(document.path): document.text for document in library.documents()}
        if texts != expected:
            lost, extra = expected.keys() - texts.keys(), texts.keys() - expected.keys()
            problems.append(f"lost {sorted(lost)}, too many {sorted(extra)}, or other texts")
        for path, text in list(texts.items())[:2]:
            hits = library.search(text, k=3, mode="dense")
            if path not in {hit.document.path for hit in hits}:
                problems.append(f"{path} is not found by its own words")
    findings = examine(folder, repair=False).findings
    return problems + [finding.text for finding in findings]


def make_earlier(folder: Path, version: int, documents: int) -> dict[str, str]:
    """Make a library in an earlier format; return the text at each path."""
    folder.mkdir(parents=True, exist_ok=True)
    embedder = TinyEmbedder()
    db = sqlite3.connect(folder / "library.sqlite")
    register(db)
    db.executescript(SCHEMA[0])
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("embedder", embedder.name), ("dimension", "16"), ("generation", "1")],
    )
    texts: dict[str, str] = {}
    for key in range(1, documents + 1):
        document = document_of(f"{key}.txt", key)
        texts[f"{key}.txt"] = document.text
        db.execute(
            "INSERT INTO documents (key, id, text, title, path, media_type, content_hash, location)"
            " VALUES (?, ?, ?, ?, ?, 'text/plain', ?, ?)",
            (
                *(key, document.id, document.text, document.title, document.path),
                *(document.content_hash, document.path),
            ),
        )
        vector = embedder.embed([f"{document.title}\n{document.text}"])[0]
        db.execute(
            "INSERT INTO passages VALUES (?, ?, ?, 0, ?, NULL, ?)",
            (key, f"p{key}", key, len(document.text), vector.tobytes()),
        )
        db.execute(
            "INSERT INTO passages_words (rowid, title, text) VALUES (?, ?, ?)",
            (key, document.title, document.text),
        )
    for script in SCHEMA[1:version]:
        db.executescript(script)
    db.execute(f"PRAGMA user_version = {version}")
    db.commit()
    db.close()
    return texts


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder, in memory where that is to be had: a killed process cannot tell."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        yield Path(place)


def warm_up() -> None:
    """Load in this process what its children need, so that each need not; no thread may start."""
    import faiss

    faiss.omp_set_num_threads(1)
    with scratch() as place:
        folder = place / "library"
        texts = make_earlier(folder, 1, 2)
        faults(folder, texts)
        with open_as_it_is(folder) as library:
            library.add_documents([document_of("other", 5)])
        reindex(folder, TinyEmbedder(8))
        purge(folder)
        back_up(folder, place / "backup")
        restore(place / "backup", folder, replace=True)


def in_child(task: Callable[[int], None]) -> tuple[int, int]:
    """Run a task in a child process; return its number and the end of a pipe that it writes to.

    The child inherits what is loaded, so that it begins at once. It ends with status 0, or with 1
    after writing the error.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        task(writing)
        status = 0
    except BaseException:  # noqa: BLE001
        os.write(writing, f"\nERROR {traceback.format_exc()}".encode())
    finally:
        os._exit(status)


def outcome(task: Callable[[], list[str]]) -> list[str]:
    """Run a task in a child process; return its lines, and the error that it ended with."""

    def run(pipe: int) -> None:
        os.write(pipe, "\n".join(task()).encode())

    child, pipe = in_child(run)
    with os.fdopen(pipe, "rb") as stream:
        text = stream.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return [*text.splitlines(), f"ended by signal {os.WTERMSIG(status)}"]
    return [line for line in text.splitlines() if line]
