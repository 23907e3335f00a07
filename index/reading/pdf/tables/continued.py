"""Tables that go on over the end of a page."""

from __future__ import annotations

from sourcebook.index.structure.tables import find_heads

from .cells import PdfTable, to_table

_Band = tuple[float, float]


def goes_on(above: PdfTable, below: PdfTable) -> bool:
    """Return whether a table at the top of a page is the rest of the one that ends the page before:
    it has the same columns and no heads of its own."""
    if below.page != above.page + 1 or below.caption:
        return False
    first, second = _bands(above), _bands(below)
    if first.keys() != second.keys() or len(first) < 2:
        return False
    if not all(_overlap(first[column], second[column]) for column in first):
        return False
    heads, _ = find_heads(to_table(below))
    return not heads or (_is_bold(above) and not _is_bold(below))


def _bands(table: PdfTable) -> dict[int, _Band]:
    """Return from where to where the text of each column goes."""
    bands: dict[int, _Band] = {}
    for cell in table.cells:
        for line in cell.lines if cell.column_span == 1 else ():
            left, right = bands.get(cell.column, (line.left, line.right))
            bands[cell.column] = min(left, line.left), max(right, line.right)
    return bands


def _overlap(first: _Band, second: _Band) -> bool:
    return min(first[1], second[1]) > max(first[0], second[0])


def _is_bold(table: PdfTable) -> bool:
    lines = [line for cell in table.cells if cell.row == 0 for line in cell.lines]
    return all(line.is_bold for line in lines)
