"""A library copied to one file, while others read and write it.

The file is a ZIP archive: the databases as SQLite's own backup copies them (one state of each,
whatever is committed meanwhile), the uploaded files, and a manifest with the SHA-256 of each.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sourcebook.index.errors import LibraryBusy, LibraryDamaged, LibraryError
from sourcebook.index.ingest.uploads import FOLDER
from sourcebook.index.libraries.folders import FolderLock
from sourcebook.index.paths import DATABASE
from sourcebook.index.store.database import Database
from sourcebook.index.store.store import Store

from .opening import library_folder, open_store

MANIFEST = "manifest.json"
KIND = "sourcebook library"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a file of `back_up`: when it was made and of which folder, the number of articles,
    the number of uploaded files, and the bytes of the file."""

    made: datetime
    folder: str
    documents: int
    uploads: int
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**asdict(self), "made": self.made.isoformat()}


def back_up(folder: str | os.PathLike[str] | None, file: Path) -> Backup:
    """Copy a library to a file, in place of an earlier backup that is there.

    Others may read and write the library meanwhile. The file holds all or does not change: it is
    written aside, checked, and renamed.

    Args:
        folder: the library's; None: the current one's.
        file: its folder is there.

    Returns:
        What is in it.

    Raises:
        LibraryNotFound: there is no library.
        LibraryError: the file is something else, or cannot be written.
        LibraryDamaged, LibraryBusy: the library cannot be read; or another backup is just writing
            the file.
    """
    place = library_folder(folder)
    if file.exists() and not _is_backup(file):
        raise LibraryError(f"{file} is there and is no backup of a library: choose another name")
    try:
        with open_store(place) as store, _aside(file) as aside:
            return _write(place, store, file, aside)
    except OSError as error:
        raise LibraryError(
            f"cannot write {file} ({error.strerror or error}): choose another place"
        ) from error


def copy_database(source: Database, target: Path) -> None:
    """Copy one state of a database to a new file, as it is, and have it on disk.

    Args:
        source: the database, which others may write to.
        target: is made.

    Raises:
        LibraryBusy, LibraryDamaged, LibraryError: as `Database` raises them.
    """
    with source.reading() as db, closing(Database(target, None)) as copy, copy.reading() as to:
        db.backup(to)  # pages=-1: in one step, so that no write of others makes it begin anew


def read_manifest(archive: zipfile.ZipFile) -> dict[str, object]:
    """Return the manifest of a backup.

    Args:
        archive: the opened file.

    Raises:
        LibraryError: it is no backup of a library.
    """
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["kind"] == KIND and isinstance(manifest["sha256"], dict):
            return dict(manifest)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, OSError):
        pass
    raise LibraryError(f"{archive.filename} is no backup of a library")


def hash_pieces(pieces: Iterator[bytes]) -> str:
    """Return the SHA-256 of what is read piece by piece, in hex."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def pieces_of(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Give the content of a file in an archive piece by piece.

    Raises:
        KeyError: there is no such file.
        zipfile.BadZipFile, zlib.error: it is damaged.
    """
    with archive.open(name) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """Give an empty folder beside a backup, which is removed after; else by the next backup, so
    that killed ones do not fill the disk, nor keep what was deleted since."""
    folder = file.absolute().with_name(f".{file.name}.new")
    folder.mkdir(exist_ok=True)
    try:
        lock = FolderLock(folder, alone=True)
    except LibraryBusy:
        raise LibraryBusy(f"{file} is just being written by another backup: wait for it") from None
    with lock:
        try:
            _empty(folder)
            yield folder
        finally:
            _empty(folder)
            folder.rmdir()


def _empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def _write(place: Path, store: Store, file: Path, aside: Path) -> Backup:
    databases: list[Path] = []
    for source in sorted(place.glob("*.sqlite")):
        if source.name.startswith("damaged-"):
            continue
        target = aside / source.name
        if source.name == DATABASE:
            copy_database(store.database, target)
        else:
            _copy_other(source, target)
        databases.append(target)
    with closing(Store(aside / DATABASE)) as copy:
        documents = copy.counts()[0]
    moment = datetime.now(UTC)
    copies = [path for path in sorted((place / FOLDER).rglob("*")) if path.is_file()]
    members = {path.name: path for path in databases}
    members |= {path.relative_to(place).as_posix(): path for path in copies}
    new = aside / "new"
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        sums: dict[str, str] = {}
        for name, path in members.items():
            with suppress(FileNotFoundError):  # an upload may be removed meanwhile
                sums[name] = hash_pieces(pieces_of_file(path))
                archive.write(path, name)
        manifest = {
            "kind": KIND,
            "made": moment.isoformat(),
            "folder": os.fspath(place.absolute()),
            "documents": documents,
            "sha256": sums,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    with zipfile.ZipFile(new) as archive:  # what is written can be read
        for name, digest in sums.items():
            if hash_pieces(pieces_of(archive, name)) != digest:
                raise LibraryError(f"{file} could not be written rightly: check the disk")
    with new.open("rb") as stream:
        os.fsync(stream.fileno())
    new.replace(file)
    return Backup(moment, str(manifest["folder"]), documents, len(copies), file.stat().st_size)


def _copy_other(source: Path, target: Path) -> None:
    """Copy a database that is not the library's; one that cannot be read, byte by byte."""
    try:
        with closing(Database(source, None)) as other:
            copy_database(other, target)
    except LibraryDamaged:
        shutil.copyfile(source, target)


def pieces_of_file(path: Path) -> Iterator[bytes]:
    """Give the content of a file piece by piece."""
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _is_backup(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            read_manifest(archive)
    except (OSError, zipfile.BadZipFile, LibraryError):
        return False
    return True
