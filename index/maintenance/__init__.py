"""A library in a folder looked after: examined, mended, purged, copied, given another embedder."""

from .backup import Backup, back_up
from .purging import Purge, purge
from .restoring import restore

__all__ = ["Backup", "Purge", "back_up", "purge", "restore"]
