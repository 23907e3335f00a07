"""What stands on a sheet becomes tables, captions and paragraphs.

Blank rows and columns divide the tables of a sheet; a row of one text above a table is its caption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sourcebook.index.structure.figures import is_value
from sourcebook.index.structure.tables import Table, TableCell, find_heads, write_table
from sourcebook.index.structure.writing import BlockWriter

from .sheet import Rows, Sheet
from .title_rows import LONG, NOTE, is_note, is_title, row_text

MAX_CELLS = 60_000
"""The cells of one document; a longer table is several documents, each with its heads."""

_MOST_TITLES = 4  # lines above a table


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a sheet: a table with the lines above and below it, or lines alone; ``columns``
    are those of the sheet in which it stands."""

    titles: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    notes: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()

    @property
    def cells(self) -> int:
        """The number of its cells."""
        return sum(map(len, self.rows))


def find_areas(sheet: Sheet) -> list[Area]:
    """Return the tables and lines of a sheet, from top to bottom and left to right."""
    grid, rows = _grid(sheet)
    if not rows:
        return []
    columns = sorted(set().union(*(grid.columns(row) for row in rows)))
    return _join_titles(list(_areas(grid, rows, columns)))


def continue_area(above: Area, heads: int, sheet: Sheet) -> Area | None:
    """Return the further rows of a long table, below its rows of heads; None where there are none.

    Args:
        above: The first part of the table.
        heads: The number of its rows of heads.
        sheet: The next part of its sheet.
    """
    grid, rows = _grid(sheet)
    if not rows:
        return None
    columns = sorted({*above.columns, *(c for row in rows for c in grid.columns(row))})
    cells = map(tuple, grid.cells(rows, columns))
    return Area(above.titles, (*above.rows[:heads], *cells), columns=tuple(columns))


def _grid(sheet: Sheet) -> tuple[_SheetGrid, list[int]]:
    """Return the cells of a sheet, and its rows in which something stands."""
    spans = {
        (top, left): (bottom, right)
        for top, left, bottom, right in sheet.merges
        if sheet.rows.get(top, {}).get(left)
    }
    covers: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in spans.items():
        for row in range(top, min(bottom, top + MAX_CELLS) + 1):
            covers.setdefault(row, set()).update(range(left, min(right, left + 1000) + 1))
    rows = sorted({*(row for row, cells in sheet.rows.items() if cells), *covers})
    return _SheetGrid(sheet.rows, spans, covers), rows


class _SheetGrid:
    """The cells of a sheet with what each covers."""

    def __init__(
        self,
        rows: Rows,
        spans: Mapping[tuple[int, int], tuple[int, int]],
        covers: Mapping[int, set[int]],
    ) -> None:
        self.rows, self.spans, self._covers = rows, spans, covers

    def columns(self, row: int) -> set[int]:
        """Return the columns of a row in which something stands."""
        return self.rows.get(row, {}).keys() | self._covers.get(row, set())

    def cells(self, rows: Sequence[int], columns: Sequence[int]) -> list[list[TableCell]]:
        """Return the cells of a part of the sheet, with the empty ones."""
        empty = TableCell("")
        row_places = {row: at for at, row in enumerate(rows)}
        column_places = {column: at for at, column in enumerate(columns)}
        table: list[list[TableCell]] = []
        covered: set[tuple[int, int]] = set()
        for row in rows:
            cells = self.rows.get(row, {})
            line: list[TableCell] = []
            for column in columns:
                if (row, column) in covered:
                    continue
                cell = cells.get(column, empty)
                if (end := self.spans.get((row, column))) is not None:
                    below = [r for r in range(row, end[0] + 1) if r in row_places]
                    beside = [c for c in range(column, end[1] + 1) if c in column_places]
                    covered.update((r, c) for r in below for c in beside)
                    cell = replace(cell, row_span=len(below), column_span=len(beside))
                line.append(cell)
            table.append(line)
        return table


def _areas(grid: _SheetGrid, rows: list[int], columns: list[int]) -> Iterator[Area]:
    """Yield the areas of a part of a sheet that is divided by blank columns, then blank rows."""
    for band in _runs(rows):
        filled_columns = sorted({c for row in band for c in grid.columns(row)} & set(columns))
        parts = list(_runs(filled_columns))
        if len(parts) > 1 and all(_is_table(grid, band, part) for part in parts):
            for part in parts:
                inner = [row for row in band if grid.columns(row) & set(part)]
                yield from _areas(grid, inner, part)
        else:
            yield replace(_area(grid.cells(band, filled_columns)), columns=tuple(filled_columns))


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Yield the runs of numbers that follow one another."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _is_table(grid: _SheetGrid, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether some columns look like a table that stands beside another one."""
    filled_rows = [row for row in rows if grid.columns(row) & set(columns)]
    return len(columns) > 1 and len(filled_rows) > 1


