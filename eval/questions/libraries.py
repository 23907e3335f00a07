"""A library for a question set, from its own passages or a folder of articles: built once and
cached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from sourcebook import index
from sourcebook.eval.errors import EvaluationError
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.errors import ReadError
from sourcebook.index.library import Library
from sourcebook.index.reading.registry import list_files
from sourcebook.index.reports import AddReport, Progress

from .dataset import QuestionSet


def default_cache_folder() -> Path:
    """Return the folder ``question-sets`` in the user's cache directory."""
    from platformdirs import user_cache_path

    return user_cache_path("sourcebook", appauthor=False) / "question-sets"


def open_set_library(
    questions: QuestionSet,
    *,
    embedder: Embedder | None = None,
    cache: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Library:
    """Open the library of the bundled set or of a set with documents; build it first if needed.

    The folder's name holds a hash over the passages, the embedder and the rules of reading, so
    another file or another embedder makes another library. An interrupted build goes on
    where it stopped.

    Args:
        questions: the set.
        embedder: makes the vectors; by default the model that Sourcebook comes with.
        cache: the folder of such libraries; by default in the user's cache.
        on_progress: is called while the library is built.

    Raises:
        EvaluationError: the set has no passages, or a passage could not be added.
        SourcebookError: as ``Library.open`` and ``Library.add_documents``.
    """
    if not questions.documents and questions.name != "bundled":
        raise EvaluationError(f"{questions.name} brings no passages: give a library")
    embedder = embedder or SentenceTransformersEmbedder()

    def fill(library: Library) -> None:
        if questions.documents:
            report = library.add_documents(
                questions.documents, on_progress=on_progress, total=len(questions.documents)
            )
        else:
            report = library.add_sample(on_progress=on_progress)
        if report.skipped:
            first = report.skipped[0]
            raise EvaluationError(
                f"{questions.name}: {len(report.skipped)} passages could not be added, "
                f"the first because it {first.reason}"
            )

    return _open_cached(_key(questions, embedder.name), questions.form, embedder, cache, fill)


def open_folder_library(
    articles: Path,
    *,
    embedder: Embedder | None = None,
    cache: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Library:
    """Open the library of a folder of articles; build it first if needed.

    A changed, new or missing file makes another library, as another embedder does.

    Args:
        articles: the folder.
        embedder: makes the vectors; by default the model that Sourcebook comes with.
        cache: the folder of such libraries; by default in the user's cache.
        on_progress: is called while the library is built.

    Raises:
        EvaluationError: the folder is missing or holds no article, or an article cannot be read.
        SourcebookError: as ``Library.open`` and ``Library.add``.
    """
    embedder = embedder or SentenceTransformersEmbedder()
    folder = articles.expanduser().absolute()
    key = _folder_key(folder, embedder.name)

    def fill(library: Library) -> None:
        report: AddReport = library.add(folder, on_progress=on_progress)
        if report.skipped:
            first = report.skipped[0]
            raise EvaluationError(
                f"{folder}: {len(report.skipped)} of its articles cannot be used, the first is "
                f"{first.location}: {first.reason}. Take them out of the folder, or make a library "
                "with `sourcebook add` and give it with --library"
            )

    return _open_cached(key, "articles", embedder, cache, fill)


def _open_cached(
    key: str,
    name: str,
    embedder: Embedder,
    cache: Path | None,
    fill: Callable[[Library], None],
) -> Library:
    """Open the library ``name`` in the cache folder ``key``; fill it if it is new."""
    from filelock import FileLock

    folder = (cache or default_cache_folder()) / key
    complete = folder / "complete"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be made ({error.strerror})") from error
    with FileLock(folder / ".lock"):
        library = Library.open(folder / f"{name}.library", embedder=embedder)
        if complete.exists():
            return library
        try:
            fill(library)
            complete.touch()
        except BaseException:
            library.close()
            raise
    return library


def _key(questions: QuestionSet, embedder: str) -> str:
    digest = hashlib.sha256(_rules(embedder))
    if questions.documents:
        for document in questions.documents:
            digest.update(f"\n{document.id} {document.title}".encode())
    else:
        from importlib.resources import files

        for entry in sorted((files("sourcebook.index") / "sample").iterdir(), key=lambda e: e.name):
            digest.update(entry.name.encode() + b"\n" + entry.read_bytes())
    return f"{questions.form}-{digest.hexdigest()[:16]}"


def _folder_key(folder: Path, embedder: str) -> str:
    try:
        files = list(list_files(folder))
    except ReadError as error:
        raise EvaluationError(f"{folder}: {error}") from error
    if not files:
        raise EvaluationError(f"{folder}: the folder holds no file that can be read")
    digest = hashlib.sha256(_rules(embedder))
    for file in files:
        try:
            data = file.read_bytes()
        except OSError:
            data = b""  # adding it says what is wrong
        digest.update(f"\n{file.relative_to(folder)}\n".encode())
        digest.update(hashlib.sha256(data).digest())
    return f"articles-{digest.hexdigest()[:16]}"


def _rules(embedder: str) -> bytes:
    """Return a hash over the embedder and the code that makes documents and passages.

    With a library made by older code, a run would not show what a change of that code does.
    """
    digest = hashlib.sha256(embedder.encode())
    folder = Path(str(index.__file__)).parent
    for file in rule_files(folder):
        digest.update(f"\n{file.relative_to(folder).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()


def rule_files(folder: Path) -> list[Path]:
    """Return the files that decide what a document and its passages are, in a fixed order.

    They are Python files and their phrases (.toml).

    Args:
        folder: The folder of `sourcebook.index`.
    """
    files = (file for name in RULES for file in sorted((folder / name).rglob("*.*")))
    return [file for file in files if file.suffix in (".py", ".toml")]


RULES = ("cleaning", "documents", "ingest", "reading", "structure")
"""Packages of `sourcebook.index`."""
