"""Tables without rules: rows of cells that stand under each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sourcebook.index.reading.pdf.text.captions import is_table_caption_text
from sourcebook.index.reading.pdf.text.lines import Line, join_lines

from .cells import PdfCell, PdfTable, is_value, is_value_or_dash
from .heads import Band, HeadPlaces, Row, Span, columns_of, count_head_rows, is_wrapped
from .tiles import find_tiles
from .wraps import join_wrapped

_MAX_ROW_GAP = 3.2
"""Rows of one table are at most so far apart, in sizes of their letters."""

_SIDES_GAP = 12
"""Texts that are further apart, in sizes of their letters, stand at the two sides of a page."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

MAX_CELL_WORDS = 4.5
"""The most words that the cells of a table have on average, where few are numbers."""


def split_rows(rows: Sequence[Row]) -> list[Line | PdfTable]:
    """Return rows as lines and tables, from the top."""
    items: list[Line | PdfTable] = []
    free = 0  # the first row that is in no table yet
    start = 0
    while start < len(rows):
        end = _run_end(rows, start)
        first = _run_start(rows, start, end, free) if end > start else start
        last = _run_end_below(rows, start, end)
        grid = table_of(rows[first:last]) if last - first >= 2 else None
        if grid is None and (first, last) != (start, end) and end - start >= 2:
            first, last = start, end
            grid = table_of(rows[first:last])
        if grid is None:
            start += 1
            continue
        items += [line for row in rows[free:first] for line in _lines_of(row)]
        items += find_tiles(rows[first:last]) or [grid]
        start = free = last
    return [*items, *(line for row in rows[free:] for line in _lines_of(row))]


def _lines_of(row: Row) -> list[Line]:
    """Return a row as one line; two texts at the two sides of a page are two, as the receiver of a
    letter and its date."""
    has_sides = len(row) == 2 and row[1].left - row[0].right > _SIDES_GAP * row[0].size
    are_texts = all(" " in line.text and not is_value(line.text) for line in row)
    return list(row) if has_sides and are_texts else [joined_row(row)]


def joined_row(row: Row) -> Line:
    """Return a row as one line."""
    return row[0] if len(row) == 1 else join_lines(row)


def _run_end(rows: Sequence[Row], start: int) -> int:
    """Return the end of the run of rows that may be a table and begins at ``start``."""
    if len(rows[start]) < 2:
        return start
    end = start + 1  # behind the last row of cells
    for number in range(start + 1, len(rows)):
        above, row = rows[number - 1], rows[number]
        size = max(above[0].size, row[0].size)
        if row[0].base - above[0].base > _MAX_ROW_GAP * size:
            break
        if len(row) == 1 and is_table_caption_text(row[0].text):
            break
        if _begins_anew(rows, start, number):
            break
        if len(row) > 1:
            end = number + 1
        elif number - end >= 4 or row[0].right - row[0].left > 0.6 * _width(rows[start:end]):
            break
    return end


def _begins_anew(rows: Sequence[Row], start: int, number: int) -> bool:
    """Return whether a row is of the heads of another table than the rows above it: words, more of
    them than there are cells in any row above, and further from these than from the row below."""
    row = rows[number]
    if len(row) < 3 or number + 1 >= len(rows) or any(is_value(line.text) for line in row):
        return False
    gap, below = row[0].base - rows[number - 1][0].base, rows[number + 1][0].base - row[0].base
    return gap > 1.35 * below and max(map(len, rows[start:number])) < len(row)


def _run_start(rows: Sequence[Row], start: int, end: int, free: int) -> int:
    """Return the first row of a table whose first row of several cells is at ``start``."""
    columns = _columns(rows[start:end])
    while start > free and _is_cell_row(rows[start - 1], rows[start], columns, rows[start:end]):
        start -= 1
    return start


def _run_end_below(rows: Sequence[Row], start: int, end: int) -> int:
    """Return the end of a table, with the rows of one cell below it."""
    if end - start < 1 or len(rows[start]) < 2:
        return end
    columns = _columns(rows[start:end])
    while end < len(rows) and _is_cell_row(rows[end], rows[end - 1], columns, rows[start:end]):
        end += 1
    return end


def _is_cell_row(row: Row, near: Row, columns: Sequence[Band], table: Sequence[Row]) -> bool:
    """Return whether a row of one text beside a table is one of its cells: it stands in a column,
    as far from the next row as the others from each other."""
    line = row[0]
    if len(row) > 1 or len(columns) < 2 or line.text.endswith((".", ":")):
        return False
    gaps = sorted(below[0].base - above[0].base for above, below in pairwise(table))
    gap = abs(line.base - near[0].base)
    is_above = row[0].base < near[0].base
    if is_above and line.left > columns[0][1] and len(columns_of(columns, line)) == 1:
        gaps = [gap, *gaps] if 0.95 * line.size <= gap <= 1.35 * line.size else gaps
    if gaps and not 0.9 * gaps[0] - 1 <= gap <= 1.05 * gaps[-1] + 0.5:
        return False
    if not gaps and gap > 2.2 * line.size:
        return False
    if len(columns_of(columns, line)) != 1 and line.left < columns[0][1]:
        return False
    (left, right) = columns[0]
    return line.left > right or line.right <= max(right, left + 12 * line.size)


