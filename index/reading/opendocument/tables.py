"""Tables of OpenDocument: their rows and cells, repeated and covered ones followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sourcebook.index.reading.office.flow import Grid, GridCell, Part

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

_MAX_REPEATED = 1000


def read_table(
    table: Any,
    parts: Callable[[Any], Iterable[Part]],
    is_head: Callable[[Any], bool] = lambda _: False,
) -> Grid:
    """Return a table.

    Args:
        table: A ``table:table``.
        parts: Returns what stands in a cell.
        is_head: Returns whether a cell is one of heads by its style.
    """
    rows: list[list[GridCell]] = []
    heads = 0
    for row, is_in_head in _rows(table):
        cells = list(_cells(row, parts, is_head))
        is_empty = not any(cell.parts for cell in cells)
        rows += [cells] * (1 if is_empty else min(repetitions(row, "rows"), _MAX_REPEATED))
        heads += is_in_head and heads == len(rows) - 1
    has_spans = any(cell.row_span > 1 for row in rows for cell in row)
    while len(rows) > 1 and not has_spans and not any(cell.parts for cell in rows[-1]):
        rows.pop()
    has_head_row = table.get(f"{TABLE}use-first-row-styles") == "true"
    return Grid(rows, heads or None, has_head_row=has_head_row)


def _cells(
    row: Any, parts: Callable[[Any], Iterable[Part]], is_head: Callable[[Any], bool]
) -> Iterator[GridCell]:
    cells = [
        cell for cell in row if cell.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
    ]
    for number, cell in enumerate(cells):
        if cell.tag == f"{TABLE}covered-table-cell":
            continue
        repetition_count = min(repetitions(cell, "columns"), _MAX_REPEATED)
        cell_parts = list(parts(cell))
        if not cell_parts and number == len(cells) - 1 and repetition_count > 20:
            repetition_count = 1  # a row ends in one blank cell, repeated to the edge of the sheet
        for _ in range(repetition_count):
            yield GridCell(
                list(cell_parts),
                count(cell.get(f"{TABLE}number-rows-spanned")),
                count(cell.get(f"{TABLE}number-columns-spanned")),
                is_head(cell) or None,
            )


def _rows(table: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the rows of a table, and whether each stands among its heads."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child, False
        elif child.tag == f"{TABLE}table-header-rows":
            yield from ((row, True) for row, _ in _rows(child))
        elif child.tag in (f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from _rows(child)


def repetitions(element: Any, unit: str) -> int:
    """Return how often a row or cell stands there."""
    return count(element.get(f"{TABLE}number-{unit}-repeated"))


def count(text: str | None) -> int:
    """Return a number that counts something, at least one."""
    return max(int(text), 1) if text and text.isdecimal() and len(text) < 9 else 1
