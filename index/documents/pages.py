"""Documents with pages: which character begins each of them, once the text is clean."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sourcebook.index.cleaning.clean import Removed, clean

from .making import make_document
from .records import Document

_SENTENCE_ENDS = (".", "!", "?", ":", "”", '"', "»", ")")


def paged_document(pages: Sequence[str], removed: Sequence[Removed] = (), **about: Any) -> Document:
    """A document of the text of its pages, in order. ``removed`` was taken out of them before they
    were whole; ``about`` as for ``make_document``."""
    pieces: list[str] = []
    for page in map(str.strip, pages):
        if page and pieces:
            goes_on = page[0].islower() and not pieces[-1].endswith(_SENTENCE_ENDS)
            pieces.append("\n" if goes_on else "\n\n")
        pieces.append(page)
    document = make_document("".join(pieces), **about)
    return replace(
        document,
        pages=page_starts(document.text, pages),
        removed=(*removed, *document.removed),
    )


def page_starts(text: str, pages: Sequence[str]) -> tuple[int, ...]:
    """Where in ``text`` each page begins; ``text`` holds lines of the clean pages in their order.

    Lines that cleaning took out are passed over; a page of which nothing is left begins where the
    next one does.
    """
    lines = list(_lines(pages))
    starts: list[int] = []
    at = offset = 0
    for line in text.split("\n"):
        if words := line.strip():
            found = next((i for i in range(at, len(lines)) if lines[i][1] == words), None)
            if found is not None:
                page, at = lines[found][0], found + 1
                starts += [offset] * (page + 1 - len(starts))
        offset += len(line) + 1
    return tuple(starts + [len(text)] * (len(pages) - len(starts)))


def page_at(document: Document, offset: int) -> int | None:
    """The 1-based page that the character at ``offset`` stands on; None without pages."""
    return max(1, bisect_right(document.pages, offset)) if document.pages else None


def _lines(pages: Sequence[str]) -> Iterator[tuple[int, str]]:
    for number, page in enumerate(pages):
        yield from ((number, line.strip()) for line in clean(page).text.split("\n") if line.strip())
