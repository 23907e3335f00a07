"""Documents with pages: which page a character stands on."""

from __future__ import annotations

from bisect import bisect_right

from .records import Document


def page_at(document: Document, offset: int) -> int | None:
    """Return the 1-based page of the character at ``offset``; None without pages."""
    return max(1, bisect_right(document.pages, offset)) if document.pages else None
