"""A library replaced by a restored one, all of it or nothing, whenever the process is killed.

The restored files wait in a folder within the library's. Its database changes in one step, and with
that the library is the restored one; what lies beside the database follows at once, or, where the
process was killed in between, when the library is opened next.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sourcebook.index.errors import LibraryBusy, LibraryDamaged, LibraryError
from sourcebook.index.paths import DATABASE, forget_states, write_atomically
from sourcebook.index.store.database import BUSY_SECONDS, Database
from sourcebook.index.store.store import Store

from .folders import FolderLock

FOLDER = ".restoring"
"""Where the restored files wait, in the library's folder."""

REINDEX = f"{DATABASE}-reindex"
"""The file in which the vectors of another embedder are collected."""

_LINE = "line"
"""The file that says by what the restored database is known."""

_AHEAD = 1000
"""By how much the generation rises: by more than others may commit while the copy is made ready."""


@contextmanager
def restoration(place: Path) -> Iterator[Path]:
    """Give an empty folder for restored files, and remove it after.

    Args:
        place: the library's folder.

    Raises:
        LibraryBusy: the library is just being restored by another process.
        OSError: nothing can be written there.
    """
    files = place / FOLDER
    files.mkdir(exist_ok=True)
    try:
        lock = FolderLock(files, alone=True)
    except LibraryBusy:
        raise LibraryBusy(f"{place} is just being restored: wait for that") from None
    with lock:
        _settle(place)  # what a killed one left
        try:
            yield files
        finally:
            _settle(place)
            files.rmdir()


def finish_restoration(place: Path) -> None:
    """Finish or undo a restoration whose process was killed; one that goes on is let alone, and
    one that cannot be finished yet, as others write or the disk is full, is finished later."""
    files = place / FOLDER
    if files.is_dir():
        with suppress(LibraryError, OSError), FolderLock(files, alone=True):
            _settle(place)
            files.rmdir()


def put_in_place(files: Path, place: Path) -> None:
    """Put a restored database in the place of the library's, in one step. One that cannot be read
    any more gets another name.

    Args:
        files: the folder that `restoration` gave.
        place: the library's.

    Raises:
        LibraryBusy: another process reads or writes the library's all the time.
        LibraryDamaged, LibraryError: as `Database` has it; nothing was changed.
    """
    line = secrets.token_hex(8)
    there = _open_whole(place / DATABASE)
    with closing(Store(files / DATABASE)) as new:
        generation = max(there.generation if there else 0, new.generation) + _AHEAD
        new.set_meta("generation", str(generation))
        new.set_meta("stamp", secrets.token_hex(8))
        new.set_meta("line", line)
        write_atomically(files / _LINE, line, sync=True)
        if there is not None:
            with closing(there):
                _copy_over(new.database, there.database)
            return
    _put_aside(place / DATABASE)
    (files / DATABASE).replace(place / DATABASE)


def _settle(place: Path) -> None:
    """Have the rest follow a database that was replaced; remove the restored files."""
    files = place / FOLDER
    if _is_replaced(place):
        forget_states()
        shutil.rmtree(place / "vectors", ignore_errors=True)
        for begun in place.glob(f"{REINDEX}*"):
            begun.unlink(missing_ok=True)
        for other in files.glob("*.sqlite"):
            if other.name != DATABASE:
                _replace_other(other, place / other.name)
    (files / _LINE).unlink(missing_ok=True)
    for file in files.iterdir():  # the folder stays, as it is locked
        shutil.rmtree(file) if file.is_dir() else file.unlink()


def _is_replaced(place: Path) -> bool:
    line = place / FOLDER / _LINE
    if not line.is_file() or not (place / DATABASE).is_file():
        return False
    try:
        with closing(Store(place / DATABASE)) as store:
            return store.meta("line") == line.read_text()
    except LibraryDamaged:
        return False


def _open_whole(file: Path) -> Store | None:
    """Open a library's database, a new one where there is none; None if it is damaged."""
    try:
        store = Store(file)
    except LibraryDamaged:
        return None
    try:
        if not store.problems():
            return store
    except LibraryDamaged:
        pass
    store.close()
    return None


def _replace_other(source: Path, target: Path) -> None:
    try:
        database = Database(target, None)
    except LibraryDamaged:
        _put_aside(target)
        source.replace(target)
        return
    with closing(database), closing(Database(source, None)) as restored:
        _copy_over(restored, database)


def _put_aside(file: Path) -> None:
    """Keep a damaged database under another name too; what is renamed over it takes its place."""
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    journal = file.with_name(f"{file.name}-journal")
    if journal.exists():  # it must not be taken for the new database's
        journal.rename(file.with_name(f"damaged-{moment}-{journal.name}"))
    aside = file.with_name(f"damaged-{moment}-{file.name}")
    try:
        os.link(file, aside)
    except OSError:  # the file system has no links
        shutil.copyfile(file, aside)


def _copy_over(source: Database, target: Database) -> None:
    """Replace what is in a database in one step, which others see whole or not at all."""
    until = time.monotonic() + BUSY_SECONDS

    def check_time(status: int, remaining: int, total: int) -> None:
        if time.monotonic() > until:
            raise LibraryBusy(
                f"another process holds {target.path}: try again when it has finished"
            )

    with source.reading() as db, target.reading() as to:
        db.backup(to, progress=check_time)
