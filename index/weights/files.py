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

from collections.abc import Callable, Iterable
from pathlib import Path

from sourcebook.index.errors import ModelDownloadFailed, ModelFileAltered, ModelFileMissing

from .catalogue import DEFAULT_EMBEDDER, DEFAULT_LANGUAGE_MODEL, MODELS, RECOMMENDED, Weights
from .download import DownloadProgress, check, fetch, slug
from .hub import HubFile, ask_hub
from .places import (
    checksums,
    find,
    first_sights,
    folder_of,
    is_installed,
    is_on_hub,
    models_folder,
    path,
    repair,
)

__all__ = [
    "DEFAULT_EMBEDDER",
    "DEFAULT_LANGUAGE_MODEL",
    "MODELS",
    "RECOMMENDED",
    "DownloadProgress",
    "Weights",
    "checked_path",
    "content_id",
    "is_installed",
    "list_weights",
    "models_folder",
    "path",
    "pull",
    "verify",
]


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
    weights = find(model)
    if weights is not None:
        for file in weights.files:
            check(folder_of(weights) / file.path, file, checksums().sha256, repair(weights))
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
    weights = find(model)
    if weights is not None:
        for file in weights.files:
            check(folder_of(weights) / file.path, file, checksums().read, repair(weights))


def content_id(model: str | Weights) -> str:
    """Return the SHA-256 of the weights, which says what answered whatever the file is called.

    Of an embedder it is the hash of its largest file. For a file of your own it is worked out once
    and remembered.

    Args:
        model: as for `path`.

    Raises:
        ModelFileMissing: a file of your own is not there, or its folder is empty.
    """
    weights = find(model)
    if weights is not None:
        return max(weights.files, key=lambda file: file.size).sha256
    own = path(model)
    files = [own] if own.is_file() else [file for file in own.rglob("*") if file.is_file()]
    if not files:
        raise ModelFileMissing(f"{own} holds no files")
    return checksums().sha256(max(files, key=lambda file: file.stat().st_size))


def pull(
    models: Iterable[str | Weights] | None = None,
    progress: Callable[[DownloadProgress], None] = lambda _: None,
) -> None:
    """Fetch what is missing or altered of some models.

    Interrupted, it goes on where it was when called again. A file takes its place only after its
    hash was compared, by one rename. Several processes may call it; one fetches, the others
    wait. A file of your own is left alone.

    Args:
        models: as for `path`, or ``hf:OWNER/REPO/FILE.gguf``; None: the two defaults. What the
            hub says of a file is written down at first sight; later it is checked against that.
        progress: called with how far it is, often while a model is fetched.

    Raises:
        ModelDownloadFailed: no mirror could give a file, or the disk has no room for it.
        ModelFileAltered: what every mirror gave is not the published file. Nothing of it is kept.
        ModelFileMissing: no model or file has that name.
    """
    from filelock import FileLock

    for model in (DEFAULT_EMBEDDER, DEFAULT_LANGUAGE_MODEL) if models is None else models:
        if find(model) is None and not is_on_hub(model):
            path(model)
            continue
        try:
            models_folder().mkdir(parents=True, exist_ok=True)
            weights = find(model) or _see(str(model))
            with FileLock(models_folder() / f"{slug(weights)}.lock"):
                if not _is_intact(weights):
                    fetch(weights, progress)
                    checked_path(weights)  # So that the next start finds the hashes in the book.
        except OSError as error:
            raise ModelDownloadFailed(
                f"{getattr(model, 'name', model)} could not be written to {models_folder()} "
                f"({error.strerror or error}): make room or set SOURCEBOOK_MODELS to another "
                "folder, then run `sourcebook models pull` again"
            ) from error


def _is_intact(weights: Weights) -> bool:
    try:
        checked_path(weights)
    except (ModelFileMissing, ModelFileAltered):
        return False
    return True


def _see(name: str) -> Weights:
    """Return a model of the hub, written down as it is now."""
    from filelock import FileLock

    file = HubFile.parse(name)
    try:
        record = ask_hub(file)
    except ModelDownloadFailed as error:
        raise ModelDownloadFailed(f"{name} could not be fetched: {error}") from None
    with FileLock(models_folder() / "hub.json.lock"):
        return first_sights().add(name, record)


def list_weights() -> list[Weights]:
    """Return the known models and those that were pulled from the hub. Raises ModelFileAltered."""
    sights = first_sights()
    return [*MODELS.values(), *filter(None, map(sights.get, sights.names()))]
