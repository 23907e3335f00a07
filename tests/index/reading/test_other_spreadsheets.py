"""Spreadsheets of OpenDocument and of Excel before 2007, as those of today."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlwt
from hypothesis import assume, given
from late import late_import
from made_workbooks import Rows, is_table_alone, make_book, place_cells, saved
from random_tables import (
    TABLE_COUNT,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import Document
from sourcebook.index.errors import UnreadableFile
from sourcebook.index.reading.sheets.ods import read_ods
from sourcebook.index.reading.sheets.xls import read_xls
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.blocks import find_blocks

odfdo = late_import("odfdo")

_AUTOMATIC = """<style:style style:name="Sup" style:family="text">
<style:text-properties style:text-position="super 58%"/></style:style>"""
_HIDDEN_TABLE = """<style:style style:name="Off" style:family="table">
<style:table-properties table:display="false"/></style:style>"""


def read(data: bytes, name: str) -> tuple[list[Document], list[str]]:
    source = Source(f"/x/{name}", lambda: io.BytesIO(data))
    items = list(read_ods(source) if name.endswith(".ods") else read_xls(source))
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item.reason for item in items if isinstance(item, Skipped)]


# --- OpenDocument -----------------------------------------------------------------------------


def make_ods(*tables: Any) -> Any:
    document: Any = odfdo.Document("spreadsheet")
    document.body.clear()
    for table in tables:
        document.body.append(table)
    for style in (_AUTOMATIC, _HIDDEN_TABLE):
        document.insert_style(odfdo.Element.from_tag(style), automatic=True)
    return document


def random_ods(table: RandomTable) -> bytes:
    sheet: Any = odfdo.Table("Fares", width=table.width, height=table.height)
    spans = []
    for row, column, cell in place_cells(table):
        place = odfdo.Cell()
        if cell.text:
            place.set_attribute("office:value-type", "string")
            paragraph: Any = odfdo.Paragraph(cell.text)
            if cell.mark:
                paragraph.append(odfdo.Span(cell.mark, style="Sup"))
            place.append(paragraph)
        sheet.set_cell((column - 1, row - 1), place)
        if cell.row_span * cell.column_span > 1:
            end = (column + cell.column_span - 2, row + cell.row_span - 2)
            spans.append((column - 1, row - 1, *end))
    for span in spans:
        sheet.set_span(span)
    return saved(make_ods(sheet))


@pytest.mark.slow
@TABLE_COUNT
@given(random_tables())
def test_each_cell_of_a_random_ods_file_is_read_back(table: RandomTable) -> None:
    assume(is_table_alone(table))
    (document,), skipped = read(random_ods(table), "a.ods")
    assert skipped == []
    assert read_tables(document) == [expected_cells(table)]


def ods_table(name: str, rows: list[list[Any]]) -> Any:
    table: Any = odfdo.Table(name)
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value is not None:
                table.set_value((x, y), value)
    return table


def test_values_without_a_text_are_shown_plainly() -> None:
    table = ods_table("Fares", [["Route", "Adult", "Share"], ["Skerry", 12.5, 0.5]])
    data = saved(make_ods(table))
    (document,), _ = read(data, "a.ods")
    assert document.text.split("\n")[:3] == ["Fares", "", "Route; Adult; Share"]
    assert "Adult: 12.5" in document.text


def test_hidden_rows_columns_and_tables_of_ods_are_left_out_and_said() -> None:
    table = ods_table(
        "Fares", [["Route", "Cost", "Adult"], ["Skerry", 3, 12], ["Secret", 4, 99], ["Åre", 5, 18]]
    )
    row = table.get_row(2)
    row.set_attribute("table:visibility", "collapse")
    table.set_row(2, row)
    column = table.get_column(1)
    column.set_attribute("table:visibility", "collapse")
    table.set_column(1, column)
    other = ods_table("Data", [["x"]])
    other.set_attribute("table:style-name", "Off")
    (document,), reasons = read(saved(make_ods(table, other)), "a.ods")
    assert document.text.endswith("Route: Skerry; Adult: 12\nRoute: Åre; Adult: 18")
    assert reasons == ["1 hidden sheet (Data)", "sheet Fares: 1 hidden row and 1 hidden column"]


def test_a_note_at_a_cell_of_ods_is_a_footnote() -> None:
    table = ods_table("Fares", [["Route", "Adult"], ["Skerry", 12.5]])
    cell = table.get_cell((1, 1))
    cell.append(odfdo.Annotation("Half price on Sundays", creator="A. Writer"))
    table.set_cell((1, 1), cell)
    (document,), _ = read(saved(make_ods(table)), "a.ods")
    (note,) = find_blocks(document.blocks, "footnote")
    assert (note.text, note.marker) == ("Comment at B2: Half price on Sundays", "B2")


# --- Excel before 2007 ------------------------------------------------------------------------


def random_xls(table: RandomTable) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Fares")
    raised_font = xlwt.Font()
    raised_font.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT
    for row, column, cell in place_cells(table):
        value: Any = cell.text if cell.number is None or cell.mark else cell.number
        style = xlwt.XFStyle()
        if cell.number is not None and not cell.mark:
            style.num_format_str = cell.number_format or "General"
        if cell.row_span * cell.column_span > 1:
            bottom, right = row + cell.row_span - 2, column + cell.column_span - 2
            sheet.write_merge(row - 1, bottom, column - 1, right, value, style)
        elif cell.mark:
            sheet.write_rich_text(row - 1, column - 1, [cell.text, (cell.mark, raised_font)])
        elif cell.text:
            sheet.write(row - 1, column - 1, value, style)
    return saved(book)


@pytest.mark.slow
@TABLE_COUNT
@given(random_tables())
def test_each_cell_of_a_random_xls_file_is_read_back(table: RandomTable) -> None:
    assume(is_table_alone(table))
    merged_marks = any(
        cell.mark and cell.row_span * cell.column_span > 1 for row in table.rows for cell in row
    )
    assume(not merged_marks)  # xlwt writes no rich text into merged cells
    (document,), skipped = read(random_xls(table), "a.xls")
    assert skipped == []
    assert read_tables(document) == [expected_cells(table)]


def test_hidden_parts_of_xls_are_left_out_and_said() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Fares")
    rows: Rows = [["Route", "Cost", "Adult"], ["Skerry", 3, 12], ["Secret", 4, 99]]
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            sheet.write(y, x, value)
    sheet.row(2).hidden = True
    sheet.col(1).hidden = True
    book.add_sheet("Data").visibility = 1
    (document,), reasons = read(saved(book), "a.xls")
    assert document.text.endswith("\n\nRoute; Adult\nRoute: Skerry; Adult: 12")
    assert reasons == ["1 hidden sheet (Data)", "sheet Fares: 1 hidden row and 1 hidden column"]


def test_a_new_workbook_under_the_old_ending_is_read() -> None:
    book = make_book([["Route", "Adult"], ["Skerry", 12.5]])
    (document,), _ = read(saved(book), "a.xls")
    assert document.text.endswith("Route: Skerry; Adult: 12.5")


def test_what_is_no_workbook_says_so() -> None:
    with pytest.raises(UnreadableFile, match="is no workbook of Excel, or damaged"):
        read(b"none", "a.xls")
