"""A library brought back from a backup, while others have it open."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
import zlib
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath

from sourcebook.index.errors import LibraryDamaged, LibraryError
from sourcebook.index.ingest.uploads import FOLDER
from sourcebook.index.libraries.folders import FolderLock, update_paths
from sourcebook.index.libraries.restoration import put_in_place, restoration
from sourcebook.index.paths import DATABASE
from sourcebook.index.store.store import Store

from .backup import Backup, pieces_of, read_manifest
from .opening import library_folder


def restore(
    file: Path, folder: str | os.PathLike[str] | None = None, *, replace: bool = False
) -> Backup:
    """Bring a library back as it was when it was copied by `back_up`.

    Everything is checked before anything changes. Those that have the library open read what was
    restored from then on: all changes or nothing, whenever this process is killed. A database that
    cannot be read any more is put aside.

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
        with FolderLock(place), restoration(place) as aside, zipfile.ZipFile(file) as archive:
            backup = _extract(archive, aside, file)
            _check(aside, Path(backup.folder), place)
            _replace(aside, place, may_replace=replace)
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
    except LibraryDamaged:
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
    count = count_articles(place)
    if count and not may_replace:
        raise LibraryError(
            f"{place} holds {count} articles: choose another library, or have them replaced"
        )
    for copy in sorted((aside / FOLDER).rglob("*")):
        target = place / copy.relative_to(aside)
        if copy.is_file() and not target.exists():  # a copy's folder is named by its content
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(copy, target)
    put_in_place(aside, place)
