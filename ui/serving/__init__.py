"""One port of this machine, and what stands before every route on it."""

from .hosts import Access, HostGuard, check_origin, is_from_elsewhere
from .listener import Listener, PortUnusable
from .loopback import HostRefused

__all__ = [
    "Access",
    "HostGuard",
    "HostRefused",
    "Listener",
    "PortUnusable",
    "check_origin",
    "is_from_elsewhere",
]
