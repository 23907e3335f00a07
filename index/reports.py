"""What a library says of itself and of its work: progress, what an addition did, its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not added: where, why (one line), and the class of the error.

    ``count`` is the number of files of which that is so; 0 for a part that was left out of a file
    that was read (`left_out`).
    """

    location: str
    reason: str
    error: str
    count: int = 1

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a file of which the rest was read."""
        return self.error == _LEFT_OUT


_LEFT_OUT = "LeftOut"


def left_out(location: str, reason: str) -> Skipped:
    """Return what is said of parts of a file that its reader leaves out: pictures, hidden rows."""
    return Skipped(location, reason, _LEFT_OUT, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is, in documents. ``total`` is None while it is not known."""

    done: int
    total: int | None
    current: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an addition did: ids of documents, and what was skipped. All of it is on disk.

    ``duplicates`` are documents that were already there from another place. ``removed`` are
    documents that a sync took out, ``notes`` what it left for a reason, one line each.
    ``kinds`` is the number of documents that were read from files of each ending.
    ``stopped``: it was ended before all was read; the next run goes on.
    """

    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    duplicates: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    stopped: bool = False

    @property
    def skipped_files(self) -> int:
        """How many files, pages or records were not added."""
        return sum(skipped.count for skipped in self.skipped)

    @property
    def read(self) -> int:
        """How many documents were found, new or not."""
        return sum(map(len, (self.added, self.updated, self.unchanged, self.duplicates)))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "added": list(self.added),
            "unchanged": list(self.unchanged),
            "updated": list(self.updated),
            "duplicates": list(self.duplicates),
            "removed": list(self.removed),
            "skipped": [
                {
                    "location": s.location,
                    "reason": s.reason,
                    "error": s.error,
                    "count": s.count,
                }
                for s in self.skipped
            ],
            "notes": list(self.notes),
            "kinds": dict(self.kinds),
            "stopped": self.stopped,
        }


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """Size and state of a library; ``bytes`` of its database and vectors on disk."""

    documents: int
    passages: int
    generation: int
    embedder: str
    bytes: int
