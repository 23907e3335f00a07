"""A library made from the passages that a question set brings along: built once, used again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ..index.embedding import Embedder, SentenceTransformersEmbedder
from ..index.library import Library
from ..index.reports import Progress
from .dataset import QuestionSet
from .errors import EvaluationError


def default_cache() -> Path:
    """``question-sets`` in the user's cache directory."""
    from platformdirs import user_cache_path

    return user_cache_path("sourcebook", appauthor=False) / "question-sets"


def open_set_library(
    questions: QuestionSet,
    *,
    embedder: Embedder | None = None,
    cache: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Library:
    """The library of a set that has documents, or of the bundled set: built when it is not there.

    The folder's name holds a hash over the passages and the embedder, so another file or another
    embedder makes another library. An interrupted build goes on where it stopped.

    Raises:
        EvaluationError: the set has no passages, or a passage could not be added.
        SourcebookError: as ``Library.open`` and ``Library.add_documents``.
    """
    from filelock import FileLock

    if not questions.documents and questions.name != "bundled":
        raise EvaluationError(f"{questions.name} brings no passages: give a library")
    embedder = embedder or SentenceTransformersEmbedder()
    folder = (cache or default_cache()) / _key(questions, embedder.name)
    complete = folder / "complete"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be made ({error.strerror})") from error
    with FileLock(folder / ".lock"):
        library = Library.open(folder / f"{questions.form}.library", embedder=embedder)
        if complete.exists():
            return library
        try:
            _fill(library, questions, on_progress)
            complete.touch()
        except BaseException:
            library.close()
            raise
    return library


def _fill(
    library: Library, questions: QuestionSet, on_progress: Callable[[Progress], None] | None
) -> None:
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


def _key(questions: QuestionSet, embedder: str) -> str:
    digest = hashlib.sha256(embedder.encode())
    if questions.documents:
        for document in questions.documents:
            digest.update(f"\n{document.id} {document.title}".encode())
    else:
        from importlib.resources import files

        for entry in sorted((files("sourcebook.index") / "sample").iterdir(), key=lambda e: e.name):
            digest.update(entry.name.encode() + b"\n" + entry.read_bytes())
    return f"{questions.form}-{digest.hexdigest()[:16]}"
