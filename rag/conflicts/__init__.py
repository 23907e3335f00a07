"""Conflicts between sources: numbers, dates and denials."""

from .detection import POOL, find_conflicts

__all__ = [
    "POOL",
    "find_conflicts",
]
