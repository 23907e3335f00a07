"""The parts of a library, opened: its store, its embedder, what searches it, its lock."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.choosing import choose_embedder
from sourcebook.index.embedding.following import FollowingEmbedder
from sourcebook.index.libraries.address import Address, locate
from sourcebook.index.libraries.catalogue import default_folder
from sourcebook.index.libraries.folders import FolderLock
from sourcebook.index.libraries.restoration import finish_restoration
from sourcebook.index.search.finder import Finder, LocalFinder
from sourcebook.index.store.contract import LibraryStore
from sourcebook.index.store.store import Store

from .errors import LibraryError, LibraryNotFound
from .paths import DATABASE


class Parts(NamedTuple):
    """What an open library consists of; one on a server has no lock on a folder."""

    folder: Path
    store: LibraryStore
    embedder: Embedder
    finder: Finder
    lock: FolderLock | None


def open_parts(
    place: str | os.PathLike[str] | None, *, create: bool, embedder: Embedder | None
) -> Parts:
    """Open a library in a folder, or one in PostgreSQL.

    Args:
        place: a path or an address; None: the default one.
        create: make a library where there is none.
        embedder: by default the one the library was made with, else the default model.

    Returns:
        Its parts, which are whoever opened it's to close.

    Raises:
        LibraryNotFound: there is none and ``create`` is False.
        EmbedderMismatch: it was made with another embedder than this one.
        LibraryDamaged, LibraryBusy, LibraryError: its database cannot be used.
    """
    located = default_folder() if place is None else locate(place)
    if isinstance(located, Address):
        return _open_on_server(located, create=create, embedder=embedder)
    return _open_folder(located, create=create, embedder=embedder)


def _open_folder(place: Path, *, create: bool, embedder: Embedder | None) -> Parts:
    if not create and not (place / DATABASE).is_file():
        raise LibraryNotFound(f"no library in {place}: `sourcebook add` makes one")
    _make_folder(place)
    with ExitStack() as undo:
        lock = undo.enter_context(FolderLock(place))
        if not create and not (place / DATABASE).is_file():  # it was moved meanwhile
            raise LibraryNotFound(f"no library in {place}: `sourcebook add` makes one")
        finish_restoration(place)
        store = Store(place / DATABASE)
        undo.callback(store.close)
        own_embedder = FollowingEmbedder(
            lambda: store.meta("embedder"),
            lambda name: choose_embedder(embedder, name, place, int(store.meta("dimension") or 0)),
        )
        undo.pop_all()
        return Parts(place, store, embedder or own_embedder, LocalFinder(place, store), lock)


def _open_on_server(place: Address, *, create: bool, embedder: Embedder | None) -> Parts:
    try:
        from sourcebook.index.postgres import PostgresFinder, PostgresStore
    except ImportError as error:
        raise LibraryError(
            f"a library in PostgreSQL needs `pip install 'sourcebook[postgres]'` ({error})"
        ) from None
    with ExitStack() as undo:
        store = PostgresStore(place, create=create)
        undo.callback(store.close)
        own_embedder = choose_embedder(
            embedder, store.meta("embedder"), place.folder, int(store.meta("dimension") or 0)
        )
        _make_folder(place.folder)
        undo.pop_all()
        return Parts(place.folder, store, own_embedder, PostgresFinder(store), None)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"cannot make the folder {folder} ({error.strerror}): choose another with --library"
        ) from None
