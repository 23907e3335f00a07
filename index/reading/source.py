"""One file on its way to a reader: where it stands, its bytes, how its columns are named."""

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
"""Of one article's file; a dump, read record by record, may be longer."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a file in an archive.

    ``place`` is the path its documents get; for a member, the archive's path, ``/`` and its own.
    ``columns`` maps our fields to the columns of a dump, where they have other names than usual.
    """

    place: str
    open_stream: Callable[[], BinaryIO]
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def file(cls, path: Path, columns: Mapping[str, str] | None = None) -> Source:
        """A file on disk. Raises UnreadableFile where its name cannot be stored as text."""
        try:
            str(path).encode()
        except UnicodeEncodeError:
            raise UnreadableFile("its name is not valid UTF-8: rename it") from None
        return cls(str(path), lambda: _open(path), columns or {})

    @property
    def suffix(self) -> str:
        """The ending of its name, in small letters."""
        return PurePath(self.place).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes as a stream. Raises SourceNotFound, UnreadableFile."""
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
        """All its bytes. Raises OverLimit where there are more than ``limit``."""
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise OverLimit(f"over the limit of {limit / 1e6:.0f} MB: split it")
        return data


def _open(path: Path) -> BinaryIO:
    # A pipe or a device of that name would be waited for without end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableFile("is not a regular file")
    return path.open("rb")


Reader = Callable[[Source], Iterable[Document | Skipped]]
"""Gives the documents of a file, and what in it could not be read; raises ReadError where there is
nothing to be read at all."""
