"""Model files: which there are, where they lie, fetching them, and refusing altered ones.

    MODELS            what is known, each file with its size and SHA-256
    pull()            fetch what is missing or altered
    checked_path()    what loaders call: where the files lie, after a check that costs milliseconds
    verify()          read every byte and compare

They lie in ``$SOURCEBOOK_MODELS``, else in the user's data folder. A name may also be the path of a
GGUF file or of a sentence-transformers folder of your own: it is used as it is, and its hash is
known (`content_id`) but, there being nothing to compare it with, not checked.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import platformdirs

from sourcebook.index.errors import ModelDownloadFailed, ModelFileAltered, ModelFileMissing

from .catalogue import DEFAULT_EMBEDDER, DEFAULT_LANGUAGE_MODEL, MODELS, Weights
from .checksums import ChecksumCache
from .mirrors import WeightFile

__all__ = [
    "DEFAULT_EMBEDDER",
    "DEFAULT_LANGUAGE_MODEL",
    "MODELS",
    "DownloadProgress",
    "Weights",
    "checked_path",
    "content_id",
    "is_installed",
    "models_folder",
    "path",
    "pull",
    "verify",
]

REPAIR: Final = "sourcebook models pull"


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a `pull` is: bytes ``done`` of ``total``."""

    model: str
    doing: Literal["fetching", "checking"]
    done: int
    total: int


def models_folder() -> Path:
    """Return where model files lie: ``$SOURCEBOOK_MODELS``, else the user's data folder."""
    chosen = os.environ.get("SOURCEBOOK_MODELS")
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("sourcebook", appauthor=False) / "models"


def path(model: str | Weights) -> Path:
    """Return the GGUF file of a language model, the folder of an embedder; or a path of your own.

    Args:
        model: a known model or its name, or a path.

    Raises:
        ModelFileMissing: a file is not there.
    """
    weights = _find(model)
    if weights is None:
        own = Path(str(model)).expanduser()
        if not own.exists():
            names = ", ".join(MODELS)
            raise ModelFileMissing(f"{model} is no file here and no known model ({names})")
        return own
    for file in weights.files:
        if not (_folder(weights) / file.path).is_file():
            raise ModelFileMissing(
                f"{file.path} of {weights.name} is not in {_folder(weights)}: run `{REPAIR}`"
            )
    return _target(weights)


def is_installed(model: str | Weights) -> bool:
    """Return whether every file is there with its published size, whatever its bytes.

    Args:
        model: as for `path`.
    """
    weights = _find(model)
    if weights is None:
        return Path(str(model)).expanduser().exists()
    files = [(_folder(weights) / file.path, file.size) for file in weights.files]
    return all(here.is_file() and here.stat().st_size == size for here, size in files)


def checked_path(model: str | Weights) -> Path:
    """Return the `path`, after making sure that the files are the published ones.

    A file is read in full only when it changed since it was last read in full.

    Args:
        model: as for `path`.

    Raises:
        ModelFileMissing: a file is not there.
        ModelFileAltered: a file is truncated or altered.
    """
    place = path(model)
    weights = _find(model)
    if weights is not None:
        for file in weights.files:
            _check(_folder(weights) / file.path, file, _checksums().sha256)
    return place


def verify(model: str | Weights) -> None:
    """Read every byte of the model's files and compare. Nothing to compare with: nothing done.

    Args:
        model: as for `path`.

    Raises:
        ModelFileMissing: a file is not there.
        ModelFileAltered: a file is truncated or altered.
    """
    path(model)
    weights = _find(model)
    if weights is not None:
        for file in weights.files:
            _check(_folder(weights) / file.path, file, _checksums().read)


def content_id(model: str | Weights) -> str:
    """Return the SHA-256 of the weights, which says what answered whatever the file is called.

    Of an embedder it is the hash of its largest file. For a file of your own it is worked out once
    and remembered.

    Args:
        model: as for `path`.

    Raises:
        ModelFileMissing: a file of your own is not there, or its folder is empty.
    """
    weights = _find(model)
    if weights is not None:
        return max(weights.files, key=lambda file: file.size).sha256
    own = path(model)
    files = [own] if own.is_file() else [file for file in own.rglob("*") if file.is_file()]
    if not files:
        raise ModelFileMissing(f"{own} holds no files")
    return _checksums().sha256(max(files, key=lambda file: file.stat().st_size))


