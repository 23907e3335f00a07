"""A library in a folder looked after: examined, mended, purged, copied, given another embedder."""

from .backup import Backup, back_up
from .examination import examine
from .findings import Examination, Finding
from .purging import Purge, purge
from .reindexing import Reindexing, reindex
from .restoring import restore

__all__ = [
    "Backup",
    "Examination",
    "Finding",
    "Purge",
    "Reindexing",
    "back_up",
    "examine",
    "purge",
    "reindex",
    "restore",
]
