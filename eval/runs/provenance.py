"""Where figures come from: code, models, library and machine, without personal paths."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from sourcebook.index.errors import SourcebookError
from sourcebook.index.library import Library
from sourcebook.index.machine import package_version, processor_fields
from sourcebook.index.weights import files as weights

_PACKAGE_FOLDERS = ("index", "rag", "eval")


def describe_code() -> dict[str, Any]:
    """Return the version, the git commit if any, and a hash over the source.

    The hash tells two states of the code apart that have the same version or commit.
    """
    home = Path(__file__).resolve().parents[2]
    version = package_version("sourcebook")
    digest = hashlib.sha256()
    for file in sorted(f for package in _PACKAGE_FOLDERS for f in (home / package).rglob("*.py")):
        digest.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes())
    return {"version": version, "commit": _commit(home), "source": digest.hexdigest()[:16]}


def describe_library(library: Library, content: str) -> dict[str, Any]:
    """Return the folder name, size and generation of a library, and a hash of its texts."""
    stats = library.stats()
    return {
        "name": library.folder.name,
        "documents": stats.documents,
        "passages": stats.passages,
        "generation": stats.generation,
        "content": content,
    }


def describe_model(name: str) -> dict[str, Any]:
    """Return a model's name and the SHA-256 of its weights; None where they cannot be read."""
    path = Path(name).expanduser()
    try:
        digest: str | None = weights.content_id(name)
    except (SourcebookError, OSError):
        digest = None
    return {"name": path.name if path.is_absolute() else name, "sha256": digest}


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, memory and versions; nothing that names the machine's owner."""
    import psutil

    return {
        "system": platform.system(),
        "processor": processor_fields().get("model name")
        or platform.processor()
        or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "packages": {name: package_version(name) for name in _PACKAGES},
    }


_PACKAGES = ("llama-cpp-python", "sentence-transformers", "torch", "faiss-cpu", "numpy")


def peak_memory() -> float:
    """Return the peak memory of this process, in MiB."""
    import psutil

    try:
        import resource
    except ImportError:  # Windows
        return float(getattr(psutil.Process().memory_info(), "peak_wset", 0)) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if platform.system() == "Darwin" else 2**10)


def _commit(home: Path) -> str | None:
    """Return the commit of this checkout, with a + when files differ from it."""
    if not (home / ".git").exists():
        return None
    try:
        commit = _git(home, "rev-parse", "--short=12", "HEAD")
        status = _git(home, "status", "--porcelain", "--", *_PACKAGE_FOLDERS)
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if status else "")


def _git(home: Path, *words: str) -> str:
    process = subprocess.run(
        ["git", "-C", str(home), *words], capture_output=True, text=True, check=True, timeout=10
    )
    return process.stdout.strip()
