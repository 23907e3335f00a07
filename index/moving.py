"""The folder of a library gets another place. Nothing of it is erased here.

Who deletes a library moves its folder to the trash, ``.deleted`` beside the others, under its name
and the moment: from there it can be brought back as it was.
"""

from __future__ import annotations

import contextlib
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from .errors import LibraryError
from .holding import Hold

TRASH = ".deleted"
_MOMENT = "%Y%m%dT%H%M%S%f"
_THROWN = re.compile(r"(?P<name>.+)-(?P<moment>\d{8}T\d{12})")


def move(folder: Path, to: Path, database: str) -> None:
    """Rename a library's folder, when nobody has it open; ``database`` is its file's name.

    What was uploaded to it lies in it: the articles' paths follow.

    Raises:
        LibraryBusy: somebody has it open.
        LibraryError: it cannot be moved; it stays where and as it was.
    """
    with Hold(folder, alone=True):
        _rename(folder, to, database)
        try:
            _follow(to / database, folder, to)
        except LibraryError:
            with contextlib.suppress(OSError):
                to.rename(folder)
            raise


def throw_away(folder: Path, home: Path, name: str, database: str) -> Path:
    """Move a library to the trash of ``home``; where it is now. Raises as `move`, but a damaged
    library can be thrown away too."""
    to = home / TRASH / f"{name}-{datetime.now(UTC):{_MOMENT}}"
    with Hold(folder, alone=True):
        _rename(folder, to, database)
    return to


def thrown_away(home: Path, database: str) -> list[tuple[str, Path, datetime]]:
    """Name, folder and the moment of its deletion of each library in the trash, the last first."""
    found: list[tuple[datetime, str, Path]] = []
    with contextlib.suppress(OSError):
        for folder in (home / TRASH).iterdir():
            parts = _THROWN.fullmatch(folder.name)
            if parts and (folder / database).is_file():
                with contextlib.suppress(ValueError):  # the digits are no moment
                    when = datetime.strptime(f"{parts['moment']}+0000", f"{_MOMENT}%z")
                    found.append((when, parts["name"], folder))
    return [(name, folder, when) for when, name, folder in sorted(found, reverse=True)]


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


def _follow(file: Path, before: Path, now: Path) -> None:
    """Paths below the folder ``before`` are paths below ``now``, in the library of that file."""
    from .store import Store

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
