"""Random tables as files of office programs, each written by the library of its format."""

from __future__ import annotations

import io
from typing import Any

from random_tables import RandomCell, RandomTable


def placed_cells(table: RandomTable) -> list[tuple[int, int, RandomCell]]:
    """The cells with their row and column, from 0."""
    placed: list[tuple[int, int, RandomCell]] = []
    covered: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in covered:
                column += 1
            placed.append((row, column, cell))
            covered |= {
                (row + down, column + right)
                for down in range(cell.row_span)
                for right in range(cell.column_span)
            }
            column += cell.column_span
    return placed


def word_table(table: RandomTable) -> bytes:
    """A .docx, by python-docx; raised signs are references to footnotes with signs of their own."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    file = docx.Document()
    grid = file.add_table(table.height, table.width)
    for number in range(table.head_rows):
        row_element: Any = getattr(grid.rows[number], "_tr")  # noqa: B009
        row_element.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row, column, cell in placed_cells(table):
        target: Any = grid.cell(row, column)
        if cell.row_span * cell.column_span > 1:
            last = grid.cell(row + cell.row_span - 1, column + cell.column_span - 1)
            target = target.merge(last)
        target.text = cell.text
        if cell.mark:
            run = target.paragraphs[-1].add_run()._r
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), str(row * table.width + column + 1))
            reference.set(qn("w:customMarkFollows"), "1")
            run.append(reference)
            run.add_t(cell.mark)
    return _saved(file)


def slide_table(table: RandomTable) -> bytes:
    """A .pptx, by python-pptx, with the table on its only slide."""
    import pptx

    file: Any = pptx.Presentation()
    slide = file.slides.add_slide(file.slide_layouts[6])
    frame = slide.shapes.add_table(table.height, table.width, 0, 0, 9_000_000, 3_000_000)
    for row, column, cell in placed_cells(table):
        target = frame.table.cell(row, column)
        if cell.row_span * cell.column_span > 1:
            last = frame.table.cell(row + cell.row_span - 1, column + cell.column_span - 1)
            target.merge(last)
        target.text = cell.text
    return _saved(file)


def opendocument_table(table: RandomTable) -> bytes:
    """An .odt, by odfdo; raised signs are references to footnotes."""
    import odfdo

    file = odfdo.Document("text")
    file.body.clear()
    grid = odfdo.Table("T", width=table.width, height=table.height)
    for row, column, cell in placed_cells(table):
        paragraph = odfdo.Paragraph(cell.text)
        if cell.mark:
            note = odfdo.Note("footnote", f"n{row}-{column}", cell.mark, "A note.")
            paragraph.append(note)
        target = odfdo.Cell()
        target.append(paragraph)
        grid.set_cell((column, row), target)
    for row, column, cell in placed_cells(table):
        if cell.row_span * cell.column_span > 1:
            grid.set_span((column, row, column + cell.column_span - 1, row + cell.row_span - 1))
    file.body.append(grid)
    return _saved(file)


def rich_text(text: str) -> str:
    """Text in RTF: each character beyond ASCII by its number in UTF-16."""
    units = text.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(
        ("\\" if chr(number) in "\\{}" else "") + chr(number)
        if number < 128
        else f"\\u{number - 65536 if number > 32767 else number}?"
        for number in numbers
    )


def rich_text_table(table: RandomTable) -> bytes:
    """An .rtf; a cell over several columns is one wide cell, as Word writes it, where other rows
    show the edges inside it, else several that are marked as one."""
    edges = {column + cell.column_span for _, column, cell in placed_cells(table)}
    by_place = {(row, column): cell for row, column, cell in placed_cells(table)}
    lines: list[str] = []
    for row in range(table.height):
        forms, texts = "", ""
        column = 0
        while column < table.width:
            first = next(
                above
                for above in range(row, -1, -1)
                if (above, column) in by_place and above + by_place[above, column].row_span > row
            )
            cell = by_place[first, column]
            down = ("\\clvmgf" if first == row else "\\clvmrg") if cell.row_span > 1 else ""
            end = column + cell.column_span
            rights = [end] if {*range(column + 1, end)} <= edges else [*range(column + 1, end + 1)]
            for number, right in enumerate(rights):
                across = ("\\clmrg" if number else "\\clmgf") if len(rights) > 1 else ""
                forms += f"{down}{across}\\clbrdrt\\brdrs\\cellx{right * 1440}"
            column = end
            if first == row:
                texts += rich_text(cell.text)
                if cell.mark:
                    mark = rich_text(cell.mark)
                    texts += f"{{\\super {mark}}}{{\\footnote {{\\super {mark}}} A note.}}"
            texts += "\\cell " * len(rights)
        head = "\\trhdr" if row < table.head_rows else ""
        lines.append(f"\\trowd{head}{forms}\\pard\\intbl {texts}\\row")
    text = "\n".join(lines)
    start = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}"
    return f"{start}\n{text}\n\\pard\\par}}".encode()


def _saved(file: Any) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
