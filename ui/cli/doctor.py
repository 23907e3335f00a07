"""Looks at the installation and says of each problem what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from sourcebook.index.errors import EmbedderMismatch, LibraryNotFound, SourcebookError
from sourcebook.ui.render import count

if TYPE_CHECKING:
    from sourcebook.index.model_server.connection import Task

__all__ = ["Check", "examine"]

_PACKAGES = (
    "faiss-cpu",
    "gradio",
    "sentence-transformers",
    "torch",
    "transformers",
)
_MEMORY = 3.0
"""GB that the two models, the page and a small library take together."""
_SERVER_SECONDS = 5.0
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``remedy`` says what to do when it is not ``ok``."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def examine(library: os.PathLike[str] | None = None) -> list[Check]:
    """All checks, in the order in which a person would mend what they find."""
    examinations: tuple[Callable[[], Iterator[Check]], ...] = (
        _versions,
        _settings,
        _processor,
        _memory,
        _models,
        lambda: _library(library),
    )
    return [check for examination in examinations for check in examination()]


def _versions() -> Iterator[Check]:
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Check("python", True, f"{python}, SQLite {sqlite3.sqlite_version}")
    for package in ("sourcebook", *_PACKAGES):
        try:
            yield Check(package, True, version(package))
        except PackageNotFoundError:
            yield Check(package, False, "not installed", "run `make setup`")


def _settings() -> Iterator[Check]:
    from sourcebook.rag import Settings

    try:
        settings = Settings.load()
    except SourcebookError as error:
        yield Check("settings", False, str(error))
    else:
        embedder = settings.embedder or "the library's own embedder"
        yield Check("settings", True, f"{settings.language_model}, {embedder}")


def _processor() -> Iterator[Check]:
    from sourcebook.index.machine import features, has_amx, may_repack, physical_cores

    instructions = [
        name for name in ("avx2", "avx512f", "amx_tile", "asimd", "sve") if name in features()
    ]
    yield Check("processor", True, f"{physical_cores()} cores; {' '.join(instructions) or 'plain'}")
    if not has_amx():
        guard = "no AMX here, nothing to guard"
    elif may_repack():
        guard = "AMX buffers in use"
    else:
        guard = "AMX guard on: the buffers that crash some builds are left unused"
    # In another process: a build for another processor takes down the one that loads it.
    code = "import llama_cpp; print(llama_cpp.__version__)"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    if process.returncode:
        reason = (process.stderr.strip().splitlines() or [f"exit status {process.returncode}"])[-1]
        yield Check("llama.cpp", False, f"cannot be loaded ({reason})", "run `make setup`")
    else:
        yield Check("llama.cpp", True, f"llama-cpp-python {process.stdout.strip()}; {guard}")


def _memory() -> Iterator[Check]:
    import psutil

    memory = psutil.virtual_memory()
    total, free = memory.total / 1e9, memory.available / 1e9
    detail = f"{free:.1f} of {total:.1f} GB free"
    remedy = f"answering takes about {_MEMORY:.0f} GB: close something"
    yield Check("memory", free >= _MEMORY, detail, None if free >= _MEMORY else remedy)


def _models() -> Iterator[Check]:
    from sourcebook.index.model_server import is_address
    from sourcebook.index.weights import files as weights
    from sourcebook.rag import Settings

    try:
        settings = Settings.load()
    except SourcebookError:  # which is told above
        settings = Settings()
    tasks: tuple[tuple[Task, str | None, str], ...] = (
        ("embedder", settings.embedder, weights.DEFAULT_EMBEDDER),
        ("language_model", settings.language_model, weights.DEFAULT_LANGUAGE_MODEL),
    )
    for task, setting, default in tasks:
        name = default if setting in (None, "hash", "scripted") else setting
        yield _server(name, task) if is_address(name) else _file(name)


def _file(name: str) -> Check:
    from sourcebook.index.weights import files as weights

    try:
        path = weights.checked_path(name)
    except SourcebookError as error:
        return Check(name, False, str(error))
    return Check(name, True, str(path))


def _server(address: str, task: Task) -> Check:
    from sourcebook.index.model_server import ServerAddress, ServerConnection, server_key

    try:
        server = ServerAddress.parse(address)
        models = ServerConnection(server, task, silence=_SERVER_SECONDS).list_models()
    except SourcebookError as error:
        return Check(task, False, str(error))
    key = "with a key" if server_key(task) else "without a key"
    if models and server.model not in models:
        names = ", ".join(models[:_MOST_NAMES])
        # No problem by itself: a server of one model takes any name.
        return Check(
            task,
            True,
            f"{server.base}, {key}; it lists {names}, not {server.model}",
        )
    return Check(task, True, f"{server}, {key}")


def _library(folder: os.PathLike[str] | None) -> Iterator[Check]:
    from sourcebook.index import Library
    from sourcebook.rag import Settings
    from sourcebook.rag.models import make_embedder

    try:
        try:
            library = Library.open(folder, create=False)
        except EmbedderMismatch:  # of a server, whose place the settings name
            library = Library.open(folder, create=False, embedder=make_embedder(Settings.load()))
        with library:
            stats, problems = library.stats(), library.check()
            location, place = library.folder, library.place
    except LibraryNotFound as error:
        # Not a fault: nobody has added anything yet.
        yield Check("library", True, str(error))
        return
    except SourcebookError as error:
        yield Check("library", False, str(error))
        return
    amount = f"{count(stats.documents, 'article')}, {count(stats.passages, 'passage')}"
    size = f"{amount}, {stats.bytes / 1e6:.1f} MB"
    yield Check("library", not problems, f"{size} in {place}{_problems_text(problems)}")
    free = shutil.disk_usage(location).free / 1e9
    remedy = None if free >= 1 else "adding articles needs room: free some disk"
    yield Check("disk", free >= 1, f"{free:.1f} GB free", remedy)


def _problems_text(problems: list[str]) -> str:
    if not problems:
        return ""
    remedy = "copy the folder, then add the articles to a new library"
    return f"; {'; '.join(problems)}: {remedy}"
