"""The folder of a library: locked, moved, in the trash, and erased from there.

A deleted library's folder moves to the trash, ``.deleted`` beside the other folders, under its name
and the time of deletion: it can be restored from there.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sourcebook.index.errors import LibraryBusy, LibraryError

TRASH = ".deleted"
_MOMENT = "%Y%m%dT%H%M%S%f"
_TRASH_NAME = re.compile(r"(?P<name>.+)-(?P<moment>\d{8}T\d{12})")


def move(folder: Path, to: Path, database: str) -> None:
    """Rename a library's folder when no process has it open; ``database`` is its file's name.

    What was uploaded to it lies in it: the articles' paths follow.

    Raises:
        LibraryBusy: a page or a command has it open.
        LibraryError: it cannot be moved; it stays where and as it was.
    """
    with FolderLock(folder, alone=True):
        _rename(folder, to, database)
        try:
            update_paths(to / database, folder, to)
        except LibraryError:
            with contextlib.suppress(OSError):
                to.rename(folder)
            raise


def move_to_trash(folder: Path, home: Path, name: str, database: str) -> Path:
    """Move a library to the trash of ``home``; return its new folder. Raises as `move`, but
    a damaged library can be moved too."""
    to = home / TRASH / f"{name}-{datetime.now(UTC):{_MOMENT}}"
    with FolderLock(folder, alone=True):
        _rename(folder, to, database)
    return to


def list_trash(home: Path, database: str) -> list[tuple[str, Path, datetime]]:
    """Return name, folder and time of deletion of each library in the trash, the latest first."""
    entries: list[tuple[datetime, str, Path]] = []
    with contextlib.suppress(OSError):
        for folder in (home / TRASH).iterdir():
            parts = _TRASH_NAME.fullmatch(folder.name)
            if parts and (folder / database).is_file():
                with contextlib.suppress(ValueError):  # the digits are no moment
                    when = datetime.strptime(f"{parts['moment']}+0000", f"{_MOMENT}%z")
                    entries.append((when, parts["name"], folder))
    return [(name, folder, when) for when, name, folder in sorted(entries, reverse=True)]


def _rename(folder: Path, to: Path, database: str) -> None:
    if not (folder / database).is_file():
        raise LibraryError(f"there is no library in {folder} any more: nothing was changed")
    if to.exists() and not to.samefile(folder):  # the same: where case does not count
        raise LibraryError(f"there is a folder {to} already: move it away, or choose another")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(to)
    except OSError as error:
        raise LibraryError(
            f"cannot move {folder} to {to} ({error.strerror}): nothing was changed"
        ) from None


def update_paths(file: Path, before: Path, now: Path) -> None:
    """Change the stored paths below ``before`` to paths below ``now``.

    Args:
        file: the library's database.
        before: a folder.
        now: the folder in its place.

    Raises:
        LibraryError: the database cannot be written.
    """
    from sourcebook.index.store.store import Store

    old, new = (f"{folder.absolute()}{os.sep}" for folder in (before, now))
    with contextlib.closing(Store(file)) as store:
        columns = [("documents", "path"), ("documents", "location")]
        if store.database.rows("SELECT 1 FROM sqlite_master WHERE name = 'origins'"):
            columns.append(("origins", "item"))
        with store.database.changing() as db:
            for table, column in columns:
                sql = (
                    f"UPDATE OR REPLACE {table} "  # noqa: S608
                    f"SET {column} = ?1 || substr({column}, length(?2) + 1) "
                    f"WHERE substr({column}, 1, length(?2)) = ?2"
                )
                db.execute(sql, (new, old))


_ERASED = ".erased"


def size_of(folder: Path) -> int:
    """Return the bytes of all files in and below a folder; links are not followed."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):  # it went meanwhile
                total += Path(place, name).lstat().st_size
    return total


def erase(folder: Path) -> None:
    """Erase a library in the trash with all that lies in its folder.

    Raises:
        LibraryBusy: a page or a command has it open.
        LibraryError: something of it cannot be erased; the message says what is left, and where.
    """
    renamed = folder.with_name(folder.name + _ERASED)
    try:
        with FolderLock(folder, alone=True):
            folder.rename(renamed)
    except OSError as error:
        raise LibraryError(f"cannot erase {folder} ({error.strerror}): it stays") from None
    problems = [_remove_tree(folder) for folder in folder.parent.glob(f"*{_ERASED}")]
    if problem := next(filter(None, problems), None):
        raise LibraryError(problem)


def _remove_tree(folder: Path) -> str | None:
    """Remove a folder with all its files; return a line about what could not be, or None."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:  # somebody else was quicker
        return None
    except OSError as error:
        return f"not all of {folder} could be erased ({error.strerror}): erase the rest yourself"
    return None


class FolderLock:
    """A lock on a library's folder, until `close`: shared while the library is open, alone while
    the folder is moved or erased. It orders no writes within the library; its database does.

    Raises:
        LibraryBusy: another process has a lock on it that excludes this one.
    """

    def __init__(self, folder: Path, *, alone: bool = False) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            self._file = os.open(folder, os.O_RDONLY)
            kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
            try:
                fcntl.flock(self._file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                self.close()
                raise LibraryBusy(_busy_message(folder, alone=alone)) from None

    def close(self) -> None:
        """Closing twice is fine."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _busy_message(folder: Path, *, alone: bool) -> str:
    if alone:
        return (
            f"the library in {folder} is in use, by a page or a command: close that, then try again"
        )
    return f"the library in {folder} is just being renamed or deleted: try again"
