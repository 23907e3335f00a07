"""A sheet of any spreadsheet, and what is left of it without its hidden rows and columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sourcebook.index.structure.tables import TableCell

CellRange = tuple[int, int, int, int]
"""First row, first column, last row and last column."""

Rows = dict[int, dict[int, TableCell]]
"""Row -> column -> the cell with text there; numbers from any first one."""


@dataclass(slots=True)
class Sheet:
    """A sheet as its file has it.

    ``merges`` are the ranges that one cell covers, ``comments`` the name of a cell
    ("B3") and what is said there. Rows and columns of
    ``hidden_rows`` and ``hidden_columns`` are not shown.
    """

    name: str
    rows: Rows = field(default_factory=dict)
    merges: list[CellRange] = field(default_factory=list)
    comments: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def leave_out_hidden(sheet: Sheet) -> tuple[Sheet, int, int]:
    """Return the sheet without its hidden rows and columns, and how many of them held text."""
    rows = [row for row in sheet.rows if row in sheet.hidden_rows and sheet.rows[row]]
    columns = {
        column
        for row, cells in sheet.rows.items()
        if row not in sheet.hidden_rows
        for column in cells
        if column in sheet.hidden_columns
    }
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return sheet, 0, 0
    hidden_rows, hidden_columns = sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)
    visible = replace(sheet, rows=dict(sheet.rows), hidden_rows=set(), hidden_columns=set())
    merges: list[CellRange] = []
    for top, left, bottom, right in sheet.merges:
        below = [row for row in range(top, bottom + 1) if row not in sheet.hidden_rows]
        beside = [column for column in range(left, right + 1) if column not in sheet.hidden_columns]
        cell = sheet.rows.get(top, {}).get(left)
        if not below or not beside or cell is None:
            continue
        visible.rows[below[0]] = {**visible.rows.get(below[0], {}), beside[0]: cell}
        merges.append(
            (
                _visible_number(below[0], hidden_rows),
                _visible_number(beside[0], hidden_columns),
                _visible_number(below[-1], hidden_rows),
                _visible_number(beside[-1], hidden_columns),
            )
        )
    visible.rows = {
        _visible_number(row, hidden_rows): {
            _visible_number(column, hidden_columns): cell
            for column, cell in cells.items()
            if column not in sheet.hidden_columns
        }
        for row, cells in sorted(visible.rows.items())
        if row not in sheet.hidden_rows
    }
    visible.merges = merges
    visible.comments = {
        (_visible_number(row, hidden_rows), _visible_number(column, hidden_columns)): text
        for (row, column), text in sheet.comments.items()
        if row not in sheet.hidden_rows and column not in sheet.hidden_columns
    }
    return visible, len(rows), len(columns)


def _visible_number(number: int, hidden_numbers: Sequence[int]) -> int:
    return number - bisect_left(hidden_numbers, number)
