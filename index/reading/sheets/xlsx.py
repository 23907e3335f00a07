"""Spreadsheets (.xlsx), by openpyxl: the cells as they are shown."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import OverLimit
from sourcebook.index.reading.office_package import as_transitional, check_package
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.tables import TableCell

from .cell_formulas import NoValue, Workbook
from .number_formats import show_number, show_text
from .sheet import Sheet
from .workbooks import LongSheet, WorkbookFile, workbook_documents
from .xlsx_parts import (
    all_values,
    find_merges,
    hidden_columns,
    is_hidden,
    make_parser,
    merges_of,
    read_comments,
)

MAX_CELLS = 5_000_000
"""The most cells of a workbook."""

LONG_SHEET = 12 * 1024 * 1024
"""The bytes of XML of a sheet that is read part by part, before its end is known."""

MAX_PART = 30_000
"""The cells of such a part."""

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LEFT_OUT = {
    "chart": re.compile(r"xl/charts/chart\d*\.xml|xl/chartsheets/[^/]+\.xml"),
    "picture": re.compile(r"xl/media/[^/]+"),
    "embedded file": re.compile(r"xl/embeddings/[^/]+"),
}


def read_xlsx(source: Source) -> Iterator[Document | Skipped]:
    """Read a workbook: each sheet under its name, its cells as they are shown.

    Formulas have their stored values; where there are none, simple ones are computed.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    import openpyxl

    data = source.data()
    check_package(data)
    data = as_transitional(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(
            io.BytesIO(data),
            read_only=True,
            data_only=True,
            keep_links=False,  # to other workbooks, which may be broken
            rich_text=b"vertAlign" in _strings(data),
        )
        reader = _BookReader(book)
        properties = book.properties
        hidden_names = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        yield from workbook_documents(
            WorkbookFile(
                source.place,
                _MEDIA_TYPE,
                title=properties.title or None,
                author=None if properties.creator == "openpyxl" else properties.creator or None,
                language=properties.language or None,
            ),
            (reader.sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"),
            hidden_names,
        )
    if reader.without_values:
        names = ", ".join(reader.without_values[:5])
        count = len(reader.without_values)
        yield left_out(
            source.place,
            f"{count:,} formula{'s' if count > 1 else ''} without a stored value ({names}): "
            "open it in a spreadsheet program and save it",
        )
    if parts := _count_parts(book._archive.namelist()):
        yield left_out(source.place, parts)


def _strings(data: bytes) -> bytes:
    """Return the texts of all cells as XML."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        name = "xl/sharedStrings.xml"
        return package.read(name) if name in package.namelist() else b""


def _count_parts(names: list[str]) -> str:
    """Return how many charts, pictures and embedded files a package holds."""
    counts = {
        word: sum(bool(pattern.fullmatch(name)) for name in names)
        for word, pattern in _LEFT_OUT.items()
    }
    return ", ".join(
        f"{count:,} {word}{'s' if count > 1 else ''}" for word, count in counts.items() if count
    )


class _BookReader:
    """Reads the sheets of a workbook through the parser that openpyxl's own worksheets use: its
    read-only mode leaves out merged cells, hidden rows and comments, the other needs 50 times the
    memory."""

    def __init__(self, book: Any) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS
        from openpyxl.utils.datetime import MAC_EPOCH

        self._book = book
        self._is_1904 = book.epoch == MAC_EPOCH
        formats = book._number_formats
        self._codes: list[str | None] = [
            formats[style.numFmtId - 164]
            if 164 <= style.numFmtId < 164 + len(formats)
            else BUILTIN_FORMATS.get(style.numFmtId)
            for style in book._cell_styles
        ]
        self._values: Workbook | None = None
        self._count = 0
        self.without_values: list[str] = []

    def sheet(self, sheet: Any) -> Sheet | LongSheet:
        """Return the cells of a sheet, of which hidden rows and columns are named."""
        size = self._book._archive.getinfo(sheet._worksheet_path).file_size
        if size > LONG_SHEET:
            return LongSheet(sheet.title, self._parts(sheet))
        with sheet._get_source() as stream:
            parser = make_parser(self._book, sheet, stream)
            read = Sheet(sheet.title)
            for row, cells in parser.parse():
                self._add_row(read, parser, row, cells)
            read.hidden_columns = hidden_columns(parser)
            read.merges = list(merges_of(parser.merged_cells))
        read.comments = read_comments(self._book._archive, sheet._worksheet_path)
        return read

    def _parts(self, sheet: Any) -> Iterator[Sheet]:
        """Yield the cells of a long sheet part by part: its merged cells, which its file names
        last, are looked for first."""
        with sheet._get_source() as stream:
            merges = find_merges(stream)
        comments = read_comments(self._book._archive, sheet._worksheet_path)
        with sheet._get_source() as stream:
            parser = make_parser(self._book, sheet, stream)
            part, first, count = Sheet(sheet.title), 0, 0

            def whole_part(last: int) -> Sheet:
                part.hidden_columns = hidden_columns(parser)
                part.merges = [merge for merge in merges if first <= merge[0] <= last]
                part.comments = {
                    place: comment
                    for place, comment in comments.items()
                    if first <= place[0] <= last
                }
                return part

            for row, cells in parser.parse():
                self._add_row(part, parser, row, cells)
                count += len(cells)
                if count >= MAX_PART and (
                    count >= 2 * MAX_PART or not any(top <= row < end for top, _, end, _ in merges)
                ):
                    yield whole_part(row)
                    part, first, count = Sheet(sheet.title), row + 1, 0
            yield whole_part(parser.row_counter)

    def _add_row(self, sheet: Sheet, parser: Any, row: int, cells: list[dict[str, Any]]) -> None:
        fields = parser.row_dimensions.pop(str(row), None)
        if fields and is_hidden(fields, "ht"):
            sheet.hidden_rows.add(row)
        for cell in cells:
            text = self._text(sheet.name, cell)
            if text.text.strip():
                sheet.rows.setdefault(cell["row"], {})[cell["column"]] = text
                self._count += 1
        if self._count > MAX_CELLS:
            raise OverLimit(f"holds over {MAX_CELLS:,} cells: save its sheets as CSV")

    def _text(self, sheet: str, cell: dict[str, Any]) -> TableCell:
        value, kind = cell["value"], cell["data_type"]
        if value is None and "formula" in cell:
            value = self._compute(sheet, cell)
        if value is None:
            return TableCell("")
        style = cell["style_id"]
        code = self._codes[style] if style < len(self._codes) else None
        if isinstance(value, bool):
            return TableCell(str(value).upper())
        if isinstance(value, (int, float)):
            return TableCell(show_number(value, code, self._is_1904))
        if isinstance(value, list):
            return _rich_cell(value)
        if kind == "d":
            return TableCell(str(value).removesuffix(" 00:00:00"))
        return TableCell(show_text(_unescape(str(value)), code))

    def _compute(self, sheet: str, cell: dict[str, Any]) -> Any:
        from openpyxl.utils import get_column_letter

        if self._values is None:
            self._values = all_values(self._book)
        try:
            return self._values.value((sheet, cell["row"], cell["column"]))
        except NoValue:
            self.without_values.append(f"{sheet}!{get_column_letter(cell['column'])}{cell['row']}")
            return None


def _rich_cell(runs: list[Any]) -> TableCell:
    """Return a cell of runs of text, some of which may be raised."""
    text, marks = "", []
    text_of: Callable[[Any], str] = lambda run: _unescape(str(getattr(run, "text", run)))  # noqa: E731
    for at, run in enumerate(runs):
        font = getattr(run, "font", None)
        piece: str | None = text_of(run)
        if getattr(font, "vertAlign", None) == "superscript":
            after = "".join(map(text_of, runs[at + 1 :]))
            sign = " ".join((piece or "").split())
            piece = superscript(text, sign, after=after)
            if piece is None:
                marks.append(sign)
        text += piece or ""
    return TableCell(text, marks=tuple(marks))


def _unescape(text: str) -> str:
    """Return a text with its escaped characters ("_x000D_") as they are."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
