"""SHA-256 of large files, remembered while the files stay as they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any


class ChecksumCache:
    """A small JSON file: path -> size, time of change, inode and SHA-256 when it was last read.

    It saves time and guards against accidents (a cut download, a bad disk, another file in the
    place), not against someone who can write to the folder: they could write the book too.
    """

    def __init__(self, book: Path) -> None:
        self._book = book

    def sha256(self, file: Path) -> str:
        """Hex SHA-256 of ``file``, which is read only if it changed since the last `read`."""
        remembered = self._pages().get(str(file.resolve()), {})
        if isinstance(remembered, dict) and remembered.get("state") == _state(file):
            return str(remembered.get("sha256"))
        return self.read(file)

    def read(self, file: Path) -> str:
        """Hex SHA-256 of ``file``, read to its end, and remembered."""
        state = _state(file)  # Taken first: a change while we read makes the entry stale at once.
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        # A models folder that is shared and read-only costs a full read each time, not an error.
        with contextlib.suppress(OSError):
            self._write(self._pages() | {str(file.resolve()): {"state": state, "sha256": digest}})
        return digest

    def _pages(self) -> dict[str, Any]:
        try:
            pages = json.loads(self._book.read_text("utf-8"))
        except (OSError, ValueError):
            return {}  # Missing or damaged: every file is read again.
        return pages if isinstance(pages, dict) else {}

    def _write(self, pages: dict[str, Any]) -> None:
        # Two processes may write at once: each replaces the book whole, and an entry lost that way
        # only means reading a file again.
        aside = self._book.with_name(f"{self._book.name}.{os.getpid()}")
        there = {file: page for file, page in pages.items() if Path(file).exists()}
        aside.write_text(json.dumps(there, indent=1), "utf-8")
        aside.replace(self._book)


def _state(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]
