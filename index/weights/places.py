"""Where model files lie, and what a name of a model names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

from sourcebook.index.errors import ModelFileMissing

from .catalogue import MODELS, Weights
from .checksums import ChecksumCache
from .first_sight import FirstSights
from .hub import HUB, HubFile

_PULL: Final = "sourcebook models pull"


def models_folder() -> Path:
    """Return where model files lie: ``$SOURCEBOOK_MODELS``, else the user's data folder."""
    setting = os.environ.get("SOURCEBOOK_MODELS")
    if setting:
        return Path(setting).expanduser()
    return platformdirs.user_data_path("sourcebook", appauthor=False) / "models"


def repair(weights: Weights) -> str:
    """Return the command that fetches a model anew."""
    return f"{_PULL} {weights.name}" if weights.is_from_hub else _PULL


def path(model: str | Weights) -> Path:
    """Return the GGUF file of a language model, the folder of an embedder; or a path of your own.

    Args:
        model: a known model or its name, or a path.

    Raises:
        ModelFileMissing: a file is not there.
    """
    weights = find(model)
    if weights is None:
        if is_on_hub(model):
            HubFile.parse(str(model))
            raise ModelFileMissing(f"{model} is not here: run `{_PULL} {model}`")
        own = Path(str(model)).expanduser()
        if not own.exists():
            names = ", ".join(MODELS)
            raise ModelFileMissing(f"{model} is no file here and no known model ({names})")
        return own
    for file in weights.files:
        folder = folder_of(weights)
        if not (folder / file.path).is_file():
            raise ModelFileMissing(
                f"{file.path} of {weights.name} is not in {folder}: run `{repair(weights)}`"
            )
    return target_of(weights)


def is_installed(model: str | Weights) -> bool:
    """Return whether every file is there with its published size, whatever its bytes.

    Args:
        model: as for `path`.
    """
    weights = find(model)
    if weights is None:
        return Path(str(model)).expanduser().exists()
    files = [(folder_of(weights) / file.path, file.size) for file in weights.files]
    return all(here.is_file() and here.stat().st_size == size for here, size in files)


def find(model: str | Weights) -> Weights | None:
    """Return the known model of a name, None for a path of one's own or a file of the hub that was
    never seen. Raises ModelFileAltered: what was seen of the hub cannot be read."""
    if isinstance(model, Weights):
        return model
    return first_sights().get(model) if is_on_hub(model) else MODELS.get(model)


def is_on_hub(model: str | Weights) -> bool:
    """Return whether a name is that of a file on the hub."""
    return isinstance(model, str) and model.startswith(HUB)


def folder_of(weights: Weights) -> Path:
    """Return the folder of a model's files."""
    return models_folder() / weights.folder


def target_of(weights: Weights) -> Path:
    """Return what loaders open: the file of a language model, its first part; an embedder's
    folder."""
    folder = folder_of(weights)
    return folder if weights.kind == "embedder" else folder / weights.files[0].path


def first_sights() -> FirstSights:
    """Return what the hub said of the models that were pulled from it."""
    return FirstSights(models_folder() / "hub.json")


def checksums() -> ChecksumCache:
    """Return the hashes of files that did not change since."""
    return ChecksumCache(models_folder() / "hashes.json")
