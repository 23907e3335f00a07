"""Spreadsheets of Excel before 2007 (.xls), by xlrd: the cells as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import ProtectedFile, UnreadableFile
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.tables import TableCell

from .number_formats import show_number, show_text
from .sheet import Sheet
from .workbooks import WorkbookFile, workbook_documents
from .xlsx import read_xlsx

_ZIP = b"PK\x03\x04"
_MEDIA_TYPE = "application/vnd.ms-excel"
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_SUPERSCRIPT = 1


def read_xls(source: Source) -> Iterator[Document | Skipped]:
    """Read a workbook: each sheet under its name, its cells as they are shown.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    import io

    import xlrd

    data = source.data()
    if data.startswith(_ZIP):
        yield from read_xlsx(source)  # an .xlsx under the old ending
        return
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise ProtectedFile("has a password: save a copy without one") from None
        raise UnreadableFile(f"is no workbook of Excel, or damaged ({error})") from None
    visible = [sheet for sheet in book.sheets() if not sheet.visibility]
    hidden_names = [sheet.name for sheet in book.sheets() if sheet.visibility]
    author = book.user_name.strip() or None
    file = WorkbookFile(source.place, _MEDIA_TYPE, author=author)
    yield from workbook_documents(file, [_sheet(book, sheet) for sheet in visible], hidden_names)


def _sheet(book: Any, sheet: Any) -> Sheet:
    read = Sheet(sheet.name)
    for row in range(sheet.nrows):
        cells = {
            column: cell
            for column in range(sheet.row_len(row))
            if (cell := _cell(book, sheet, row, column)).text.strip()
        }
        if cells:
            read.rows[row] = cells
    read.merges = [
        (top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells
    ]
    read.hidden_rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
    read.hidden_columns = {column for column, info in sheet.colinfo_map.items() if info.hidden}
    for (row, column), note in sheet.cell_note_map.items():
        if note.text.strip():
            read.comments[row, column] = (_name(row, column), note.text.strip())
    return read


def _name(row: int, column: int) -> str:
    from xlrd import cellname

    return str(cellname(row, column))


def _cell(book: Any, sheet: Any, row: int, column: int) -> TableCell:
    import xlrd

    cell = sheet.cell(row, column)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return TableCell(show_number(cell.value, _code(book, cell), bool(book.datemode)))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return TableCell("TRUE" if cell.value else "FALSE")
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return TableCell(_ERRORS.get(cell.value, "#ERROR"))
    if cell.ctype != xlrd.XL_CELL_TEXT:
        return TableCell("")
    runs = sheet.rich_text_runlist_map.get((row, column))
    if runs:
        return _rich_cell(book, cell.value, runs)
    return TableCell(show_text(cell.value, _code(book, cell)))


def _code(book: Any, cell: Any) -> str | None:
    """Return the number format of a cell."""
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return None
    format_ = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return format_.format_str if format_ else None


def _rich_cell(book: Any, text: str, runs: list[tuple[int, int]]) -> TableCell:
    """Return a text of runs in several fonts, some of which may be raised."""
    bounds = [*(start for start, _ in runs), len(text)]
    content, marks = text[: bounds[0]], []
    for (start, font), end in zip(runs, bounds[1:], strict=True):
        piece = text[start:end]
        is_raised = font < len(book.font_list) and book.font_list[font].escapement == _SUPERSCRIPT
        sign = superscript(content, piece, after=text[end:]) if is_raised else piece
        if sign is None:
            marks.append(" ".join(piece.split()))
        content += sign or ""
    return TableCell(content, marks=tuple(marks))
