"""Where figures come from: code, models, library, machine. No personal paths among it."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from sourcebook.index.errors import SourcebookError
from sourcebook.index.library import Library
from sourcebook.index.weights import files as weights

_ROOMS = ("index", "rag", "eval")


def code() -> dict[str, Any]:
    """Version, git commit where there is one, and a hash over the source of what was evaluated.

    The hash tells two states of the code apart that have the same version or commit.
    """
    home = Path(__file__).resolve().parents[2]
    try:
        version = metadata.version("sourcebook")
    except metadata.PackageNotFoundError:
        version = None
    digest = hashlib.sha256()
    for file in sorted(f for room in _ROOMS for f in (home / room).glob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return {"version": version, "commit": _commit(home), "source": digest.hexdigest()[:16]}


def library(opened: Library, content: str) -> dict[str, Any]:
    """Which library: folder name, size, generation, and ``content``, a hash over its texts."""
    stats = opened.stats()
    return {
        "name": opened.folder.name,
        "documents": stats.documents,
        "passages": stats.passages,
        "generation": stats.generation,
        "content": content,
    }


def model(name: str) -> dict[str, Any]:
    """A model's name and the SHA-256 of its weights, None where they are not ours to read."""
    own = Path(name).expanduser()
    try:
        digest: str | None = weights.content_id(name)
    except (SourcebookError, OSError):
        digest = None
    return {"name": own.name if own.is_absolute() else name, "sha256": digest}


def machine() -> dict[str, Any]:
    """Processor, cores, memory and versions; nothing that names its owner."""
    import psutil

    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


_PACKAGES = ("llama-cpp-python", "sentence-transformers", "torch", "faiss-cpu", "numpy")


def peak_memory() -> float:
    """The most memory this process ever held, in MiB."""
    import psutil

    try:
        import resource
    except ImportError:  # Windows
        return float(getattr(psutil.Process().memory_info(), "peak_wset", 0)) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if platform.system() == "Darwin" else 2**10)


def _commit(home: Path) -> str | None:
    """The commit of the checkout this runs from, with a + when files differ from it."""
    if not (home / ".git").exists():
        return None
    try:
        commit = _git(home, "rev-parse", "--short=12", "HEAD")
        changed = _git(home, "status", "--porcelain", "--", *_ROOMS)
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if changed else "")


def _git(home: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(home), *words], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in text.splitlines() if "model name" in line)
    return next(names, platform.machine())


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
