"""Which process writes to a database just now."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_LOCKS = Path("/proc/locks")
_LINE = "POSIX", "WRITE"
_LONGEST = 60


def describe_holder(file: Path) -> str | None:
    """Return the process that holds a lock for writing on a file, in words for a message.

    Read from Linux's list of locks, as to open and close the file here would release the locks that
    this process has on it.

    Args:
        file: a database of SQLite.

    Returns:
        "process 4711 (sourcebook add articles)"; None where it is not known.
    """
    with contextlib.suppress(OSError, ValueError):
        status = file.stat()
        place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
        for line in _LOCKS.read_text("ascii").splitlines():
            # 1: POSIX  ADVISORY  WRITE 4711 08:01:1234 1073741825 1073741825
            fields = line.split()
            if (fields[1], fields[3]) == _LINE and fields[5] == place:
                return _describe(int(fields[4]))
    return None


def _describe(number: int) -> str | None:
    import psutil

    if number == os.getpid():
        return "another part of this process"
    try:
        command = psutil.Process(number).cmdline()
    except psutil.Error:
        return f"process {number}" if number > 0 else None
    words = " ".join(" ".join([Path(command[0]).name, *command[1:]]).split()) if command else ""
    short = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    return f"process {number} ({short})" if short else f"process {number}"
