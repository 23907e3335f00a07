"""Heads and feet that recur on the pages, and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from sourcebook.index.cleaning.clean import RemovedText

from .layout.figures import PdfChart
from .pages import PdfPage
from .tables.cells import PdfTable
from .text.lines import Line, rows_of

MAX_ROWS = 3
"""The most rows of a head or a foot."""

HEAD_RULE = "header or footer of pages"
"""The rule by which running heads and feet are removed."""

_MARGIN = 0.12
"""The share of the height of a page in which its head or its foot stands."""

_TITLE_RATIO = 1.15
"""A title is so much larger than the head of pages with the same words."""

_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|side|sida|pagina|página|p\.|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|av|de|sur|di)\s*\d+)?\W*",
    re.IGNORECASE,
)


_Head = tuple[tuple[str, int, int], ...]
"""The text and the place of each row of a head or a foot."""


def remove_running_rows(pages: Sequence[PdfPage]) -> tuple[RemovedText, ...]:
    """Take page numbers off the pages, and first and last rows that recur on many of them.

    Returns:
        What was removed, page by page.
    """
    stacks = [rows_of(page.lines) for page in pages]
    removals: list[list[RemovedText]] = [[] for _ in pages]
    removed_rows: list[list[list[Line]]] = [[] for _ in pages]
    usual_size = _usual_size(pages)
    for end in (0, -1):
        for number, stack in enumerate(stacks):
            if stack and _is_page_number(pages[number], stack, end, None):
                removals[number].append(RemovedText("page number", _text(stack[end])))
                removed_rows[number].append(stack.pop(end))
        for number, count in enumerate(_margin_rows(pages, stacks, end, usual_size)):
            for _ in range(count):
                row = stacks[number].pop(end)
                removals[number].append(RemovedText(HEAD_RULE, _text(row)))
                removed_rows[number].append(row)
        for _ in range(MAX_ROWS):
            offset = _usual_offset(stacks, end)
            for number, stack in enumerate(stacks):
                if stack and _is_page_number(pages[number], stack, end, offset):
                    removals[number].append(RemovedText("page number", _text(stack[end])))
                    removed_rows[number].append(stack.pop(end))
            counts = Counter(_key(stack[end]) for stack in stacks if stack)
            sizes = _smallest_sizes(stacks, end)
            min_count = max(3, len(pages) * 2 // 5)
            is_found = False
            for number, stack in enumerate(stacks):
                # The only line of a page is its text.
                is_extra = len(stack) > 1 or (bool(stack) and bool(pages[number].grids))
                if (
                    is_extra
                    and counts[_key(stack[end])] >= min_count
                    and not _is_title(stack[end], sizes)
                    and not _is_of_table(stack, end)
                    and _stands_apart(pages[number], stack[end], end)
                ):
                    text = _text(stack[end])
                    removals[number].append(RemovedText(HEAD_RULE, text))
                    removed_rows[number].append(stack.pop(end))
                    is_found = True
            if not is_found:
                break
    for page, rows in zip(pages, removed_rows, strict=True):
        lines = {id(line) for row in rows for line in row}
        page.lines = [line for line in page.lines if id(line) not in lines]
    return tuple(removal for page_removals in removals for removal in page_removals)


def _smallest_sizes(stacks: Sequence[Sequence[Sequence[Line]]], end: int) -> dict[str, float]:
    """Return the smallest size of the letters of each first or last row."""
    sizes: dict[str, float] = {}
    for stack in stacks:
        if stack:
            key, size = _key(stack[end]), stack[end][0].size
            sizes[key] = min(size, sizes.get(key, size))
    return sizes


def _is_title(row: Sequence[Line], sizes: Mapping[str, float]) -> bool:
    """Return whether a row stands in larger letters than on other pages, as the title of an article
    does that is the head of its pages too."""
    return row[0].size > _TITLE_RATIO * sizes[_key(row)]


def _margin_rows(
    pages: Sequence[PdfPage],
    stacks: Sequence[Sequence[Sequence[Line]]],
    end: int,
    usual_size: float,
) -> list[int]:
    """Return how many rows at the upper or lower edge of each page stand on another one too, at the
    same place, with space between them and the text, in letters no larger than it: two pages are
    enough for those."""
    heads: list[list[_Head]] = []
    texts_below: dict[_Head, set[str]] = {}  # a page that stands twice in a file has no heads
    for page, stack in zip(pages, stacks, strict=True):
        heads.append([])
        for count in range(1, min(MAX_ROWS, len(stack) - 1 + bool(page.grids)) + 1):
            rows = stack[:count] if end == 0 else stack[-count:]
            is_table = _is_of_table(stack, end)
            if not is_table and _is_in_margin(page, rows, stack, end, usual_size):
                head = tuple((_key(row), *_place(row)) for row in rows)
                heads[-1].append(head)
                rest = stack[count:] if end == 0 else stack[:-count]
                texts_below.setdefault(head, set()).add("\n".join(map(_text, rest)))
    return [
        max((len(head) for head in own if len(texts_below[head]) > 1), default=0) for own in heads
    ]


def _is_in_margin(
    page: PdfPage,
    rows: Sequence[Sequence[Line]],
    stack: Sequence[Sequence[Line]],
    end: int,
    usual_size: float,
) -> bool:
    """Return whether rows stand at the edge of a page, apart from the rest of it."""
    inner = rows[-1] if end == 0 else rows[0]
    share = inner[0].base / (page.size[1] or 1.0)
    if (share > _MARGIN if end == 0 else share < 1 - _MARGIN) or not _stands_apart(
        page, inner, end
    ):
        return False
    if any(line.size > 1.02 * usual_size for row in rows for line in row):
        return False
    rest = [line for row in stack if row not in rows for line in row]
    areas: list[Line | PdfTable | PdfChart] = [*rest, *page.grids, *page.figures]
    if end == 0:
        bottom = max(line.bottom for line in inner)
        gap = min((area.top for area in areas), default=page.size[1]) - bottom
    else:
        gap = min(line.top for line in inner) - max((area.bottom for area in areas), default=0.0)
    return gap >= inner[0].size


def _is_of_table(stack: Sequence[Sequence[Line]], end: int) -> bool:
    """Return whether a first or last row is one of a table: other rows of the page have the same
    words with other numbers."""
    row = stack[end]
    others = stack[1:] if end == 0 else stack[:-1]
    return len(row) > 1 and any(_key(other) == _key(row) for other in others)


def _place(row: Sequence[Line]) -> tuple[int, int]:
    """Return where a row stands, to some points: its height and its left side."""
    return round(row[0].base / 4), round(row[0].left / 4)


def _usual_size(pages: Sequence[PdfPage]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


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
    page: PdfPage, stack: Sequence[Sequence[Line]], end: int, offset: int | None
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


def _stands_apart(page: PdfPage, row: Sequence[Line], end: int) -> bool:
    """Return whether no table stands further out."""
    if end == 0:
        return all(grid.top >= row[0].top for grid in page.grids)
    return all(grid.bottom <= row[0].bottom for grid in page.grids)
