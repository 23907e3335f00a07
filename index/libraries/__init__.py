"""Several libraries: named, locked, moved, in the trash."""

from .catalogue import (
    DATABASE,
    LONGEST_NAME,
    Libraries,
    LibraryEntry,
    TrashEntry,
    default_folder,
    find_folder,
)
from .folders import TRASH, FolderLock

__all__ = [
    "DATABASE",
    "LONGEST_NAME",
    "TRASH",
    "FolderLock",
    "Libraries",
    "LibraryEntry",
    "TrashEntry",
    "default_folder",
    "find_folder",
]
