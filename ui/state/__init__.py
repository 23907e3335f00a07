"""What every face keeps open between two requests: libraries, additions, removals, the queue."""

from .open_libraries import OpenLibraries
from .open_library import LibraryUser, OpenLibrary
from .queue import FairQueue, QueueFull, Ticket
from .warm_up import WarmUp

__all__ = [
    "FairQueue",
    "LibraryUser",
    "OpenLibraries",
    "OpenLibrary",
    "QueueFull",
    "Ticket",
    "WarmUp",
]
