"""Questions about the library itself."""

from .facts import LibraryFacts

__all__ = ["LibraryFacts"]
