"""A table on a page: where its cells stand and the lines in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sourcebook.index.reading.pdf.frames import Box, BoxSides
from sourcebook.index.reading.pdf.text.lines import Line, written_sign
from sourcebook.index.reading.pdf.text.spacing import is_unspaced
from sourcebook.index.reading.pdf.text.words import SOFT_HYPHEN
from sourcebook.index.structure.blocks import PageBox
from sourcebook.index.structure.tables import Table, TableCell

_VALUE = re.compile(
    r"[^\w]*(?:[^\W\d_]{1,3}[\s.]?)?\d[\d\s.,'’:/–-]*\s*[%‰)*†]*\s*(?:[^\W\d_]{1,4}\.?)?\W*"
)
_DASH = re.compile(r"[-–—−]|\.{2,3}|n/?a", re.IGNORECASE)


@dataclass(slots=True)
class PdfCell:
    """A cell: the lines in it, from the top, and the rows and columns it covers."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    lines: list[Line] = field(default_factory=list)
    box: Box | None = None


@dataclass(slots=True, eq=False)
class PdfTable(BoxSides):
    """A table on a page, with the box around it."""

    cells: list[PdfCell]
    box: Box
    page: int = 0
    caption: str | None = None


def is_value(text: str) -> bool:
    """Return whether a text is a number, with its currency or unit."""
    return len(text) <= 40 and bool(_VALUE.fullmatch(text))


def is_value_or_dash(text: str) -> bool:
    """Return whether a text stands where a number would: a number or a dash."""
    return is_value(text) or bool(_DASH.fullmatch(text))


def text_and_marks(lines: Sequence[Line]) -> tuple[str, tuple[str, ...]]:
    """Return the text of lines as one, and the raised signs in it that refer to footnotes."""
    text, marks = "", []
    for line in lines:
        if text.endswith(SOFT_HYPHEN):
            text = text[:-1] + ("" if line.text[:1].islower() else "-")
        elif text and not is_unspaced(text, line.text):
            text += " "
        for piece in line.pieces:
            if isinstance(piece, str):
                text += piece
                continue
            sign_text = written_sign(text, piece.text)
            if sign_text is None:
                marks.append(piece.text)
            else:
                text += sign_text
    return text.replace(SOFT_HYPHEN, "-").strip(), tuple(marks)


def split_rows_of_lines(cells: list[PdfCell]) -> list[PdfCell]:
    """Return cells with a row for each line where rules part columns only: several cells of a row
    have as many lines on the same base lines, and one holds a number on each."""
    height = max((cell.row for cell in cells), default=-1) + 1
    for row in reversed(range(height)):
        own = [cell for cell in cells if cell.row == row]
        if any(cell.row < row < cell.row + cell.row_span for cell in cells):
            continue
        counts = [len(cell.lines) for cell in own if cell.lines]
        most = max(counts, default=0)
        if most < 2 or counts.count(most) < 2 or any(cell.row_span > 1 for cell in own):
            continue
        longest = [cell for cell in own if len(cell.lines) == most]
        bases = [line.base for line in longest[0].lines]
        if not any(all(is_value(line.text) for line in cell.lines) for cell in longest):
            continue
        if not all(_row_of(line, bases) is not None for cell in own for line in cell.lines):
            continue
        for cell in cells:
            if cell.row > row:
                cell.row += most - 1
        for cell in own:
            cells.remove(cell)
            for number in range(most):
                lines = [line for line in cell.lines if _row_of(line, bases) == number]
                cells.append(PdfCell(row + number, cell.column, 1, cell.column_span, lines))
    return cells


def _row_of(line: Line, bases: Sequence[float]) -> int | None:
    near = [n for n, base in enumerate(bases) if abs(base - line.base) < 0.3 * line.size]
    return near[0] if near else None


def to_table(grid: PdfTable) -> Table:
    """Return a table as all formats write it; its cells know their place on the page."""
    height = max(cell.row + cell.row_span for cell in grid.cells)
    rows: list[list[TableCell]] = [[] for _ in range(height)]
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        text, marks = text_and_marks(cell.lines)
        box = cell.box or (_box_of(cell.lines) if cell.lines else None)
        rows[cell.row].append(
            TableCell(
                text,
                cell.row_span,
                cell.column_span,
                marks=marks,
                place=PageBox(grid.page, rounded(box)),
            )
        )
    # In a form each cell has its own label above what was filled in.
    filled = [cell.lines for cell in grid.cells if cell.lines]
    is_form = {len(lines) for lines in filled} == {2} and not any(
        is_value(lines[0].text) for lines in filled
    )
    return Table(rows, grid.caption, *((0, 0) if is_form else ()))


def rounded(box: Box | None) -> Box | None:
    """Return a box to a tenth of a point."""
    if box is None:
        return None
    left, top, right, bottom = (round(side, 1) for side in box)
    return left, top, right, bottom


def _box_of(lines: Sequence[Line]) -> Box:
    return (
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
    )
