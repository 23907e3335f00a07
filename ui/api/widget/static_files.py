"""The files of the element."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["static_text"]


@cache
def static_text(name: str) -> str:
    """Return the text of a file."""
    return (files(__package__) / "static" / name).read_text("utf-8")
