"""What was removed from a library is erased from every file of it.

SQLite marks a removed row as free space and leaves its bytes; FTS5 notes that a posting is void and
leaves it until its segments are merged. So the segments are merged, and the file is written anew.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sourcebook.index.errors import LibraryError
from sourcebook.index.ingest import uploads
from sourcebook.index.libraries.restoration import REINDEX
from sourcebook.index.paths import DATABASE, PART, STATE, forget_states, states_folder
from sourcebook.index.search.finder import LocalFinder
from sourcebook.index.store.database import Database
from sourcebook.index.store.store import Store

from .opening import library_folder, open_store

_HOUR = 3600.0
_READ_FROM = "SELECT 1 FROM documents WHERE instr(path, ?) LIMIT 1"


@dataclass(frozen=True, slots=True)
class Files:
    """A number of files, and how many bytes they took."""

    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Purge:
    """What was erased.

    ``before`` and ``after`` are the bytes of the databases; ``free`` of them were of rows that had
    been removed. ``vectors`` are snapshots, which are made again, ``states`` those of the language
    model, ``copies`` uploaded files that no article was read from. ``left`` says what could not be
    erased, a line each.
    """

    before: int
    after: int
    free: int
    vectors: Files
    states: Files
    copies: Files
    left: tuple[str, ...] = ()


def purge(folder: str | os.PathLike[str] | None = None) -> Purge:
    """Erase what was removed from a library: texts, postings, vectors, model states, copies.

    Others may search meanwhile; they wait while a database is written anew, which needs as much
    free room as the database takes. The blocks that the file system then holds as free are beyond
    this.

    Args:
        folder: the library's; by default the current one's.

    Returns:
        What was erased.

    Raises:
        LibraryNotFound: there is no library.
        LibraryBusy: another process reads or writes all the time.
        LibraryDamaged, LibraryError: the database cannot be written anew; nothing is lost.
    """
    place = library_folder(folder)
    left: list[str] = []
    with open_store(place) as store:
        states = _measure(file for file in _files(states_folder()) if file.suffix in (STATE, PART))
        forget_states()
        _forget_origins(store)
        databases = sorted(place.glob("*.sqlite"))
        before = _measure(databases).bytes
        free = _rewrite(store.database)
        for file in databases:
            if file.name != DATABASE:
                try:
                    with closing(Database(file, None)) as other:
                        free += _rewrite(other)
                except LibraryError as error:
                    left.append(str(error))
        # A reindexing may have embedded what was removed since; it is begun anew.
        begun = [file for file in place.glob(f"{REINDEX}*") if file.is_file()]
        vectors = _measure([*_files(place / "vectors"), *begun])
        shutil.rmtree(place / "vectors", ignore_errors=True)
        for file in begun:
            file.unlink(missing_ok=True)
        copies = _erase_copies(place, store, left)
        if not store.is_empty():
            with closing(LocalFinder(place, store)) as finder:
                finder.vectors()  # so that the next question need not wait for them
    return Purge(before, _measure(databases).bytes, free, vectors, states, copies, tuple(left))


def _rewrite(database: Database) -> int:
    """Write a database anew, with the segments of its words merged; return how much was free."""
    words = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
    for (table,) in database.rows(words):
        with database.changing() as db:
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
    with database.reading() as db:
        (pages,) = db.execute("PRAGMA freelist_count").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
        db.execute("PRAGMA secure_delete = ON")
        db.execute("VACUUM")
    return int(pages * size)


def _forget_origins(store: Store) -> None:
    """Forget the files and pages none of whose articles is there; a sync reads them anew anyway."""
    present = store.ids()
    origins = store.origins()
    origins.forget(
        origin
        for origin in origins.all()
        if origin.documents and present.isdisjoint(origin.documents)
    )


def _erase_copies(folder: Path, store: Store, left: list[str]) -> Files:
    """Erase uploaded files that no article was read from, unless they have just come."""
    copies = [
        file
        for file in _files(folder / uploads.FOLDER)
        if not store.database.rows(_READ_FROM, (_content_of(file, folder),))
    ]
    old = [file for file in copies if time.time() - file.stat().st_ctime > _HOUR]
    erased = _measure(old)
    for file in old:
        uploads.delete_copy(os.fspath(file), folder, lambda path: False)
    if recent := len(copies) - len(old):
        left.append(
            f"{recent} uploaded files of the last hour that no article was read from yet: "
            "purge again later"
        )
    return erased


def _content_of(copy: Path, folder: Path) -> str:
    """Return the name of a copy's own folder, which is that of its content."""
    return copy.relative_to(folder / uploads.FOLDER).parts[0]


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


def _measure(files: Iterable[Path]) -> Files:
    sizes: list[int] = []
    for file in files:
        with suppress(OSError):  # it went meanwhile
            sizes.append(file.stat().st_size)
    return Files(len(sizes), sum(sizes))
