"""A library in a folder looked after: examined, mended, purged, copied, given another embedder."""

from .backup import Backup, back_up
from .examination import examine
from .findings import Defect, Examination
from .purging import Purge, purge
from .reindexing import Reindexing, reindex
from .restoring import restore

__all__ = [
    "Backup",
    "Defect",
    "Examination",
    "Purge",
    "Reindexing",
    "back_up",
    "examine",
    "purge",
    "reindex",
    "restore",
]
