"""Random tables written as PDF, with rules and without, and how many of their cells are read."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import reportlab
from hypothesis import HealthCheck, Phase, given, seed, settings
from random_tables import RandomTable, expected_cells, random_tables, read_tables
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from sourcebook.index import Document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

_DRAWS = 6
_FONT = "Vera"  # reportlab's own; it has the minus sign
_SIZE = 9
_LEAD = "The harbour office has published the figures of the last years."


def sample_tables(count: int, *, has_spans: bool) -> list[RandomTable]:
    """Return tables of several draws: those of one draw are much alike."""
    return [
        table
        for number in range(_DRAWS)
        for table in _draw_tables(count // _DRAWS, number, has_spans=has_spans)
    ]


def _draw_tables(count: int, number: int, *, has_spans: bool) -> list[RandomTable]:
    tables: list[RandomTable] = []

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],  # pyright: ignore[reportArgumentType]
    )
    @given(random_tables(has_spans=has_spans))
    def draw(table: RandomTable) -> None:
        tables.append(table)

    draw()
    return tables


def table_pdf(table: RandomTable, *, is_ruled: bool) -> bytes:
    """Return a PDF of a sentence and a table, numbers at the right of their columns."""
    folder = Path(reportlab.__file__).parent / "fonts"
    registerFont(TTFont(_FONT, str(folder / "Vera.ttf")))
    style = ParagraphStyle("cell", fontName=_FONT, fontSize=_SIZE, leading=_SIZE * 1.2)
    spans: list[tuple[object, ...]] = []
    grid: list[list[object]] = [[""] * table.width for _ in range(table.height)]
    widths = [20.0] * table.width
    covered: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in covered:
                column += 1
            right, lower = column + cell.column_span - 1, row + cell.row_span - 1
            covered |= {(r, c) for r in range(row, lower + 1) for c in range(column, right + 1)}
            text = cell.text.replace("&", "&amp;").replace("<", "&lt;")
            mark = f"<super rise=3 size=6>{cell.mark}</super>" if cell.mark else ""
            grid[row][column] = Paragraph(text + mark, style) if text else ""
            if cell.row_span * cell.column_span > 1:
                spans.append(("SPAN", (column, row), (right, lower)))
            width = stringWidth(cell.text + cell.mark, _FONT, _SIZE) + 13
            widths[column] = max(widths[column], width)
            column = right + 1
    rules = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)] if is_ruled else []
    out = io.BytesIO()
    document = SimpleDocTemplate(out, pagesize=(sum(widths) + 200, 842))
    table_style: Any = [*rules, *spans]
    flowables: Any = [Paragraph(_LEAD, style), Table(grid, colWidths=widths, style=table_style)]
    document.build(flowables)
    return out.getvalue()


def count_cells(table: RandomTable, folder: Path, *, is_ruled: bool) -> tuple[int, int]:
    """Return how many cells of a table are read back at their places, and how many it has."""
    path = folder / "table.pdf"
    path.write_bytes(table_pdf(table, is_ruled=is_ruled))
    documents = [item for item in read_source(Source.file(path)) if isinstance(item, Document)]
    expected = Counter(expected_cells(table))
    best = max(
        (
            sum((expected & Counter(cells)).values())
            for document in documents
            for cells in read_tables(document)
        ),
        default=0,
    )
    return best, sum(expected.values())
