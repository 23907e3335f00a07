"""What one server takes: sizes, rates, places in the queue."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ServerLimits"]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """``queue``: questions that may wait or be answered at once. ``rate``: requests of one caller,
    as the package `limits` writes it. ``wrong_keys``: requests of one address whose key is wrong.
    ``body`` and ``upload``: bytes of a request, and of one that brings files. ``threads``: calls
    that block at once. ``drain``: seconds in which what was accepted may end after SIGTERM."""

    queue: int = 64
    rate: str = "600/minute"
    wrong_keys: str = "30/minute"
    body: int = 4 * _MIB
    upload: int = 1024 * _MIB
    threads: int = 16
    drain: int = 60
