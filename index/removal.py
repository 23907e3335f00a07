"""A document that was removed, with all that puts it back as it was."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from .rows import Entry


@dataclass(frozen=True, slots=True, eq=False)  # as its vectors are not compared
class Removal:
    """What a library took out: the document with its passages and vectors, its place in the order
    of the documents, and the copy of its file, where one was kept and nothing else stood in it."""

    entry: Entry
    key: int
    copy: MovedCopy | None = None


@dataclass(frozen=True, slots=True)
class MovedCopy:
    """A file that was moved aside: from where, and where it is now."""

    before: Path
    now: Path

    def back(self) -> None:
        """Move it back; nothing where it is gone."""
        if self.now.is_file():
            self.before.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(self.now, self.before)
