"""Tables without rules whose heads stand beside the numbers below them, not over them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from sourcebook.index import Document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

LABEL = ParagraphStyle("label", fontName="Helvetica", fontSize=9, leading=10.5)
NUMBER = ParagraphStyle("number", parent=LABEL, alignment=2)
MIDDLE = ParagraphStyle("middle", parent=LABEL, alignment=1)


def _style(column: int, row: int, first: int, heads: ParagraphStyle) -> ParagraphStyle:
    """Return the style of a cell, where ``first`` is the first row below the heads."""
    if column == 0:
        return LABEL
    return NUMBER if row >= first else heads if row == first - 1 else MIDDLE


Read = Callable[[Sequence[Sequence[str]], Any], list[str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that gives the lines that are read of a table."""

    def read_rows(rows: Sequence[Sequence[str]], heads: Any) -> list[str]:
        first = next(number for number, row in enumerate(rows) if row[0])
        grid = [
            [
                Paragraph(text, _style(x, y, first, heads)) if text else ""
                for x, text in enumerate(row)
            ]
            for y, row in enumerate(rows)
        ]
        spans = [
            ("SPAN", (x, y), (x + 1, y))
            for y, row in enumerate(rows[: first - 1])
            for x in range(1, len(row), 2)
        ]
        style: Any = [("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *spans]
        out = io.BytesIO()
        widths = [130.0, *[85.0] * (len(rows[0]) - 1)]
        table: Any = Table(grid, colWidths=widths, style=style)
        lead = Paragraph("The board gives the figures of the two years below.", LABEL)
        flow: Any = [table, lead]
        SimpleDocTemplate(out).build(flow)
        path = tmp_path / "a.pdf"
        path.write_bytes(out.getvalue())
        items = read_source(Source.file(path))
        document = next(item for item in items if isinstance(item, Document))
        return [line for line in document.text.split("\n") if ";" in line]

    return read_rows


def test_heads_in_the_middle_of_their_columns_are_those_of_the_numbers_at_the_right(
    read: Read,
) -> None:
    rows = [["", "2024", "2023"], ["Goodwill", "71.2", "3.4"], ["Cash", "22.8", "31.5"]]
    assert read(rows, MIDDLE)[1:] == [
        "Goodwill; 2024: 71.2; 2023: 3.4",
        "Cash; 2024: 22.8; 2023: 31.5",
    ]


def test_a_column_that_is_empty_keeps_its_head(read: Read) -> None:
    rows = [["", "Note", "2024", "2023"], ["Goodwill", "", "71.2", "3.4"], ["Cash", "2", "8", "5"]]
    assert read(rows, MIDDLE)[1:] == [
        "Goodwill; 2024: 71.2; 2023: 3.4",
        "Cash; Note: 2; 2024: 8; 2023: 5",
    ]


@pytest.mark.parametrize("heads", [MIDDLE, NUMBER])
def test_a_head_over_two_columns_is_that_of_both(read: Read, heads: Any) -> None:
    rows = [
        ["", "Revenue", "", "Gain", ""],
        ["", "2024", "2023", "2024", "2023"],
        ["Marine", "318.4", "296.7", "44.6", "39.8"],
        ["Energy", "164.2", "139.8", "3.5", "20.5"],
    ]
    assert read(rows, heads)[2:] == [
        "Marine; Revenue, 2024: 318.4; Revenue, 2023: 296.7; Gain, 2024: 44.6; Gain, 2023: 39.8",
        "Energy; Revenue, 2024: 164.2; Revenue, 2023: 139.8; Gain, 2024: 3.5; Gain, 2023: 20.5",
    ]


def test_a_head_of_two_lines_is_one_head(read: Read) -> None:
    rows = [
        ["", "Eggs", "Chicks that lived to the autumn"],
        ["Marwick", "38", "1,204"],
        ["Skerry", "102", "2,310"],
    ]
    assert read(rows, MIDDLE)[-1] == "Skerry; Eggs: 102; Chicks that lived to the autumn: 2,310"


@pytest.mark.parametrize("size", [14, 32])
def test_large_figures_above_their_labels_are_no_table(size: int, tmp_path: Path) -> None:
    tiles = [("1,234", "employees", "in the year"), ("56 %", "of them", "women")]
    more = [("7.8 m", "tons", "of goods"), ("44", "nights", "of work")]
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for row, line in enumerate((tiles, more)):
        for column, (figure, *labels) in enumerate(line):
            left, base = 60 + 170 * column, 700 - 120 * row
            canvas.setFont("Helvetica-Bold", size)
            canvas.drawString(left, base, figure)
            canvas.setFont("Helvetica", 10)
            for number, label in enumerate(labels, 1):
                canvas.drawString(left, base - 4 - 12 * number, label)
    canvas.save()
    document = next(iter(read_source(Source.file(tmp_path / "a.pdf"))))
    assert isinstance(document, Document)
    assert document.text.split("\n\n") == [
        *("1,234 employees in the year", "56 % of them women"),
        *("7.8 m tons of goods", "44 nights of work"),
    ]