def _area(rows: list[list[TableCell]]) -> Area:
    """Divide the lines above and below a table from it."""
    width = sum(cell.column_span for cell in rows[0])
    titles: list[str] = []
    notes: list[str] = []
    first, last = 0, len(rows)
    while last - first > 2 and width > 1 and is_title(rows, first, width):
        titles.append(row_text(rows[first]))
        first += 1
    while last - first > 2 and width > 1 and is_note(rows[last - 1]):
        notes.append(row_text(rows[last - 1]))
        last -= 1
    cut = [
        tuple(
            replace(cell, row_span=min(cell.row_span, last - row)) if cell.row_span > 1 else cell
            for cell in rows[row]
        )
        for row in range(first, last)
    ]
    return Area(tuple(titles), tuple(cut), tuple(reversed(notes)))


def _is_lines(area: Area) -> bool:
    """Whether an area is lines of text: one cell a row."""
    return all(sum(bool(cell.text.strip()) for cell in row) <= 1 for row in area.rows) and (
        len(area.rows) == 1 or any(len(row_text(row)) > LONG for row in area.rows)
    )


def _join_titles(areas: list[Area]) -> list[Area]:
    """Give lines above a table to it, and rows without heads of their own to the table above."""
    result: list[Area] = []
    for area in areas:
        before = result[-1] if result else None
        if before and not _is_lines(area) and _is_title_lines(before):
            titles = (*before.titles, *map(row_text, before.rows), *area.titles)
            result[-1] = replace(area, titles=titles)
        elif before and _is_head_row(before, area):
            titles = (*before.titles, *map(row_text, before.rows[:-1]))
            result[-1] = replace(area, titles=titles, rows=before.rows[-1:] + area.rows)
        elif before and _continues(before, area):
            result[-1] = replace(before, rows=before.rows + area.rows, notes=area.notes)
        else:
            result.append(area)
    return result


def _is_title_lines(area: Area) -> bool:
    """Whether an area is a few lines of text that may be said of the table below."""
    lines = [row_text(row) for row in area.rows]
    return (
        not area.notes
        and len(lines) <= _MOST_TITLES
        and all(sum(bool(cell.text.strip()) for cell in row) <= 1 for row in area.rows)
        and all(len(line) <= 3 * LONG for line in lines)
        and not NOTE.match(lines[0])
    )


def _is_head_row(above: Area, area: Area) -> bool:
    """Whether an area is the row of heads of the rows below a blank row: as wide, and words; lines
    of one text may stand above it."""
    if above.notes or area.titles or above.columns != area.columns:
        return False
    *titles, heads = above.rows
    if any(sum(bool(cell.text.strip()) for cell in row) > 1 for row in titles):
        return False
    texts = [cell.text.strip() for cell in heads]
    is_words = len(texts) > 1 and all(texts) and not any(map(is_value, texts))
    has_values = any(is_value(cell.text) for cell in area.rows[0])
    return is_words and has_values and find_heads(Table(area.rows))[0] == 0


def _continues(above: Area, area: Area) -> bool:
    """Whether an area is the rest of the table above: as wide, and without heads of its own."""
    if area.titles or above.notes or _is_lines(area) or len(above.rows) < 2:
        return False
    if above.columns != area.columns or len(area.columns) < 2:
        return False
    return find_heads(Table(above.rows))[0] > 0 and find_heads(Table(area.rows))[0] == 0


def write_area(writer: BlockWriter, area: Area) -> None:
    """Write an area: lines as paragraphs, all else as a table."""
    if _is_lines(area):
        texts = (*area.titles, *map(row_text, area.rows), *area.notes)
    else:
        write_table(writer, Table(area.rows, "; ".join(area.titles) or None))
        texts = area.notes
    for text in texts:
        match = NOTE.match(text)
        if match and match["sign"]:
            with writer.block("footnote", marker=match["sign"].strip("()[]")):
                writer.write(text[match.end() :])
        else:
            with writer.block("paragraph"):
                writer.write(text)


def divide(area: Area) -> Iterator[tuple[Area, int, int]]:
    """Yield the parts of a long table, each with its heads, and their first and last row."""
    width = max(1, *map(len, area.rows))
    heads, _ = find_heads(Table(area.rows[:2000]))
    height = max(1, MAX_CELLS // width - heads)
    body = area.rows[heads:]
    for start in range(0, len(body), height):
        part = body[start : start + height]
        is_last = start + height >= len(body)
        rows = (*area.rows[:heads], *part)
        yield (
            Area(area.titles, rows, area.notes if is_last else ()),
            start + heads + 1,
            start + heads + len(part),
        )
