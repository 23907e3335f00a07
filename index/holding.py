"""Who has a library's folder open: it is not moved meanwhile.

An advisory lock on the folder itself (``flock``): shared by all who have it open, in this process
and others, or held by one alone. It goes along when the folder is renamed, ends with its process,
and writes nothing. Where a file system knows no such locks, everybody is let in.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Self

from .errors import LibraryBusy


class Hold:
    """The folder is in use until `close`.

    Raises:
        LibraryBusy: somebody holds it in a way that leaves no room for this one.
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
                raise LibraryBusy(_busy(folder, alone=alone)) from None

    def close(self) -> None:
        """Closing twice is fine."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _busy(folder: Path, *, alone: bool) -> str:
    if alone:
        return (
            f"the library in {folder} is in use, by a page or a command: close that, then try again"
        )
    return f"the library in {folder} is just being renamed or deleted: try again"
