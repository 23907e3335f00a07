"""Where Sourcebook keeps what: the files of a library, and what may be deleted at any time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

DATABASE = "library.sqlite"
"""The database in the folder of a library."""

LIBRARY_NAMES = (DATABASE, "vectors", "conversations.sqlite", "uploads")
"""How the names of all files and folders of a library begin."""

STATE, PART = ".state", ".part"
"""Endings of the files in `states_folder`."""


def is_library(folder: Path) -> bool:
    """Return whether a folder is that of a library."""
    return (folder / DATABASE).is_file()


def data_folder() -> Path:
    """Return the user's folder for what Sourcebook keeps."""
    from platformdirs import user_data_path

    return user_data_path("sourcebook", appauthor=False)


def libraries_folder() -> Path:
    """``$SOURCEBOOK_LIBRARIES``, else ``libraries`` in the user's data folder."""
    setting = os.environ.get("SOURCEBOOK_LIBRARIES")
    return Path(setting).expanduser() if setting else data_folder() / "libraries"


def cache_folder() -> Path:
    """``$SOURCEBOOK_CACHE``, else the user's cache folder."""
    from platformdirs import user_cache_path

    setting = os.environ.get("SOURCEBOOK_CACHE")
    return Path(setting).expanduser() if setting else user_cache_path("sourcebook", appauthor=False)


def write_atomically(
    path: Path, content: str | Iterable[bytes], *, mode: int | None = None, sync: bool = False
) -> None:
    """Write a file beside ``path`` and rename it: readers see the old content or the new one.

    Args:
        path: the file; its folder is there.
        content: a text, written as UTF-8, or the bytes piece by piece.
        mode: permissions of the file; until it is complete, its owner alone may read it. By
            default they are those of any new file.
        sync: have the content on disk before the rename, so that a power cut leaves the old one
            or the new one, never an empty file.

    Raises:
        OSError: the file cannot be written; ``path`` is as it was.
    """
    pieces = [content.encode()] if isinstance(content, str) else content
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    permissions = 0o666 if mode is None else 0o600
    try:
        with open(temporary, "xb", opener=partial(os.open, mode=permissions)) as file:
            file.writelines(pieces)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def states_folder() -> Path:
    """Where whoever reads articles may keep what it made of their words, in files of its own.

    The files end in STATE, or in PART while they are written. A library that lets go of an
    article's words removes them all (`forget_states`), whoever told it to and whoever made them.
    """
    return cache_folder() / "states"


def forget_states() -> None:
    """Remove what was made of articles' words: those of one that is gone may be among them."""
    with suppress(OSError):
        for file in states_folder().iterdir():
            if file.suffix in (STATE, PART):
                file.unlink(missing_ok=True)
