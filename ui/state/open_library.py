"""One library that the page has open, and what may be at work with it. No Gradio here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .additions import LibraryAdditions
from .removals import Removals

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot


__all__ = ["LibraryUser", "OpenLibrary"]


@dataclass(frozen=True, slots=True)
class OpenLibrary:
    """A library with its chatbot, its additions in progress, and the articles removed from it."""

    name: str
    library: Library
    chatbot: Chatbot
    additions: LibraryAdditions = field(default_factory=LibraryAdditions)
    removals: Removals = field(default_factory=Removals)


class LibraryUser(Protocol):
    """A part of the page that may be at work with a library."""

    def uses(self, library: Library) -> bool:
        """Whether it is at work with ``library``."""
        ...

    def release(self, library: Library) -> None:
        """Close everything of ``library``, which is about to be closed."""
        ...
