"""Spreadsheets (.xlsx), by openpyxl: the cells as they are shown."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from sourcebook.index.documents.raised import raised
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.tables import TableCell
from sourcebook.index.errors import OverLimit
from sourcebook.index.reading.office_package import as_transitional, check_package
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out

from .cell_formulas import NoValue, Workbook
from .number_formats import show_number, show_text
from .sheets import CellRange, Sheet
from .workbooks import WorkbookFile, workbook_documents

MAX_CELLS = 5_000_000
"""The most cells of a workbook."""

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LEFT_OUT = {
    "chart": re.compile(r"xl/charts/chart\d*\.xml|xl/chartsheets/[^/]+\.xml"),
    "picture": re.compile(r"xl/media/[^/]+"),
    "embedded file": re.compile(r"xl/embeddings/[^/]+"),
}
_THREAD = re.compile(r"\[Threaded comment\].*?Comment:\s*", re.DOTALL)


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
            rich_text=b"vertAlign" in _strings(data),
        )
        reader = _BookReader(book)
        properties = book.properties
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        yield from workbook_documents(
            WorkbookFile(
                source.place,
                _MEDIA_TYPE,
                title=properties.title or None,
                author=None if properties.creator == "openpyxl" else properties.creator or None,
                language=properties.language or None,
            ),
            [reader.sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"],
            hidden,
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

    def sheet(self, sheet: Any) -> Sheet:
        """Return the cells of a sheet, of which hidden rows and columns are named."""
        with sheet._get_source() as stream:
            parser = _make_parser(self._book, sheet, stream)
            read = Sheet(sheet.title)
            for _, cells in parser.parse():
                self._add_row(read, cells)
            read.hidden_rows = {
                int(row)
                for row, fields in parser.row_dimensions.items()
                if _is_hidden(fields, "ht")
            }
            read.hidden_columns = {
                column
                for fields in parser.column_dimensions.values()
                if _is_hidden(fields, "width")
                for column in range(int(fields["min"]), min(int(fields["max"]), 16_384) + 1)
            }
            read.merges = list(_merges(parser.merged_cells))
        read.comments = _comments(self._book._archive, sheet._worksheet_path)
        return read

    def _add_row(self, sheet: Sheet, cells: list[dict[str, Any]]) -> None:
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
            self._values = _all_values(self._book)
        try:
            return self._values.value((sheet, cell["row"], cell["column"]))
        except NoValue:
            self.without_values.append(f"{sheet}!{get_column_letter(cell['column'])}{cell['row']}")
            return None


def _make_parser(book: Any, sheet: Any, stream: Any) -> Any:
    """Return the parser of a sheet; the formula of a cell without a value is in its "formula"."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if len(element) and element[0].tag == FORMULA_TAG:
                formula = self.parse_formula(element)  # a shared one is needed by later cells
                if cell["value"] is None:
                    cell["formula"] = formula
            return cell

        def ignore(self, _: Any) -> None:
            """Formats by condition, extensions and protection say nothing of the text."""

        parse_formatting = parse_extensions = parse_sheet_protection = ignore
        parse_legacy = parse_custom_views = parse_row_breaks = parse_col_breaks = ignore

    return Parser(stream, sheet._shared_strings, data_only=True, epoch=book.epoch, rich_text=True)


def _all_values(book: Any) -> Workbook:
    """Return the values and formulas of all sheets, hidden ones too."""
    values = Workbook()
    for sheet in book.worksheets:
        values.sheets.add(sheet.title)
        with sheet._get_source() as stream:
            for _, cells in _make_parser(book, sheet, stream).parse():
                for cell in cells:
                    key = (sheet.title, cell["row"], cell["column"])
                    value, formula = cell["value"], cell.get("formula")
                    if isinstance(formula, str):
                        values.formulas[key] = formula
                    elif formula is not None:
                        values.formulas[key] = getattr(formula, "text", None) or "="
                    elif isinstance(value, (bool, int, float, str)):
                        values.values[key] = value
                    elif value is not None:
                        values.values[key] = str(value)
    return values


def _is_hidden(fields: dict[str, str], size: str) -> bool:
    return fields.get("hidden") in ("1", "true") or fields.get(size) in ("0", "0.0")


def _merges(merged_cells: Any) -> Iterator[CellRange]:
    for each in merged_cells.mergeCell if merged_cells else ():
        left, top, right, bottom = each.bounds
        yield top, left, bottom, right


def _comments(archive: Any, path: str) -> dict[tuple[int, int], tuple[str, str]]:
    """Return the comments at the cells of a sheet."""
    from openpyxl.comments.comment_sheet import CommentSheet
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.utils.cell import coordinate_to_tuple
    from openpyxl.xml.constants import COMMENTS_NS
    from openpyxl.xml.functions import fromstring

    names = archive.namelist()
    rels_path = get_rels_path(path)
    if rels_path not in names:
        return {}
    comments: dict[tuple[int, int], tuple[str, str]] = {}
    for relation in get_dependents(archive, rels_path).find(COMMENTS_NS):
        if relation.target in names:
            sheet = CommentSheet.from_tree(fromstring(archive.read(relation.target)))
            for name, comment in sheet.comments:
                text = _THREAD.sub("", comment.text or "").strip()
                if text:
                    comments[coordinate_to_tuple(name)] = (name, text)
    return comments


def _rich_cell(runs: list[Any]) -> TableCell:
    """Return a cell of runs of text, some of which may be raised."""
    text, marks = "", []
    shown: Callable[[Any], str] = lambda run: _unescape(str(getattr(run, "text", run)))  # noqa: E731
    for at, run in enumerate(runs):
        font = getattr(run, "font", None)
        piece: str | None = shown(run)
        if getattr(font, "vertAlign", None) == "superscript":
            after = "".join(map(shown, runs[at + 1 :]))
            sign = " ".join((piece or "").split())
            piece = raised(text, sign, after=after)
            if piece is None:
                marks.append(sign)
        text += piece or ""
    return TableCell(text, marks=tuple(marks))


def _unescape(text: str) -> str:
    """Return a text with its escaped characters ("_x000D_") as they are."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
