"""What a library says of itself and of its work: progress, what an addition did, its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not added: where, why (one line), and the class of the error."""

    location: str
    reason: str
    error: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is, in documents. ``total`` is None while it is not known."""

    done: int
    total: int | None
    current: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an addition did: ids of documents, and what was skipped. All of it is on disk."""

    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "added": list(self.added),
            "unchanged": list(self.unchanged),
            "updated": list(self.updated),
            "skipped": [
                {"location": s.location, "reason": s.reason, "error": s.error} for s in self.skipped
            ],
        }


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """Size and state of a library; ``bytes`` of its database and vectors on disk."""

    documents: int
    passages: int
    generation: int
    embedder: str
    bytes: int
