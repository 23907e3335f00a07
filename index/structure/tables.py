"""Tables of every format: cells with their spans, the heads of each, and their place in the text.

A row becomes one line that can be read alone: ``Route: Skerry; Adult: 12.50``. Each value has the
heads above it; a row's own head comes first. An empty cell is left out of the line, and is an empty
block at its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .blocks import CellPlace, PageBox
from .figures import find_unit
from .heads import (
    MAX_HEAD_ROWS,
    count_head_columns,
    count_head_rows,
    is_list_of_pairs,
    name_parts,
    spread_heads,
)
from .writing import BlockWriter, CellText

_MOST_HEADS = 8
"""A cell over several columns has so many heads at most, unless all these columns have them."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as a file has it: its text and how many rows and columns it covers.

    ``is_head`` is None where the format does not say whether a cell is a head. ``marks`` are raised
    signs behind the text that refer to footnotes.
    """

    text: str
    row_span: int = 1
    column_span: int = 1
    is_head: bool | None = None
    marks: tuple[str, ...] = ()
    place: PageBox | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells from left to right; a cell that spans rows stands in its first row only.

    ``head_rows`` is the number of rows of heads at the top, ``head_columns`` that of columns of
    heads at the left; None where the format does not say: `write_table` looks for them.
    ``column_heads`` are those of each column where they stand in another table, which this one goes
    on with.
    """

    rows: Sequence[Sequence[TableCell]]
    caption: str | None = None
    head_rows: int | None = None
    head_columns: int | None = None
    column_heads: Sequence[tuple[str, ...]] = ()


def write_table(writer: BlockWriter, table: Table) -> None:
    """Write a table: its caption, then each row as a line, with a block for each cell.

    A cell that covers several rows stands in each of them, as each line is read alone. One that
    covers several columns stands once, under the heads of all of them, and is a head of all.
    """
    grid = _Grid(table)
    if not any(cell.text.strip() for row in table.rows for cell in row):
        return
    if table.caption and table.caption.strip():
        with writer.block("caption"):
            writer.write(" ".join(table.caption.split()))
    with writer.block("table"):
        for row in range(grid.height):
            writer.write_row(list(_row_cells(grid, row)))


def find_heads(table: Table) -> tuple[int, int]:
    """Return the number of rows of heads at the top of a table, and of columns at its left."""
    grid = _Grid(table)
    return grid.head_rows, grid.head_columns


