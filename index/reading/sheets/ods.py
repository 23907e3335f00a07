"""OpenDocument spreadsheets (.ods), by lxml: the cells as they are shown (OASIS ODF 1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import OverLimit, UnreadableFile
from sourcebook.index.reading.opendocument.package import OdfMetadata, open_odf
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.tables import TableCell

from .number_formats import show_general
from .sheet import Sheet
from .workbooks import WorkbookFile, workbook_documents

MAX_CELLS = 2_000_000
"""The most cells of a workbook, those that are repeated counted each."""

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_OASIS}text:1.0}}"
_TABLE = f"{{{_OASIS}table:1.0}}"
_OFFICE = f"{{{_OASIS}office:1.0}}"
_STYLE = f"{{{_OASIS}style:1.0}}"
_DRAW = f"{{{_OASIS}drawing:1.0}}"

_ROW_GROUPS = (f"{_TABLE}table-row-group", f"{_TABLE}table-rows", f"{_TABLE}table-header-rows")
_COLUMN_GROUPS = (
    f"{_TABLE}table-column-group",
    f"{_TABLE}table-columns",
    f"{_TABLE}table-header-columns",
)
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN_STATES = ("collapse", "filter")
_MOST_REPEATED = 2_000  # columns or rows; programs repeat the empty rest of a sheet
_MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def read_ods(source: Source) -> Iterator[Document | Skipped]:
    """Read a workbook: each sheet under its name, its cells as they are shown.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    with open_odf(source.data()) as package:
        root = package.root("content.xml")
        metadata = OdfMetadata(package.root("meta.xml"))
        names = package.names
    if root is None:
        raise UnreadableFile("is no OpenDocument spreadsheet: content.xml is missing in it")
    reader = _SheetReader(root)
    visible: list[Sheet] = []
    hidden_names: list[str] = []
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        if reader.is_hidden(table):
            hidden_names.append(table.get(f"{_TABLE}name", ""))
        else:
            visible.append(reader.sheet(table))
    file = WorkbookFile(
        source.place,
        _MEDIA_TYPE,
        title=metadata.title,
        author=metadata.author,
        language=metadata.language,
    )
    yield from workbook_documents(file, visible, hidden_names)
    if parts := _count_parts(root, names):
        yield left_out(source.place, parts)


def _count_parts(root: Any, names: list[str]) -> str:
    """Return how many charts and pictures the sheets hold."""
    charts = sum(1 for _ in root.iter(f"{_DRAW}object"))
    pictures = sum(name.startswith("Pictures/") and name != "Pictures/" for name in names)
    return ", ".join(
        f"{count:,} {word}{'s' if count > 1 else ''}"
        for count, word in ((charts, "chart"), (pictures, "picture"))
        if count
    )


