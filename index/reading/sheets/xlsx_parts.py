"""Parts of an XLSX package that openpyxl's read-only mode leaves out, by openpyxl's own parsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .cell_formulas import Workbook
from .sheet import CellRange

_MERGE = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_THREAD = re.compile(r"\[Threaded comment\].*?Comment:\s*", re.DOTALL)


def make_parser(book: Any, sheet: Any, stream: Any) -> Any:
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


def all_values(book: Any) -> Workbook:
    """Return the values and formulas of all sheets, hidden ones too."""
    values = Workbook()
    for sheet in book.worksheets:
        values.sheets.add(sheet.title)
        with sheet._get_source() as stream:
            for _, cells in make_parser(book, sheet, stream).parse():
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


def find_merges(stream: Any) -> list[CellRange]:
    """Return the merged cells that the XML of a sheet names."""
    from openpyxl.utils.cell import range_boundaries

    merges: list[CellRange] = []
    rest = b""
    while block := stream.read(1 << 20):
        data = rest + block
        for match in _MERGE.finditer(data):
            left, top, right, bottom = range_boundaries(match[1].decode())
            merges.append((top, left, bottom, right))
        rest = data[max(data.rfind(b"<"), len(data) - 100) :]
    return merges


def hidden_columns(parser: Any) -> set[int]:
    """Return the columns that a sheet hides."""
    return {
        column
        for fields in parser.column_dimensions.values()
        if is_hidden(fields, "width")
        for column in range(int(fields["min"]), min(int(fields["max"]), 16_384) + 1)
    }


def is_hidden(fields: dict[str, str], size: str) -> bool:
    """Return whether a row or column is not shown; ``size`` is the name of its height or width."""
    return fields.get("hidden") in ("1", "true") or fields.get(size) in ("0", "0.0")


def merges_of(merged_cells: Any) -> Iterator[CellRange]:
    """Return the ranges of merged cells that a parser met."""
    for each in merged_cells.mergeCell if merged_cells else ():
        left, top, right, bottom = each.bounds
        yield top, left, bottom, right


def read_comments(archive: Any, path: str) -> dict[tuple[int, int], tuple[str, str]]:
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