def find_column_heads(table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the heads above each column of a table."""
    grid = _Grid(table)
    return tuple(grid.heads_above(grid.height, column) for column in range(grid.width))


def _row_cells(grid: _Grid, row: int) -> Iterator[CellText]:
    is_first = True
    for column, cell in grid.cells_of(row):
        is_note = grid.is_note(row, cell)
        heads = grid.heads_of(row, column, cell.column_span)
        above = () if is_note else (*grid.part(row), *heads)
        shown = above if is_first or not above else heads
        beside = grid.heads_beside(row, column)
        text = " ".join(cell.text.split())
        place = CellPlace(
            row,
            column,
            cell.row_span,
            cell.column_span,
            is_head=grid.is_head(row, column),
            heads=(*above, *beside),
            unit=grid.unit(above),
        )
        lead = ""
        if text and not is_first:
            lead = "; "
            if grid.is_label_before(row, column):
                lead = " " if grid.text(row, column - 1).endswith(":") else ": "
        if text and shown and row >= grid.head_rows:
            lead += f"{', '.join(shown)}: "
        yield CellText(lead, text, cell.marks, place, cell.place)
        is_first = is_first and not text


class _Grid:
    """The places of a table, each with the cell that covers it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._cells: dict[tuple[int, int], tuple[TableCell, int, int]] = {}
        self.height = len(table.rows)
        self.width = 0
        for row, cells in enumerate(table.rows):
            column = 0
            for cell in cells:
                while (row, column) in self._cells:
                    column += 1
                self._cover(row, column, cell)
                column += cell.column_span
                self.width = max(self.width, column)
        self._texts = [
            [self.text(row, column) for column in range(self.width)] for row in range(self.height)
        ]
        self._begins = [[entry[2] for entry in self._row(row)] for row in range(self.height)]
        self.head_rows = self._count_head_rows() if table.head_rows is None else table.head_rows
        self.head_columns = (
            self._count_head_columns() if table.head_columns is None else table.head_columns
        )
        self._is_pairs = self._has_pairs()
        self._spread = spread_heads(self._texts, self.head_rows)
        self._parts = name_parts(self._texts, self._begins, self.head_rows)
        self._heads: dict[int, tuple[str, ...]] = {}  # those of all rows below, by column
        self._units: dict[tuple[str, ...], str | None] = {}
        # How many rows below the heads a cell that begins in them covers at most.
        self._head_overhang = max(
            0,
            0,
            *(
                row + cell.row_span - self.head_rows
                for row in range(min(self.head_rows, self.height))
                for cell in table.rows[row]
            ),
        )

    def _cover(self, row: int, column: int, cell: TableCell) -> None:
        for below in range(row, min(row + cell.row_span, self.height)):
            for right in range(column, column + cell.column_span):
                self._cells.setdefault((below, right), (cell, row, column))

    def text(self, row: int, column: int) -> str:
        """Return the text of the cell at a place, on one line."""
        entry = self._cells.get((row, column))
        return " ".join(entry[0].text.split()) if entry else ""

    def cells_of(self, row: int) -> Iterable[tuple[int, TableCell]]:
        """Yield the cells that cover a part of a row, each once, with its first column."""
        for column in range(self.width):
            entry = self._cells.get((row, column))
            if entry and entry[2] == column:
                yield column, entry[0]

    def is_head(self, row: int, column: int) -> bool:
        """Return whether a cell is a head of others."""
        if self._is_pairs:
            return column % 2 == 0
        return row < self.head_rows or column < self.head_columns

    def part(self, row: int) -> tuple[str, ...]:
        """Return the name of the part of the table that a row stands in, if it has one."""
        return (self._parts[row],) if row in self._parts else ()

    def is_note(self, row: int, cell: TableCell) -> bool:
        """Return whether a cell below the heads covers the whole width: it is said of the table."""
        return row >= self.head_rows and self._is_title(cell)

    def heads_above(self, row: int, column: int) -> tuple[str, ...]:
        """Return the heads above a place, the topmost first, without repetitions."""
        if heads := self._table.column_heads:
            return heads[column] if column < len(heads) else ()
        reach = self.head_rows + self._head_overhang
        if row < reach:
            return self._heads_above(row, column)
        if column not in self._heads:
            self._heads[column] = self._heads_above(reach, column)
        return self._heads[column]

    def heads_of(self, row: int, column: int, width: int) -> tuple[str, ...]:
        """Return the heads above a cell, those of all the columns that it covers."""
        if width == 1 or row < self.head_rows:
            return self.heads_above(row, column)
        columns = [self.heads_above(row, at) for at in range(column, column + width)]
        heads = tuple(dict.fromkeys(head for own in columns for head in own))
        if len(heads) <= _MOST_HEADS:
            return heads
        return tuple(head for head in heads if all(head in own for own in columns if own))

    def _heads_above(self, row: int, column: int) -> tuple[str, ...]:
        heads: list[str] = []
        for above in range(min(row, self.head_rows)):
            entry = self._cells.get((above, column))
            if entry and entry[1] + entry[0].row_span <= row and not self._is_title(entry[0]):
                heads.append(self._spread.get((above, column)) or self._texts[above][column])
            elif (above, column) in self._spread:
                heads.append(self._spread[above, column])
        return tuple(dict.fromkeys(filter(None, heads)))

    def heads_beside(self, row: int, column: int) -> tuple[str, ...]:
        """Return the heads at the left of a place, the leftmost first."""
        if self._is_pairs:
            return (self._texts[row][column - 1],) if column % 2 else ()
        texts = (self._texts[row][left] for left in range(min(column, self.head_columns)))
        return tuple(dict.fromkeys(filter(None, texts)))

    def is_label_before(self, row: int, column: int) -> bool:
        """Return whether the cell before is a head with this one as its only value."""
        if self._is_pairs:
            return column % 2 == 1
        return (
            self.head_rows == 0
            and self.head_columns > 0
            and column == self.head_columns
            and self.width == self.head_columns + 1
        )

    def unit(self, above: tuple[str, ...]) -> str | None:
        """Return the unit in the heads, else in the caption, else in the head of the labels."""
        if above not in self._units:
            self._units[above] = self._unit(above)
        return self._units[above]

    def _unit(self, above: tuple[str, ...]) -> str | None:
        corner = self._heads_above(self.head_rows, 0) if self.head_columns else ()
        texts = (*above, self._table.caption or "", *self._titles(), *corner)
        return next(filter(None, map(find_unit, texts)), None)

    def _is_title(self, cell: TableCell) -> bool:
        """Return whether a head covers the whole width: it is no head of one column."""
        return 1 < self.width <= cell.column_span

    def _titles(self) -> Iterator[str]:
        """Yield the texts of heads that cover the whole width."""
        for row in range(min(self.head_rows, self.height)):
            entry = self._cells.get((row, 0))
            if entry and self._is_title(entry[0]):
                yield self.text(row, 0)

    def _has_pairs(self) -> bool:
        """Return whether each row holds several terms, each with its value."""
        if self.head_rows or any(cell.column_span > 1 for row in self._table.rows for cell in row):
            return False
        flags = [[entry[0].is_head for entry in self._row(row)] for row in range(self.height)]
        if not any(flag is not None for row in flags for flag in row):
            return self.head_columns < 2 and self.width > 0 and is_list_of_pairs(self._texts)
        return self.width > 2 and all(
            entry[0].is_head == (entry[2] % 2 == 0)
            for row in range(self.height)
            for entry in self._row(row)
        )

    def _count_head_rows(self) -> int:
        """Return how many rows at the top hold heads.

        Where cells say so themselves, the rows of which all cells with text are heads.
        """
        flags = [[entry[0].is_head for entry in self._row(row)] for row in range(self.height)]
        if any(flag is not None for row in flags for flag in row):
            count = 0
            while (
                count < min(self.height - 1, MAX_HEAD_ROWS) and flags[count] and all(flags[count])
            ):
                count += 1
            return count
        return count_head_rows(self._texts, self._begins) if self.width else 0

    def _count_head_columns(self) -> int:
        flags = [
            entry[0].is_head
            for row in range(self.head_rows, self.height)
            for entry in self._row(row)[:1]
        ]
        if any(flag is not None for flag in flags):
            return int(sum(map(bool, flags)) * 2 > len(flags))
        return count_head_columns(self._texts, self._begins, self.head_rows)

    def _row(self, row: int) -> list[tuple[TableCell, int, int]]:
        return [
            entry
            for column in range(self.width)
            if (entry := self._cells.get((row, column)))
            and entry[2] == column
            and entry[0].text.strip()
        ]
