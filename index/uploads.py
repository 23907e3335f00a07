"""Copies of files that were handed over, and not read where they lie: kept in the library's folder.

The folder of a copy is named by its content: another article of the same name does not replace it,
and the same article again is the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .documents import Document
from .errors import SourceNotFound
from .reports import AddReport

if TYPE_CHECKING:
    from .library import Library

_FOLDER = "uploads"


def keep(file: Path, library: Path) -> Path:
    """Move a file into the folder of a library; where it stands now."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
    target = library / _FOLDER / digest / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(file, target)
    return target


def is_copy(path: str | None, library: Path) -> bool:
    """Whether a document's path leads to a copy in the folder of that library."""
    uploads = (library / _FOLDER).absolute()
    return path is not None and uploads in Path(path).absolute().parents


def drop(path: str | None, library: Path, used: Callable[[str], bool]) -> bool:
    """Delete the copy that a document was read from, unless ``used`` says of its path that another
    document stands in it too; whether it was deleted. A file elsewhere is never touched."""
    copy = file_of(path) if path and is_copy(path, library) else None
    if copy is None or used(str(copy)):
        return False
    copy.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # it holds something else
        copy.parent.rmdir()
    return True


def add(library: Library, files: Iterable[Path], **how: Any) -> AddReport:
    """Take files over and add them, as ``Library.add`` does with ``how``. A copy that no document
    was made of does not stay."""
    copies = [keep(file, library.folder) for file in files]
    try:
        return library.add(*copies, **how)
    finally:
        for copy in copies:
            drop(str(copy), library.folder, library.reads)


def file_of(path: str) -> Path | None:
    """The file that a document was read from, alone or as a part of it; None where it is gone."""
    places = (Path(path), Path(path.rpartition("#")[0] or path), Path(path.partition("#")[0]))
    return next((p for p in (*places, *Path(path).parents) if p.is_file()), None)


def original_of(document: Document) -> str:
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
    file = file_of(document.path)
    if file is None:
        raise SourceNotFound(f"{document.path} is gone: the article stays as it was read")
    return str(file)
