"""A library brought back from a backup, while others have it open."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
import time
import zipfile
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from sourcebook.index.errors import LibraryBusy, LibraryDamaged, LibraryError
from sourcebook.index.ingest.uploads import FOLDER
from sourcebook.index.libraries.folders import FolderLock, update_paths
from sourcebook.index.paths import DATABASE, forget_states
from sourcebook.index.store.database import BUSY_SECONDS, Database
from sourcebook.index.store.store import Store

from .backup import Backup, pieces_of, read_manifest
from .opening import REINDEX, library_folder

_AHEAD = 1000
"""By how much the generation rises: by more than others may commit while the copy is made ready."""


def restore(
    file: Path, folder: str | os.PathLike[str] | None = None, *, replace: bool = False
) -> Backup:
    """Bring a library back as it was when it was copied by `back_up`.

    Everything is checked before anything changes. Those that have the library open read what was
    restored from then on: the database changes in one step. A database that cannot be read any more
    is put aside.

    Args:
        file: the backup.
        folder: the library's, which is made where there is none; None: the current one's.
        replace: whether the articles that are there may go.

    Returns:
        What was in the file.

    Raises:
        LibraryError: it is no backup, it is damaged, or it cannot be written here; or there are
            articles and they may not go.
        LibraryBusy: another process reads or writes all the time.
    """
    place = library_folder(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=".restore-", dir=place) as aside,
            zipfile.ZipFile(file) as archive,
        ):
            backup = _extract(archive, Path(aside), file)
            _check(Path(aside), Path(backup.folder), place)
            with FolderLock(place):
                _replace(Path(aside), place, may_replace=replace)
            return backup
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise LibraryError(f"{file} is damaged or no backup of a library ({error})") from error
    except OSError as error:
        raise LibraryError(
            f"cannot restore {file} to {place} ({error.strerror or error}): nothing was changed"
        ) from error


def count_articles(folder: str | os.PathLike[str] | None) -> int | None:
    """Return how many articles a restoration would replace; None where they cannot be read."""
    place = library_folder(folder)
    if not (place / DATABASE).is_file():
        return 0
    try:
        with closing(Store(place / DATABASE)) as store:
            return store.counts()[0]
    except LibraryError:
        return None


def _extract(archive: zipfile.ZipFile, aside: Path, file: Path) -> Backup:
    """Write the files of a backup below ``aside``, and check each."""
    manifest = read_manifest(archive)
    sums = manifest["sha256"]
    assert isinstance(sums, dict)
    for name, sha256 in sums.items():
        path = PurePosixPath(name)
        is_database = len(path.parts) == 1 and path.suffix == ".sqlite"
        if not is_database and (path.parts[:1] != (FOLDER,) or ".." in path.parts):
            raise LibraryError(f"{file} holds {name!r}, which no library does: nothing was changed")
        target = aside / path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as stream:
            for piece in pieces_of(archive, name):
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        if digest.hexdigest() != sha256:
            raise LibraryError(f"{name} in {file} is damaged: nothing was changed")
    if DATABASE not in sums:
        raise LibraryError(f"{file} holds no library: nothing was changed")
    uploads = sum(1 for name in sums if name.startswith(f"{FOLDER}/"))
    return Backup(
        datetime.fromisoformat(str(manifest["made"])),
        str(manifest["folder"]),
        int(str(manifest["documents"])),
        uploads,
        file.stat().st_size,
    )


def _check(aside: Path, before: Path, place: Path) -> None:
    """Bring the extracted library up to date and check it; its uploads will lie in ``place``."""
    with closing(Store(aside / DATABASE)) as store:
        if problems := store.problems():
            raise LibraryDamaged(f"the library in the backup is damaged ({problems[0]})")
    update_paths(aside / DATABASE, before, place)


def _replace(aside: Path, place: Path, *, may_replace: bool) -> None:
    """Put the extracted files in the place of those that are there."""
    there = _open_or_put_aside(place)
    with closing(there), closing(Store(aside / DATABASE)) as new:
        count = there.counts()[0]
        if count and not may_replace:
            raise LibraryError(
                f"{place} holds {count} articles: choose another library, or have them replaced"
            )
        for copy in sorted((aside / FOLDER).rglob("*")):
            target = place / copy.relative_to(aside)
            if copy.is_file() and not target.exists():  # a copy's folder is named by its content
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(copy, target)
        generation = max(there.generation, new.generation) + _AHEAD
        new.set_meta("generation", str(generation))
        new.set_meta("stamp", secrets.token_hex(8))
        new.set_meta("line", secrets.token_hex(8))
        _copy_over(new.database, there.database)
        forget_states()
        shutil.rmtree(place / "vectors", ignore_errors=True)
        for begun in place.glob(f"{REINDEX}*"):
            begun.unlink(missing_ok=True)
    for other in aside.glob("*.sqlite"):
        if other.name != DATABASE:
            there_too = Database(place / other.name, None)
            with closing(there_too), closing(Database(other, None)) as source:
                _copy_over(source, there_too)


def _open_or_put_aside(place: Path) -> Store:
    """Open the database that is replaced; one that cannot be read gets another name."""
    file = place / DATABASE
    try:
        store = Store(file)
        if not store.problems():
            return store
        store.close()
    except LibraryDamaged:
        pass
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    for path in (file, file.with_name(f"{file.name}-journal")):
        if path.exists():
            path.rename(path.with_name(f"damaged-{moment}-{path.name}"))
    return Store(file)


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
