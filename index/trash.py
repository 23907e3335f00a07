"""What lies in the trash: how much it is, and its erasing, after which nothing brings it back.

A library that is to be erased gets another name first, in one step: it is whole and can be brought
back until then, and nothing of it can be from then on. What an interruption left goes with the
next erasing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from .errors import LibraryError
from .holding import Hold

_GOING = ".erased"


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder and those below it; links are not followed."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):  # it went meanwhile
                total += Path(place, name).lstat().st_size
    return total


def erase(folder: Path) -> None:
    """Erase a library in the trash with all that lies in its folder.

    Raises:
        LibraryBusy: somebody has it open.
        LibraryError: something of it cannot be erased; the message says what is left, and where.
    """
    going = folder.with_name(folder.name + _GOING)
    try:
        with Hold(folder, alone=True):
            folder.rename(going)
    except OSError as error:
        raise LibraryError(f"cannot erase {folder} ({error.strerror}): it stays") from None
    problems = [_removed(left) for left in folder.parent.glob(f"*{_GOING}")]
    if said := next(filter(None, problems), None):
        raise LibraryError(said)


def _removed(folder: Path) -> str | None:
    """Remove a folder with all in it; in a line, why not all of it is gone."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:  # somebody else was quicker
        return None
    except OSError as error:
        return f"not all of {folder} could be erased ({error.strerror}): erase the rest yourself"
    return None
