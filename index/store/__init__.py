"""SQLite: the one truth of one library."""

from .cached import GenerationCache
from .database import Database
from .origins import FILES, Origin, Origins
from .rows import Entry, MovedCopy, Removal
from .store import Store

__all__ = [
    "FILES",
    "Database",
    "Entry",
    "GenerationCache",
    "MovedCopy",
    "Origin",
    "Origins",
    "Removal",
    "Store",
]
