"""Model files: which there are, where they lie, how they are fetched, checked and shared."""

from .catalogue import DEFAULT_EMBEDDER, DEFAULT_LANGUAGE_MODEL, MODELS, Weights
from .files import (
    DownloadProgress,
    checked_path,
    content_id,
    is_installed,
    models_folder,
    pull,
    verify,
)
from .pool import ModelPool

__all__ = [
    "DEFAULT_EMBEDDER",
    "DEFAULT_LANGUAGE_MODEL",
    "MODELS",
    "DownloadProgress",
    "ModelPool",
    "Weights",
    "checked_path",
    "content_id",
    "is_installed",
    "models_folder",
    "pull",
    "verify",
]
