"""Tables of a page, from its tree: spans, heads and captions; tables that only lay a page out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.heads import MAX_HEAD_ROWS
from sourcebook.index.structure.tables import Table, TableCell

MAX_CELL = 600
"""The most characters of a cell of a table that holds data, where nothing says that it does."""

MAX_AREA = 1_000_000
"""The most places of a table that the spans of its cells may cover."""

_GROUPS = ("thead", "tbody", "tfoot")
_PARTS = (*_GROUPS, "caption", "colgroup", "col", "tr")
_LAYOUT = ("h1", "h2", "h3", "h4", "h5", "h6", "table", "form", "article", "section", "nav", "pre")
_NEW_THING = re.compile(r"[^\W\d_]|\d")
_ENDS = re.compile(r"[,;:.!?–—-]$")

CellContent = Callable[[Any], Content]


def is_layout(element: Any) -> bool:
    """Return whether a table only lays out a page."""
    if element.get("role") in ("presentation", "none"):
        return True
    rows = _rows(element)
    if not rows or _has_loose_text(element):
        return True
    cells = [cell for row in rows for cell in _cells(row)]
    widest = max(len(_cells(row)) for row in rows)
    if any(part.tag in ("caption", "thead") for part in element):
        return False
    heads = [cell for cell in cells if cell.tag == "th" and "".join(cell.itertext()).strip()]
    if heads and len(cells) > 1:
        return len(heads) == len(cells) and (len(rows) == 1 or widest == 1)
    if widest < 2 or len(rows) < 2:
        return True
    return any(
        next(cell.iter(*_LAYOUT), None) is not None
        or sum(1 for _ in cell.iter("p")) > 2
        or sum(map(len, cell.itertext())) > MAX_CELL
        for cell in cells
    )


def find_table(element: Any, read_cell: CellContent) -> tuple[Table, list[Any]]:
    """Return the table of an element, and what stands in it that is no part of a table."""
    rows = _rows(element)
    elements = [_cells(row) for row in rows]
    widest = max(map(len, elements))
    spans = [
        [_spans(cell, len(rows) - at, widest) for cell in row] for at, row in enumerate(elements)
    ]
    if sum(down * right for row in spans for down, right in row) > MAX_AREA:
        spans = [[(1, 1) for _ in row] for row in spans]
    table_rows = [
        [_cell(cell, *span, read_cell) for cell, span in zip(row, row_spans, strict=True)]
        for row, row_spans in zip(elements, spans, strict=True)
    ]
    width = max(sum(right for _, right in row) for row in spans)
    captions = [part for part in element if part.tag == "caption"]
    caption = " ".join(_one_line(read_cell(part), is_head=True) for part in captions) or None
    if not caption and len(table_rows) > 1 and len(table_rows[0]) == 1 < width:
        (title,) = table_rows[0]
        if title.column_span >= width and title.row_span == 1 and title.text:
            caption, table_rows, elements, rows = title.text, table_rows[1:], elements[1:], rows[1:]
    head_rows = _count_head_rows(rows, elements, table_rows)
    head_columns = _count_head_columns(elements[head_rows or 0 :])
    rest = [part for part in element if isinstance(part.tag, str) and part.tag not in _PARTS]
    return Table(table_rows, caption, head_rows, head_columns), rest


def _cell(cell: Any, row_span: int, column_span: int, read_cell: CellContent) -> TableCell:
    if not len(cell):
        return TableCell(" ".join((cell.text or "").split()), row_span, column_span)
    content = read_cell(cell)
    marks = tuple(block.marker or "" for block in find_blocks(content.blocks, "mark"))
    text = _one_line(content, is_head=cell.tag == "th")
    return TableCell(text, row_span, column_span, marks=marks)


def _one_line(content: Content, *, is_head: bool) -> str:
    """Return the text of a cell on one line, with commas between the things of a list."""
    line = ""
    starts = {block.start for block in find_blocks(content.blocks, "item")}
    position = 0
    for raw in content.text.split("\n"):
        is_item, part = position in starts, raw.strip()
        position += len(raw) + 1
        if not part:
            continue
        is_new = is_item or (not is_head and _NEW_THING.match(part) and not part[0].islower())
        line += (", " if is_new and not _ENDS.search(line) else " ") if line else ""
        line += part
    return line


def _count_head_rows(
    rows: list[Any], elements: list[list[Any]], table_rows: list[list[TableCell]]
) -> int | None:
    """Return how many rows at the top hold heads; None where the page does not say."""
    in_head = sum(1 for row in rows if row.getparent().tag == "thead")
    if 0 < in_head < len(rows) and in_head <= MAX_HEAD_ROWS:
        return in_head
    count = 0
    for cells, texts in zip(elements, table_rows, strict=True):
        heads = [cell.tag == "th" for cell, text in zip(cells, texts, strict=True) if text.text]
        if not heads or not all(heads[1:]) or not (heads[0] or len(heads) > 2):
            break
        if len(heads) == 1 and len(cells) > 1 and count:
            break
        count += 1
    if count:
        return min(count, MAX_HEAD_ROWS, len(rows) - 1)
    is_said = any(cell.tag == "th" for cells in elements for cell in cells)
    return 0 if is_said and max(map(len, elements)) <= 2 else None


def _count_head_columns(elements: list[list[Any]]) -> int | None:
    """Return how many columns at the left hold heads; None where the page does not say."""
    counts = []
    for cells in elements:
        count = 0
        while count < min(len(cells) - 1, 3) and _is_row_head(cells[count]):
            count += 1
        counts.append(count)
    counts.sort()
    return (counts[len(counts) // 2] if counts else 0) or None


def _is_row_head(cell: Any) -> bool:
    return cell.tag == "th" or cell.get("scope") in ("row", "rowgroup")


def _rows(element: Any) -> list[Any]:
    """Return the rows that have cells: those of the head first, those of the foot last."""
    groups: dict[str, list[Any]] = {"thead": [], "tbody": [], "tfoot": []}
    for part in element:
        if part.tag == "tr":
            groups["tbody"].append(part)
        elif part.tag in groups:
            groups[part.tag] += part.iterchildren("tr")
    return [row for rows in groups.values() for row in rows if _cells(row)]


def _cells(row: Any) -> list[Any]:
    return list(row.iterchildren("td", "th"))


def _has_loose_text(element: Any) -> bool:
    def loose(nodes: Iterable[Any]) -> bool:
        return any((node.tail or "").strip() for node in nodes)

    containers = [element, *element.iterchildren(*_GROUPS), *_rows(element)]
    return any((node.text or "").strip() or loose(node) for node in containers)


def _spans(cell: Any, rows_left: int, widest: int) -> tuple[int, int]:
    """Return over how many rows and columns a cell stands."""
    down = _number(cell.get("rowspan"))
    right = _number(cell.get("colspan")) or 1
    return min(down or rows_left, rows_left), min(right, max(20, widest))


def _number(text: str | None) -> int:
    match = re.match(r"\s*\+?(\d{1,6})", text or "1")
    return int(match[1]) if match else 1
