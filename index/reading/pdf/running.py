"""Heads and feet that recur on the pages, and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sourcebook.index.cleaning.clean import RemovedText

from .layout.lines import Line, rows_of
from .pages import Page

MAX_ROWS = 3
"""The most rows of a head or a foot."""

_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|side|sida|pagina|página|p\.|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|av|de|sur|di)\s*\d+)?\W*",
    re.IGNORECASE,
)


def remove_running_rows(pages: Sequence[Page]) -> tuple[RemovedText, ...]:
    """Take page numbers off the pages, and first and last rows that recur on many of them.

    Returns:
        What was removed, page by page.
    """
    stacks = [rows_of(page.lines) for page in pages]
    removed: list[list[RemovedText]] = [[] for _ in pages]
    removed_rows: list[list[list[Line]]] = [[] for _ in pages]
    for end in (0, -1):
        for _ in range(MAX_ROWS):
            offset = _usual_offset(stacks, end)
            for number, stack in enumerate(stacks):
                if stack and _is_page_number(pages[number], stack, end, offset):
                    removed[number].append(RemovedText("page number", _text(stack[end])))
                    removed_rows[number].append(stack.pop(end))
            counts = Counter(_key(stack[end]) for stack in stacks if stack)
            min_count = max(3, len(pages) * 2 // 5)
            is_found = False
            for number, stack in enumerate(stacks):
                # The only line of a page is its text.
                is_extra = len(stack) > 1 or (bool(stack) and bool(pages[number].grids))
                if (
                    is_extra
                    and counts[_key(stack[end])] >= min_count
                    and _stands_apart(pages[number], stack[end], end)
                ):
                    text = _text(stack[end])
                    removed[number].append(RemovedText("header or footer of pages", text))
                    removed_rows[number].append(stack.pop(end))
                    is_found = True
            if not is_found:
                break
    for page, rows in zip(pages, removed_rows, strict=True):
        lines = {id(line) for row in rows for line in row}
        page.lines = [line for line in page.lines if id(line) not in lines]
    return tuple(removal for page_removals in removed for removal in page_removals)


def _text(row: Sequence[Line]) -> str:
    return " ".join(line.text for line in row)


def _key(row: Sequence[Line]) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "0", _text(row)).casefold()


def _usual_offset(stacks: Sequence[Sequence[Sequence[Line]]], end: int) -> int | None:
    """Return what is between the number of a page and the one on it, if it is one on most pages."""
    offsets: Counter[int] = Counter()
    for number, stack in enumerate(stacks, 1):
        if len(stack) > 1 and (match := re.fullmatch(r"\W*(\d{1,4})\W*", _text(stack[end]))):
            offsets[int(match[1]) - number] += 1
    (offset, count), *_ = offsets.most_common(1) or [(0, 0)]
    return offset if count >= max(3, len(stacks) // 2) else None


def _is_page_number(
    page: Page, stack: Sequence[Sequence[Line]], end: int, offset: int | None
) -> bool:
    """Return whether the first or last row is a page number: alone, and at the edge of the page
    or one more on each page."""
    row = stack[end]
    text = _text(row)
    if len(row) > 1 or not _PAGE_NUMBER.fullmatch(text) or not _stands_apart(page, row, end):
        return False
    if len(stack) == 1 and not page.grids:
        return False
    digits = re.sub(r"\D", "", text)
    if offset is not None and digits == str(page.number + offset):
        return True
    share = row[0].base / (page.size[1] or 1.0)
    return share < 0.12 or share > 0.86


def _stands_apart(page: Page, row: Sequence[Line], end: int) -> bool:
    """Return whether no table stands further out."""
    if end == 0:
        return all(grid.top >= row[0].top for grid in page.grids)
    return all(grid.bottom <= row[0].bottom for grid in page.grids)
