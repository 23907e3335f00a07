"""Documents with pages: the offset of each page in the clean text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sourcebook.index.cleaning.clean import RemovedText, clean

from .making import make_document
from .records import Document

_SENTENCE_ENDS = (".", "!", "?", ":", "”", '"', "»", ")")


def make_paged_document(
    pages: Sequence[str], removed: Sequence[RemovedText] = (), **metadata: Any
) -> Document:
    """Make a document of the texts of its pages.

    Args:
        pages: The text of each page, in order.
        removed: What was removed from the pages before.
        metadata: The keyword arguments of ``make_document``.
    """
    pieces: list[str] = []
    for page in map(str.strip, pages):
        if page and pieces:
            continues = page[0].islower() and not pieces[-1].endswith(_SENTENCE_ENDS)
            pieces.append("\n" if continues else "\n\n")
        pieces.append(page)
    document = make_document("".join(pieces), **metadata)
    return replace(
        document,
        pages=page_starts(document.text, pages),
        removed=(*removed, *document.removed),
    )


def page_starts(text: str, pages: Sequence[str]) -> tuple[int, ...]:
    """Return the offset in ``text`` at which each page begins.

    ``text`` holds lines of the clean pages in their order. An empty page begins where the next one
    does.
    """
    lines = list(_lines(pages))
    starts: list[int] = []
    position = offset = 0
    for line in text.split("\n"):
        if words := line.strip():
            index = next((i for i in range(position, len(lines)) if lines[i][1] == words), None)
            if index is not None:
                page, position = lines[index][0], index + 1
                starts += [offset] * (page + 1 - len(starts))
        offset += len(line) + 1
    return tuple(starts + [len(text)] * (len(pages) - len(starts)))


def page_at(document: Document, offset: int) -> int | None:
    """Return the 1-based page of the character at ``offset``; None without pages."""
    return max(1, bisect_right(document.pages, offset)) if document.pages else None


def _lines(pages: Sequence[str]) -> Iterator[tuple[int, str]]:
    for number, page in enumerate(pages):
        yield from ((number, line.strip()) for line in clean(page).text.split("\n") if line.strip())
