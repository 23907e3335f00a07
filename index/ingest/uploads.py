"""Copies of files that were handed over, and not read where they lie: kept in the library's folder.

The folder of a copy is named by its content: another article of the same name does not replace it,
and the same article again is the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import SourceNotFound
from sourcebook.index.store.rows import MovedCopy

FOLDER = "uploads"
"""The folder of the copies, in the library's."""

_DEEPEST = 16
_LONGEST = 100
_COPY = re.compile(rf"(?:^|.*[/\\]){FOLDER}[/\\][0-9a-f]{{12}}[/\\](?P<place>.+)", re.S)


def store_copy(file: Path, library: Path, place: str = "") -> Path:
    """Move a file into the folder of a library; where it stands now. ``place`` is where it stood
    among the others it was handed over with ("2021/january/a.txt"): its folders are kept."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
    copies = library / FOLDER / digest
    target = copies.joinpath(*_folders(place), file.name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:  # too long for this file system, or a file is in the way
        target = copies / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(file, target)
    return target


def store_copies(files: Sequence[Path], library: Path, places: Sequence[str] = ()) -> list[Path]:
    """Move files into the folder of a library.

    Args:
        files: the files.
        library: the library's folder.
        places: where they stood, in the order of the files; none where that is not known.

    Returns:
        Where they are now, in the order of the files.

    Raises:
        OSError: a file cannot be moved.
    """
    paths = places if len(places) == len(files) else [""] * len(files)
    return [store_copy(file, library, place) for file, place in zip(files, paths, strict=True)]


def _folders(place: str) -> list[str]:
    """The folders of a path that a browser told, none of which leads elsewhere."""
    parts = place.replace("\\", "/").split("/")[:-1][:_DEEPEST]
    clean = ("".join(c for c in part if c.isprintable())[:_LONGEST].strip() for part in parts)
    return [part for part in clean if part.strip(".")]


def display_name(location: str) -> str:
    """What a person knows a file by: of a copy the path it was handed over with, else its name."""
    copy = _COPY.fullmatch(location)
    if copy:
        return copy["place"].replace("\\", "/")
    return location.replace("\\", "/").rstrip("/").rpartition("/")[2] or location


def is_copy(path: str | None, library: Path) -> bool:
    """Whether a document's path leads to a copy in the folder of that library."""
    uploads = (library / FOLDER).absolute()
    return path is not None and uploads in Path(path).absolute().parents


def delete_copy(path: str | None, library: Path, is_used: Callable[[str], bool]) -> None:
    """Delete the copy that a document was read from, unless ``is_used`` of its path is true:
    another document was read from it too. A file elsewhere is never touched."""
    if copy := _unused_copy(path, library, is_used):
        copy.unlink(missing_ok=True)
        _remove_empty_folders(copy, library)


def move_copy(
    path: str | None, library: Path, is_used: Callable[[str], bool], aside: Path
) -> MovedCopy | None:
    """As `drop`, but the copy moves into a folder of its own below ``aside``; where there is no
    room for it, it is deleted."""
    copy = _unused_copy(path, library, is_used)
    if copy is None:
        return None
    copy_move: MovedCopy | None = None
    try:
        copy_move = MovedCopy(copy, Path(tempfile.mkdtemp(dir=aside)) / copy.name)
        shutil.move(copy, copy_move.now)
    except OSError:
        copy_move = None
        copy.unlink(missing_ok=True)
    _remove_empty_folders(copy, library)
    return copy_move


def _unused_copy(path: str | None, library: Path, is_used: Callable[[str], bool]) -> Path | None:
    """The copy at a path, where there is one that no document stands in."""
    copy = find_file(path) if path and is_copy(path, library) else None
    return None if copy is None or is_used(str(copy)) else copy


def _remove_empty_folders(copy: Path, library: Path) -> None:
    """Remove the folders that are empty without it."""
    with contextlib.suppress(OSError):  # one of them holds something else
        for folder in copy.absolute().parents:
            if folder == (library / FOLDER).absolute():
                break
            folder.rmdir()


def find_file(path: str) -> Path | None:
    """The file that a document was read from, alone or as a part of it; None where it is gone."""
    places = (Path(path), Path(path.rpartition("#")[0] or path), Path(path.partition("#")[0]))
    return next((p for p in (*places, *Path(path).parents) if p.is_file()), None)


def find_original(document: Document) -> str:
    """The file or URL that a document can be read from again.

    Raises:
        SourceNotFound: there is none, or none any more.
    """
    if document.url:
        return document.url
    if document.path is None:
        raise SourceNotFound(
            "it was added by a program, not from a file or a page: there is nothing to read again"
        )
    file = find_file(document.path)
    if file is None:
        raise SourceNotFound(f"{document.path} is gone: the article stays as it was read")
    return str(file)