def _width(rows: Sequence[Row]) -> float:
    return max(row[-1].right for row in rows) - min(row[0].left for row in rows)


def table_of(rows: Sequence[Row]) -> PdfTable | None:
    """Return the table that rows are, or None where they are none."""
    rows = join_wrapped(rows)
    heads = count_head_rows(rows)
    if sum(len(row) > 1 for row in rows[heads:]) < 2:
        heads = 0  # one row does not show where columns are
    columns = _columns(rows[heads:] if heads else rows)
    spans: dict[int, Span] = {}
    if heads and len(columns) > 1:
        places = HeadPlaces(rows[:heads], columns)
        columns, spans = places.columns, places.spans
    if len(columns) < 2:
        return None
    cells = _cells(rows, columns, spans)
    if heads and is_wrapped(rows[:heads], rows[heads:], spans):
        cells = _one_head_row(cells, heads)
    height = max(cell.row for cell in cells) + 1
    if not _is_table(cells, len(columns), height):
        return None
    lines = [line for row in rows for line in row]
    box = (
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
    )
    return PdfTable(cells, box, lines[0].page)


def _columns(rows: Sequence[Row]) -> list[Band]:
    """Return the columns: bands that text covers, with a gap between them.

    Heads may cover several columns, so those of the first rows count only where no other text
    stands. A line alone in its row is a label or a continuation.
    """
    full = [row for row in rows if len(row) > 1]
    body = full[2:] if len(full) >= 4 else full[1:] if len(full) >= 2 else full
    if len(body) < 2 or max(map(len, body)) < max(map(len, full)):
        body = full
    columns = _bands(line for row in body for line in row)
    for row in rows:
        for line in row:
            if not columns_of(columns, line):
                columns = sorted([*columns, (line.left, line.right)])
    return columns


def _bands(lines: Iterable[Line]) -> list[Band]:
    bands: list[Band] = []
    for line in sorted(lines, key=lambda line: line.left):
        if bands and line.left < bands[-1][1] + 0.2 * line.size:
            bands[-1] = (bands[-1][0], max(bands[-1][1], line.right))
        else:
            bands.append((line.left, line.right))
    return bands


def _nearest(columns: Sequence[Band], line: Line) -> int:
    middle = line.middle[0]
    return min(range(len(columns)), key=lambda n: abs(sum(columns[n]) / 2 - middle))


def _cells(rows: Sequence[Row], columns: Sequence[Band], spans: dict[int, Span]) -> list[PdfCell]:
    cells: list[PdfCell] = []
    for number, row in enumerate(rows):
        places: dict[int, PdfCell] = {}
        for line in row:
            own = spans.get(id(line)) or columns_of(columns, line) or [_nearest(columns, line)]
            first, last = own[0], own[-1]
            if first in places:
                places[first].lines.append(line)
                continue
            places[first] = PdfCell(number, first, 1, last - first + 1, [line])
        cells += _filled(number, places, len(columns))
    return cells


def _one_head_row(cells: Sequence[PdfCell], heads: int) -> list[PdfCell]:
    """Return cells with the first rows as one: the lines of each head under each other."""
    firsts: dict[int, PdfCell] = {}
    for cell in cells:
        if cell.row < heads:
            first = firsts.setdefault(cell.column, PdfCell(0, cell.column))
            first.lines += cell.lines
    rest = [cell for cell in cells if cell.row >= heads]
    for cell in rest:
        cell.row -= heads - 1
    return [*firsts.values(), *rest]


def _filled(row: int, places: dict[int, PdfCell], width: int) -> list[PdfCell]:
    """Return the cells of a row with empty ones where nothing stands, and none on two places."""
    cells: list[PdfCell] = []
    column = 0
    starts = sorted(places)
    while column < width:
        cell = places.get(column)
        if cell is None:
            cell = PdfCell(row, column)
        else:
            later = [start for start in starts if start > column]
            end = min([column + cell.column_span, *later[:1]])
            cell.column_span = max(end - column, 1)
        cells.append(cell)
        column += cell.column_span
    return cells


def _is_table(cells: Sequence[PdfCell], width: int, height: int) -> bool:
    """Return whether cells are of a table: numbers under each other, or short texts."""
    texts: list[list[str]] = [[] for _ in range(width)]
    for cell in cells:
        if cell.lines:
            texts[cell.column].append(" ".join(line.text for line in cell.lines))
    for column in texts[1:]:
        values = sum(map(is_value_or_dash, column))
        if sum(map(is_value, column)) >= 2 and values * 2 >= len(column):
            return True
    if height < 3 or any(not column for column in texts):
        return sum(is_value(text) for column in texts[1:] for text in column) >= 3
    full = [len(column) for column in texts]
    if width == 2 and min(full) < 0.5 * height:
        return False
    if width == 2 and all(map(_YEAR.search, texts[0])):
        return True
    if all(_is_marker(text) for text in texts[0]):
        return False
    means = [sum(len(text.split()) for text in column) / len(column) for column in texts]
    first, *rest = means
    return first <= 4 and sum(rest) / len(rest) <= MAX_CELL_WORDS and max(rest) <= 8


def _is_marker(text: str) -> bool:
    return (len(text) <= 4 and not text[:1].isalpha()) or len(text) <= 2
