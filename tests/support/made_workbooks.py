"""Workbooks made for the tests, and where the cells of a random table stand in them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from random_tables import RandomCell, RandomTable

Rows = list[list[Any]]


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_book(rows: Rows, name: str = "Fares") -> Any:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return book


def place_cells(table: RandomTable) -> list[tuple[int, int, RandomCell]]:
    """The cells of a table with the row and column of each, from 1."""
    places: list[tuple[int, int, RandomCell]] = []
    covered: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows, 1):
        column = 1
        for cell in cells:
            while (row, column) in covered:
                column += 1
            places.append((row, column, cell))
            covered |= {
                (row + down, column + right)
                for down in range(cell.row_span)
                for right in range(cell.column_span)
            }
            column += cell.column_span
    return places


def is_table_alone(table: RandomTable) -> bool:
    """Whether no row at the top or the end is a line above or below the table."""
    rows = [[cell for cell in row if cell.text] for row in table.rows]
    return len(rows[0]) > 1 and len(rows[-1]) > 1 and sum(len(row) > 1 for row in rows) > 1
