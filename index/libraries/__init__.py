"""Several libraries: named, locked, moved, in the trash."""

from .address import Address, is_address
from .catalogue import (
    LONGEST_NAME,
    Libraries,
    LibraryEntry,
    TrashEntry,
    default_folder,
    find_folder,
)
from .folders import TRASH, FolderLock

__all__ = [
    "LONGEST_NAME",
    "TRASH",
    "Address",
    "FolderLock",
    "Libraries",
    "LibraryEntry",
    "TrashEntry",
    "default_folder",
    "find_folder",
    "is_address",
]