class _SheetReader:
    """Reads the tables of a file, which share their styles."""

    def __init__(self, root: Any) -> None:
        self._count = 0
        self._hidden_styles: set[str] = set()
        self._raised_styles: set[str] = set()
        for style in root.iter(f"{_STYLE}style"):
            name = style.get(f"{_STYLE}name", "")
            for properties in style:
                if properties.get(f"{_TABLE}display") == "false":
                    self._hidden_styles.add(name)
                position = properties.get(f"{_STYLE}text-position", "")
                if position.startswith("super") or position.rstrip("%").split("%")[0].isdecimal():
                    self._raised_styles.add(name)

    def is_hidden(self, table: Any) -> bool:
        """Whether a sheet is not shown."""
        return table.get(f"{_TABLE}style-name") in self._hidden_styles

    def sheet(self, table: Any) -> Sheet:
        """Return the cells of a table, of which hidden rows and columns are named."""
        sheet = Sheet(table.get(f"{_TABLE}name", ""))
        column = 0
        for element in _inside(table, f"{_TABLE}table-column", _COLUMN_GROUPS):
            count = _number(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility") in _HIDDEN_STATES:
                sheet.hidden_columns.update(range(column, column + min(count, _MOST_REPEATED)))
            column += count
        row = 0
        for element in _inside(table, f"{_TABLE}table-row", _ROW_GROUPS):
            count = _number(element, "number-rows-repeated")
            cells = self._row(sheet, element, row)
            is_hidden = element.get(f"{_TABLE}visibility") in _HIDDEN_STATES
            if cells or (is_hidden and count <= _MOST_REPEATED):
                for number in range(row, row + min(count, _MOST_REPEATED)):
                    if cells:
                        sheet.rows[number] = dict(cells)
                    if is_hidden:
                        sheet.hidden_rows.add(number)
                self._add(len(cells) * min(count, _MOST_REPEATED))
            row += count
        return sheet

    def _add(self, count: int) -> None:
        self._count += count
        if self._count > MAX_CELLS:
            raise OverLimit(f"holds over {MAX_CELLS:,} cells: save its sheets as CSV")

    def _row(self, sheet: Sheet, element: Any, row: int) -> dict[int, TableCell]:
        cells: dict[int, TableCell] = {}
        column = 0
        for each in element:
            if each.tag not in _CELLS:
                continue
            count = _number(each, "number-columns-repeated")
            cell = (
                self._cell(each) if each.tag == _CELLS[0] and (each.attrib or len(each)) else None
            )
            if cell is not None and cell.text.strip():
                for number in range(column, column + min(count, _MOST_REPEATED)):
                    cells[number] = cell
                rows, columns = (
                    _number(each, "number-rows-spanned"),
                    _number(each, "number-columns-spanned"),
                )
                if rows * columns > 1:
                    sheet.merges.append((row, column, row + rows - 1, column + columns - 1))
            if (note := each.find(f"{_OFFICE}annotation")) is not None:
                lines = (self._text(line).text for line in note.iterfind(f"{_TEXT}p"))
                name = f"{_letters(column)}{row + 1}"
                if comment := " ".join(filter(None, lines)):
                    sheet.comments[row, column] = (name, comment)
            column += count
        return cells

    def _cell(self, element: Any) -> TableCell:
        lines = [self._text(line) for line in element.iterfind(f"{_TEXT}p")]
        if lines:
            text = "\n".join(line.text for line in lines)
            return TableCell(text, marks=tuple(mark for line in lines for mark in line.marks))
        return TableCell(_stored_value(element))

    def _text(self, paragraph: Any) -> TableCell:
        """Return the text of a paragraph of a cell."""
        line = TableCell(paragraph.text or "")
        for element in paragraph:
            line = self._add_run(line, element)
            line = replace(line, text=line.text + (element.tail or ""))
        return line

    def _add_run(self, line: TableCell, element: Any) -> TableCell:
        if element.tag == f"{_TEXT}s":
            return replace(line, text=f"{line.text} ")
        if element.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            return replace(line, text=f"{line.text}\n")
        if not isinstance(element.tag, str) or element.tag == f"{_OFFICE}annotation":
            return line
        run = self._text(element)
        if element.get(f"{_TEXT}style-name") in self._raised_styles:
            after = element.tail or ""
            sign = superscript(line.text, run.text, after=after)
            if sign is None:
                mark = " ".join(run.text.split())
                return replace(line, marks=(*line.marks, mark))
            run = replace(run, text=sign)
        return TableCell(line.text + run.text, marks=(*line.marks, *run.marks))


def _inside(parent: Any, tag: str, groups: tuple[str, ...]) -> Iterator[Any]:
    """Yield the rows or columns of a table, those in groups too."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in groups:
            yield from _inside(element, tag, groups)


def _number(element: Any, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1


def _stored_value(element: Any) -> str:
    """Return the value of a cell that holds no text: some programs write none."""
    kind = element.get(f"{_OFFICE}value-type", "")
    if kind == "date":
        return str(element.get(f"{_OFFICE}date-value", "")).replace("T00:00:00", "")
    if kind == "boolean":
        return str(element.get(f"{_OFFICE}boolean-value", "")).upper()
    if kind == "string":
        return str(element.get(f"{_OFFICE}string-value", ""))
    try:
        number = float(element.get(f"{_OFFICE}value", ""))
    except ValueError:
        return ""
    if kind == "percentage":
        return f"{show_general(number * 100)}%"
    unit = element.get(f"{_OFFICE}currency")
    return f"{show_general(number)} {unit}" if unit else show_general(number)


def _letters(column: int) -> str:
    """Return the name of a column ("AB")."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
