"""Spreadsheets: each cell as it is shown, each table by itself, what is hidden said."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given
from made_workbooks import Rows, is_table_alone, make_book, place_cells, saved
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from random_tables import (
    TABLE_COUNT,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import Document
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.sheets import areas, workbooks, xlsx
from sourcebook.index.reading.sheets.xlsx import read_xlsx
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.blocks import find_blocks


def source(data: bytes, name: str = "a.xlsx") -> Source:
    return Source(f"/x/{name}", lambda: io.BytesIO(data))


def read(book: Any) -> tuple[list[Document], list[str]]:
    items = list(read_xlsx(source(saved(book))))
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item.reason for item in items if isinstance(item, Skipped)]


def text_of(rows: Rows) -> str:
    (document,), skipped = read(make_book(rows))
    assert skipped == []
    return document.text.removeprefix("Fares\n\n")


def table_book(table: RandomTable) -> Any:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row, column, cell in place_cells(table):
        place = sheet.cell(row, column)
        if cell.row_span * cell.column_span > 1:
            sheet.merge_cells(
                None, row, column, row + cell.row_span - 1, column + cell.column_span - 1
            )
        if cell.mark:
            font = InlineFont(vertAlign="superscript")
            place.value = CellRichText(cell.text, TextBlock(font, cell.mark))
        elif cell.number is not None:
            place.value = cell.number
            place.number_format = cell.number_format or "General"
        elif cell.text:
            place.value = cell.text
            place.data_type = "s"
    return book


@pytest.mark.slow
@TABLE_COUNT
@given(random_tables())
def test_each_cell_of_a_random_workbook_is_read_back(table: RandomTable) -> None:
    assume(is_table_alone(table))
    (document,), skipped = read(table_book(table))
    assert skipped == []
    assert read_tables(document) == [expected_cells(table)]


def test_a_sheet_is_a_heading_and_its_rows_name_the_heads() -> None:
    (document,), _ = read(make_book([["Route", "Adult"], ["Skerry", 12.5], ["Tallberg", 18]]))
    assert (
        document.text
        == "Fares\n\nRoute; Adult\nRoute: Skerry; Adult: 12.5\nRoute: Tallberg; Adult: 18"
    )
    (heading,) = find_blocks(document.blocks, "heading")
    assert (heading.text, heading.level) == ("Fares", 1)
    assert document.title == "a"


def test_a_merged_label_stands_in_each_row_that_it_covers() -> None:
    book = make_book([["Region", "Year", "Passengers"], ["North", 2030, 410], [None, 2031, 433]])
    book.active.merge_cells("A2:A3")
    (document,), _ = read(book)
    assert document.text.endswith("Region: North; Year: 2031; Passengers: 433")


def test_blank_rows_and_columns_divide_the_tables_of_a_sheet() -> None:
    text = text_of(
        [
            ["Fares 2024", None, None, None, None],
            ["Prices in SEK", None, None, None, None],
            ["Route", "Adult", None, "Season", "Passengers"],
            ["Skerry", 12, None, "Summer", 410],
            ["Tallberg", 18, None, "Winter", 97],
            [],
            ["* With VAT"],
            [],
            ["Ships"],
            ["Name", "Built"],
            ["Alma", 1987],
            ["Berta", 1991],
        ]
    )
    assert text.split("\n\n") == [
        "Fares 2024; Prices in SEK",
        "Route; Adult\nRoute: Skerry; Adult: 12\nRoute: Tallberg; Adult: 18",
        "Season; Passengers\nSeason: Summer; Passengers: 410\nSeason: Winter; Passengers: 97",
        "With VAT",
        "Ships",
        "Name; Built\nName: Alma; Built: 1987\nName: Berta; Built: 1991",
    ]


@pytest.mark.parametrize("title", [None, "Revenue by region"])
def test_a_period_at_the_right_end_above_the_heads_is_that_of_all_columns(
    title: str | None,
) -> None:
    heads = ["Region", "First class", "Second class"]
    rows: Rows = [
        [title, None, "January–June 2023"],
        heads,
        ["North", 120, 340],
        ["South", 80, 210],
    ]
    period = " ".join(filter(None, [title, "January–June 2023"]))
    assert text_of(rows) == (
        f"{period}\n\nRegion; First class; Second class\n"
        "Region: North; First class: 120; Second class: 340\n"
        "Region: South; First class: 80; Second class: 210"
    )


def test_a_year_or_a_word_at_the_right_end_is_the_head_of_its_own_column() -> None:
    heads = ["Region", "First class", "Second class"]
    for first in (["Sales", None, 2023], [None, None, "Total"]):
        assert text_of([first, heads, ["North", 120, 340]]).splitlines()[0] == "; ".join(
            str(text) for text in first if text
        )
        assert f"{first[-1]}, Second class: 340" in text_of([first, heads, ["North", 120, 340]])


def test_heads_above_a_blank_row_are_those_of_the_numbers_below_it() -> None:
    rows: Rows = [["Squares", None], ["Number", "Square"], [None, None], [1, 1], [2, 4], [3, 9]]
    assert text_of(rows).splitlines()[-1] == "Number: 3; Square: 9"


def test_titles_with_blank_rows_between_them_all_stay() -> None:
    rows: Rows = [
        *(["3. Fares", None], [None, None], ["3.1 Boats", None], ["By route", None], [None, None]),
        *(["Route", "Fare"], ["Nes", 12], ["Vik", 14]),
    ]
    assert text_of(rows).startswith("3. Fares; 3.1 Boats; By route\n\n")


def test_a_head_above_the_last_columns_is_theirs() -> None:
    rows: Rows = [
        [None, None, "Night"],
        ["Route", "Adult", None],
        ["Skerry", 12, 20],
        ["Holm", 9, 15],
    ]
    assert "Route: Skerry; Adult: 12; Night: 20" in text_of(rows)
    rows = [["Fares", None, "Night"], ["Route", "Adult", "Child"], ["Skerry", 12, 20]]
    assert "Night, Child: 20" in text_of(rows)


def test_rows_without_heads_of_their_own_belong_to_the_table_above_a_blank_row() -> None:
    text = text_of([["Route", "Adult"], ["Skerry", 12], [], ["Total", 30]])
    assert text.endswith("Route: Total; Adult: 30")


def test_formulas_without_stored_values_are_computed_or_said() -> None:
    rows: Rows = [
        ["Route", "Adult", "Child"],
        ["Skerry", 12.5, "=B2/2"],
        ["Tallberg", 18, "=ROUND(B3*33%,1)"],
        ["Total", "=SUM(B2:B3)", "=IF(B4>30,MAX(C2:C3),0)"],
        ["Other", "=VLOOKUP(1,A1:B2,1)", '=A4&" fare"'],
    ]
    (document,), (reason,) = read(make_book(rows))
    assert document.text.split("\n")[-4:] == [
        "Route: Skerry; Adult: 12.5; Child: 6.25",
        "Route: Tallberg; Adult: 18; Child: 5.9",
        "Route: Total; Adult: 30.5; Child: 6.25",
        "Route: Other; Child: Total fare",
    ]
    assert reason.startswith("1 formula without a stored value (Fares!B5): open it")


def test_a_formula_that_leads_to_itself_is_said() -> None:
    _, (reason,) = read(make_book([["a", "b"], ["=B2", "=A2"], ["x", 1]]))
    assert reason.startswith("2 formulas without a stored value")


def test_hidden_rows_columns_and_sheets_are_left_out_and_said() -> None:
    book = make_book(
        [["Route", "Cost", "Adult"], ["Skerry", 3, 12], ["Secret", 4, 99], ["Tallberg", 5, 18]]
    )
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("Data").append(["x"])
    book["Data"].sheet_state = "hidden"
    (document,), reasons = read(book)
    assert document.text.split("\n")[-2:] == [
        "Route: Skerry; Adult: 12",
        "Route: Tallberg; Adult: 18",
    ]
    assert reasons == ["1 hidden sheet (Data)", "sheet Fares: 1 hidden row and 1 hidden column"]


def test_a_merged_cell_over_a_hidden_row_stands_in_those_that_are_shown() -> None:
    book = make_book([["Region", "Year", "n"], ["North", 2030, 41.5], [None, 2031, 43.5]])
    book.active.merge_cells("A2:A3")
    book.active.row_dimensions[2].hidden = True
    (document,), _ = read(book)
    assert document.text.endswith("Region: North; Year: 2031; n: 43.5")


def test_comments_are_footnotes_of_their_cells() -> None:
    book = make_book([["Route", "Adult"], ["Skerry", 12.5]])
    book.active["B2"].comment = Comment("Half price on Sundays", "A. Writer")
    (document,), _ = read(book)
    (note,) = find_blocks(document.blocks, "footnote")
    assert (note.text, note.marker) == ("Comment at B2: Half price on Sundays", "B2")
    (mark,) = find_blocks(document.blocks, "mark")
    assert document.text[: mark.start].endswith("12.5")


def test_pictures_and_charts_are_said() -> None:
    from openpyxl.chart import BarChart, Reference

    book = make_book([["Route", "Adult"], ["Skerry", 12.5]])
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2))
    book.active.add_chart(chart, "D1")
    assert read(book)[1] == ["1 chart"]


def test_dates_are_shown_without_a_time_of_day_that_they_do_not_have() -> None:
    assert text_of([["Day", "n"], [date(2022, 1, 10), 4.5]]) == "Day; n\nDay: 2022-01-10; n: 4.5"


def test_a_long_sheet_is_several_documents_each_with_its_heads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (areas, workbooks):
        monkeypatch.setattr(module, "MAX_CELLS", 600)
    height = 600 // 2 + 10
    documents, _ = read(make_book([["Name", "Amount"], *([f"N{n}", n] for n in range(height))]))
    assert len(documents) == 2
    assert documents[1].text.split("\n")[2] == "Name; Amount"
    assert documents[1].text.endswith(f"Name: N{height - 1}; Amount: {height - 1}")
    assert sum(text.text.count("Amount: ") for text in documents) == height
    assert len({document.path for document in documents}) == 2


def test_a_broken_link_to_another_workbook_loses_nothing() -> None:
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(make_book([["Fare", 12]])))) as book,
        zipfile.ZipFile(out, "w") as copy,
    ):
        for name in book.namelist():
            text = book.read(name).decode()
            if name == "xl/workbook.xml":
                link = f'<externalReference xmlns:r="{relations}" r:id="rId99"/>'
                links = f"<externalReferences>{link}</externalReferences>"
                text = text.replace("</sheets>", f"</sheets>{links}")
            if name == "xl/_rels/workbook.xml.rels":
                link = f'Id="rId99" Type="{relations}/externalLink" Target="externalLinks/a.xml"'
                text = text.replace("</Relationships>", f"<Relationship {link}/></Relationships>")
            copy.writestr(name, text)
    (document,) = read_xlsx(source(out.getvalue()))
    assert isinstance(document, Document)
    assert document.text == "Fares\n\nFare: 12"


def test_a_workbook_without_values_says_so() -> None:
    with pytest.raises(EmptyDocument, match="its sheets hold no values"):
        read(make_book([]))


def test_a_sheet_that_is_read_part_by_part_keeps_heads_merges_and_what_is_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx, "LONG_SHEET", 100)
    monkeypatch.setattr(xlsx, "MAX_PART", 30)
    book = make_book([["Region", "Name", "Amount"], *(["North", f"N{n}", n] for n in range(25))])
    for row in (20, 21):
        book.active.cell(row, 1).value = None
    book.active.cell(20, 1).value = "South"
    book.active.merge_cells("A20:A21")
    book.active.row_dimensions[24].hidden = True
    documents, reasons = read(book)
    texts = [document.text.split("\n") for document in documents]
    assert [len(lines) for lines in texts] == [2 + 10, 2 + 1 + 11, 2 + 1 + 4]
    assert all(lines[:3] == ["Fares", "", "Region; Name; Amount"] for lines in texts)
    assert "Region: South; Name: N19; Amount: 19" in documents[1].text
    assert reasons == ["sheet Fares: 1 hidden row"]
    assert documents[0].path == "/x/a.xlsx#Fares, rows 1-10"
