"""A library's database opened without its embedder, for who looks after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sourcebook.index.errors import LibraryError, LibraryNotFound
from sourcebook.index.libraries.catalogue import default_folder
from sourcebook.index.libraries.folders import FolderLock
from sourcebook.index.libraries.restoration import finish_restoration
from sourcebook.index.paths import DATABASE
from sourcebook.index.store.store import Store


def library_folder(folder: str | os.PathLike[str] | None) -> Path:
    """Return the folder of a library; by default that of the current one.

    Raises:
        LibraryError: the library is in PostgreSQL.
    """
    place = Path(folder).expanduser() if folder is not None else default_folder()
    if isinstance(place, Path):
        return place
    raise LibraryError(
        f"{place} is in PostgreSQL: the tools of its server (pg_dump, VACUUM) look after it"
    )


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """Give the database of a library, which others may use meanwhile.

    Args:
        folder: the library's.

    Raises:
        LibraryNotFound: there is none.
        LibraryDamaged, LibraryBusy, LibraryError: its database cannot be used.
    """
    if not (folder / DATABASE).is_file():
        raise LibraryNotFound(f"no library in {folder}: `sourcebook add` makes one")
    finish_restoration(folder)
    with FolderLock(folder), closing(Store(folder / DATABASE)) as store:
        yield store
