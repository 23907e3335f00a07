"""Tables that have rules below their rows only, drawn cell by cell, as browsers print them."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from sourcebook.index import Document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.structure import find_blocks

HEIGHT = A4[1]
EDGES = (60, 100, 250, 320, 400)


def read(folder: Path, canvas: Canvas) -> Document:
    """Return the document that a drawn page is read as."""
    path = folder / "a.pdf"
    path.write_bytes(canvas.getpdfdata())
    items = read_source(Source.file(path))
    return next(item for item in items if isinstance(item, Document))


def new_canvas() -> Canvas:
    return Canvas(io.BytesIO(), pagesize=A4, invariant=1)


def draw_rule(canvas: Canvas, height: float, edges: tuple[float, ...] = EDGES) -> None:
    """Draw a rule across, a piece for each cell."""
    for left, right in pairwise(edges):
        canvas.line(left, HEIGHT - height, right, HEIGHT - height)


def draw_row(canvas: Canvas, height: float, *texts: str) -> None:
    """Draw the texts of a row: the second at the left of its cell, the others at the right."""
    for number, text in enumerate(texts):
        if number == 1:
            canvas.drawString(EDGES[1] + 4, HEIGHT - height, text)
        else:
            canvas.drawRightString(EDGES[number + 1] - 4, HEIGHT - height, text)


def draw_bill(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, HEIGHT - 80, "For the work in your kitchen we charge:")
    draw_row(canvas, 110, "No.", "Item", "Count", "Sum")
    draw_rule(canvas, 117)
    draw_row(canvas, 130, "", "Worktop of oak,")
    draw_row(canvas, 137, "1", "", "1 pc", "1,248.00 €")
    draw_row(canvas, 144, "", "oiled twice")
    draw_rule(canvas, 151)
    draw_row(canvas, 164, "2", "Fitting", "6.5 h", "380.25 €")
    draw_rule(canvas, 171)
    draw_row(canvas, 184, "", "", "Together", "1,628.25 €")
    draw_row(canvas, 204, "", "", "Paid", "500.00 €")
    canvas.drawString(60, HEIGHT - 240, "Please pay within 14 days, to the account that you know.")


def rows_of(document: Document) -> list[list[str]]:
    (table,) = find_blocks(document.blocks, "table")
    return [[cell.text for cell in row.children] for row in table.children]


def test_pieces_of_rules_show_the_columns_and_rows_beside_the_rules_belong_to_them(
    tmp_path: Path,
) -> None:
    """Its heads stand above the first rule and its sums below the last one; a cell of two lines is
    one cell, beside which the others stand in the middle."""
    canvas = new_canvas()
    draw_bill(canvas)
    document = read(tmp_path, canvas)
    assert rows_of(document) == [
        ["No.", "Item", "Count", "Sum"],
        ["1", "Worktop of oak, oiled twice", "1 pc", "1,248.00 €"],
        ["2", "Fitting", "6.5 h", "380.25 €"],
        ["", "", "Together", "1,628.25 €"],
        ["", "", "Paid", "500.00 €"],
    ]
    assert document.text.endswith("to the account that you know.")
    assert "Item: Fitting; Count: 6.5 h; Sum: 380.25 €" in document.text


def test_a_cell_over_several_columns_stays_whole(tmp_path: Path) -> None:
    canvas = new_canvas()
    canvas.setFont("Helvetica", 11)
    for height in (100, 120, 140):
        draw_rule(canvas, height)
    draw_row(canvas, 114, "4", "Journey", "22 km", "16.50 €")
    draw_row(canvas, 134, "5", "Lamp", "1 pc", "20.00 €")
    canvas.drawString(
        64, HEIGHT - 154, "The lamp is warranted for three years from the day of sale."
    )
    draw_rule(canvas, 160, (60, 400))
    document = read(tmp_path, canvas)
    assert rows_of(document)[-1] == ["The lamp is warranted for three years from the day of sale."]


def test_a_whole_rule_shows_no_columns(tmp_path: Path) -> None:
    canvas = new_canvas()
    canvas.setFont("Helvetica", 11)
    text = "A line of the text that goes on from side to side."
    for height in (100, 130, 160):
        draw_rule(canvas, height, (60, 400))
        canvas.drawString(64, HEIGHT - height - 18, text)
    document = read(tmp_path, canvas)
    assert [block.text for block in document.blocks] == [text] * 3
