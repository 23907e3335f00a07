"""Errors of the tools, and the one line that an agent reads of any error."""

from __future__ import annotations

from pydantic import ValidationError

from sourcebook.index.errors import SourcebookError

__all__ = ["ResourceUnknown", "ToolUnknown", "describe"]


class ToolUnknown(SourcebookError):
    """There is no tool of that name, or it is not offered."""


class ResourceUnknown(SourcebookError):
    """The address is not that of a resource."""


def describe(error: ValidationError) -> str:
    """Return in one line what is wrong with the arguments of a call, without their values."""
    entries = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(str(part) for part in entry['loc']) or 'arguments'}: {entry['msg']}"
        for entry in entries[:5]
    )
