"""A file for a reader: its place, its bytes, the names of its columns."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import (
    OverLimit,
    SourceNotFound,
    UnreadableFile,
)
from sourcebook.index.reports import Skipped

MAX_BYTES = 50 * 1024 * 1024
"""The size limit for the file of one article; a dump, read record by record, may be longer."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a file in an archive.

    ``place`` is the path of its documents; for a member, the archive's path, ``/`` and its own.
    ``columns`` maps fields of a document to columns of a dump that have unusual names. A reader
    calls ``on_progress`` between the steps of work that takes long.
    """

    place: str
    open_stream: Callable[[], BinaryIO]
    columns: Mapping[str, str] = field(default_factory=dict)
    on_progress: Callable[[], None] = lambda: None

    @classmethod
    def file(cls, path: Path, columns: Mapping[str, str] | None = None) -> Source:
        """Return the source for a file. Raises UnreadableFile if its name is not valid text."""
        try:
            str(path).encode()
        except UnicodeEncodeError:
            raise UnreadableFile("its name is not valid UTF-8: rename it") from None
        return cls(str(path), lambda: _open(path), columns or {})

    @property
    def suffix(self) -> str:
        """The ending of the file name, in small letters."""
        return PurePath(self.place).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes as a stream. Raises SourceNotFound, UnreadableFile."""
        try:
            with self.open_stream() as stream:
                yield stream
        except FileNotFoundError:
            raise SourceNotFound("no such file; check the path") from None
        except PermissionError:
            raise UnreadableFile("no permission to read it; change its permissions") from None
        except OSError as error:
            raise UnreadableFile(f"cannot be read ({error.strerror or error})") from None

    def data(self, limit: int = MAX_BYTES) -> bytes:
        """Return all bytes. Raises OverLimit where there are more than ``limit``."""
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise OverLimit(f"over the limit of {limit / 1e6:.0f} MB: split it")
        return data


def _open(path: Path) -> BinaryIO:
    # Opening a pipe or a device may block without end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableFile("is not a regular file")
    return path.open("rb")


Reader = Callable[[Source], Iterable[Document | Skipped]]
"""A function that yields the documents of a file and what was skipped in it; it raises ReadError
where nothing can be read."""
