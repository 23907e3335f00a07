"""SHA-256 of large files, stored while the files do not change; `download.check` compares them with
what was published."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from sourcebook.index.paths import write_atomically


class ChecksumCache:
    """A small JSON file: path -> size, time of change, inode and SHA-256 when it was last read.

    It saves time and guards against accidents (a cut download, a bad disk, another file in the
    place), not against someone who can write to the folder: they could write the book too.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def sha256(self, file: Path) -> str:
        """Return the hex SHA-256 of a file, which is read only if changed since the last `read`.

        Args:
            file: its path.

        Raises:
            OSError: it cannot be read.
        """
        entry = self._entries().get(str(file.resolve()), {})
        if isinstance(entry, dict) and entry.get("state") == _state(file):
            return str(entry.get("sha256"))
        return self.read(file)

    def read(self, file: Path) -> str:
        """Return the hex SHA-256 of a file, read to its end, and store it.

        Args:
            file: its path.

        Raises:
            OSError: it cannot be read.
        """
        state = _state(file)  # Taken first: a change while we read makes the entry stale at once.
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        # A models folder that is shared and read-only costs a full read each time, not an error.
        with contextlib.suppress(OSError):
            self._write(self._entries() | {str(file.resolve()): {"state": state, "sha256": digest}})
        return digest

    def _entries(self) -> dict[str, Any]:
        try:
            entries = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}  # Missing or damaged: every file is read again.
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, Any]) -> None:
        # Two processes may write at once: each replaces the book whole, and an entry lost that way
        # only means reading a file again.
        present = {file: entry for file, entry in entries.items() if Path(file).exists()}
        write_atomically(self._file, json.dumps(present, indent=1))


def _state(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]
