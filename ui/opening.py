"""What the commands begin with: the settings, and the library that they are about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..index import Library
    from ..rag import Settings
    from ..rag.settings import Strictness

__all__ = ["load_settings", "open_library"]


def load_settings(strictness: Strictness | None = None) -> Settings:
    from ..rag import Settings

    settings = Settings.load()
    if strictness is None:
        return settings
    return settings.model_copy(update={"strictness": strictness, "answer_above": None})


def open_library(folder: Path | None, settings: Settings, *, create: bool = False) -> Library:
    from ..index import Library
    from ..rag.models import make_embedder

    return Library.open(folder, create=create, embedder=make_embedder(settings))
