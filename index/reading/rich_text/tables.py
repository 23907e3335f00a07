"""Tables of Rich Text Format: rows of cells, of which only the right edges are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from sourcebook.index.reading.office.flow import Grid, GridCell, Part

_NEAR = 40
"""Twips by which the edges of one column may differ from row to row."""


_MAX_COLUMNS = 300
"""In a table with more edges the cells of each row are counted alone."""


@dataclass(slots=True)
class CellForm:
    """How a cell is drawn: its right edge in twips, and whether it is one with others."""

    right: int = 0
    begins_down: bool = False
    goes_on_down: bool = False
    goes_on_right: bool = False


@dataclass(slots=True)
class _TableRow:
    cells: list[list[Part]]
    forms: list[CellForm]
    is_head: bool


@dataclass(slots=True)
class RtfTable:
    """A table while it is read: its rows, and the row that is open."""

    rows: list[_TableRow] = field(default_factory=list)
    cells: list[list[Part]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)  # of the open cell
    forms: list[CellForm] = field(default_factory=list)
    is_head: bool = False
    is_in_row: bool = False

    def begin_row(self) -> None:
        """Begin the description of a row; it may stand before the cells or after them."""
        self.forms, self.is_head, self.is_in_row = [], False, True

    def end_cell(self) -> None:
        """End the open cell."""
        self.cells.append(self.parts)
        self.parts = []

    def end_row(self) -> None:
        """End the open row."""
        if self.parts:
            self.end_cell()
        if self.cells:
            self.rows.append(_TableRow(self.cells, list(self.forms), self.is_head))
        self.cells, self.is_in_row = [], False

    def grid(self) -> Grid:
        """Return the table."""
        edges = _edges(self.rows)
        above: dict[int, GridCell] = {}
        rows: list[list[GridCell]] = []
        heads = 0
        for row in self.rows:
            heads += row.is_head and heads == len(rows)
            rows.append(_cells(row, edges, above))
        return Grid(rows, heads or None)


def _edges(rows: list[_TableRow]) -> list[int]:
    """Return the right edges of the columns, those that are near each other as one."""
    edges: list[int] = []
    for right in sorted({form.right for row in rows for form in row.forms}):
        if not edges or right - edges[-1] > _NEAR:
            edges.append(right)
    return edges if len(edges) <= _MAX_COLUMNS else []


def _cells(row: _TableRow, edges: list[int], above: dict[int, GridCell]) -> list[GridCell]:
    """Return the cells of a row; ``above`` are those that go on downwards, by their column."""
    cells: list[GridCell] = []
    going_on: dict[int, GridCell] = {}
    last: GridCell | None = None
    column = 0
    for number, parts in enumerate(row.cells):
        form = row.forms[number] if number < len(row.forms) else None
        span = _span(edges, form.right, column) if form else 1
        upper = above.get(column)
        if form and form.goes_on_right and last is not None:
            last.parts += parts
            last.column_span += span if cells and last is cells[-1] else 0
        elif form and form.goes_on_down and upper is not None:
            upper.row_span += 1
            upper.parts += parts
            going_on[column] = last = upper
        else:
            last = GridCell(parts, column_span=span)
            cells.append(last)
            if form and (form.begins_down or form.goes_on_down):
                going_on[column] = last
        column += span
    above.clear()
    above.update(going_on)
    return cells


def _span(edges: list[int], right: int, column: int) -> int:
    end = next((at for at, edge in enumerate(edges, 1) if right <= edge + _NEAR), column + 1)
    return max(end - column, 1)