def pull(
    models: Iterable[str | Weights] | None = None,
    progress: Callable[[DownloadProgress], None] = lambda _: None,
) -> None:
    """Fetch what is missing or altered of some models.

    Interrupted, it goes on where it was when called again. A file takes its place only after its
    hash was compared, by one rename. Several processes may call it; one fetches, the others
    wait. A file of your own is left alone.

    Args:
        models: as for `path`; None: the two defaults.
        progress: called with how far it is, often while a model is fetched.

    Raises:
        ModelDownloadFailed: no mirror could give a file, or the disk has no room for it.
        ModelFileAltered: what every mirror gave is not the published file. Nothing of it is kept.
        ModelFileMissing: no model or file has that name.
    """
    from filelock import FileLock

    for model in (DEFAULT_EMBEDDER, DEFAULT_LANGUAGE_MODEL) if models is None else models:
        weights = _find(model)
        if weights is None:
            path(model)
            continue
        try:
            models_folder().mkdir(parents=True, exist_ok=True)
            with FileLock(models_folder() / f"{weights.name}.lock"):
                if not _is_intact(weights):
                    _fetch(weights, progress)
        except OSError as error:
            raise ModelDownloadFailed(
                f"{weights.name} could not be written to {models_folder()} "
                f"({error.strerror or error}): make room or set SOURCEBOOK_MODELS to another "
                f"folder, then run `{REPAIR}`"
            ) from error


def _find(model: str | Weights) -> Weights | None:
    return model if isinstance(model, Weights) else MODELS.get(model)


def _folder(weights: Weights) -> Path:
    return models_folder() / weights.name


def _target(weights: Weights) -> Path:
    folder = _folder(weights)
    return folder if weights.kind == "embedder" else folder / weights.files[0].path


def _checksums() -> ChecksumCache:
    return ChecksumCache(models_folder() / "hashes.json")


def _is_intact(weights: Weights) -> bool:
    try:
        checked_path(weights)
    except (ModelFileMissing, ModelFileAltered):
        return False
    return True


def _check(here: Path, file: WeightFile, hash_of: Callable[[Path], str]) -> None:
    digest, size = hash_of(here), here.stat().st_size
    if digest != file.sha256:
        sizes = "" if size == file.size else f" ({size:,} bytes instead of {file.size:,})"
        raise ModelFileAltered(
            f"{here} is not the published file{sizes}: its SHA-256 is {digest}, "
            f"it should be {file.sha256}; run `{REPAIR}`"
        )


def _fetch(weights: Weights, progress: Callable[[DownloadProgress], None]) -> None:
    partial = models_folder() / f"{weights.name}.partial"
    _need_room(weights, partial)
    failures: list[str] = []
    altered: ModelFileAltered | None = None
    for mirror in weights.mirrors:
        # Each mirror has its own corner: what one left behind is not taken for another's.
        corner = partial / mirror.label
        corner.mkdir(parents=True, exist_ok=True)

        def report(done: int) -> None:
            progress(DownloadProgress(weights.name, "fetching", done, weights.size))

        report(0)
        try:
            mirror.fetch(weights.files, corner, report)
            progress(DownloadProgress(weights.name, "checking", weights.size, weights.size))
            for file in weights.files:
                _check(corner / file.path, file, _checksums().read)
        except ModelDownloadFailed as error:
            failures.append(f"{mirror.label}: {error}")
        except ModelFileAltered as error:
            altered = error
        else:
            _move_in(weights, corner)
            shutil.rmtree(partial)
            checked_path(weights)  # So that the next start finds the hashes in the book.
            return
    if altered is not None:
        shutil.rmtree(partial)
        raise altered
    raise ModelDownloadFailed(
        f"{weights.name} could not be fetched ({'; '.join(failures)}): check the network, then run "
        f"`{REPAIR}` again; what is already here is kept"
    )


def _move_in(weights: Weights, corner: Path) -> None:
    for file in weights.files:
        target = _folder(weights) / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        # A rename, so that whoever reads the file it replaces goes on reading that one.
        (corner / file.path).replace(target)


def _need_room(weights: Weights, partial: Path) -> None:
    """The parts and the file joined from them lie side by side for a moment."""
    here = sum(f.stat().st_size for f in partial.rglob("*") if f.is_file())
    needed = 2 * weights.size + 200_000_000 - here
    free = shutil.disk_usage(models_folder()).free
    if free < needed:
        raise ModelDownloadFailed(
            f"{weights.name} needs {needed / 1e9:.1f} GB of disk and {models_folder()} has "
            f"{free / 1e9:.1f}: make room or set SOURCEBOOK_MODELS to another folder, then run "
            f"`{REPAIR}`"
        )
