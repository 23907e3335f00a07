"""Spreadsheets (.xlsx), by openpyxl: each row is a line with the column names."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.office_package import check_package
from sourcebook.index.reading.source import Source

MAX_TEXT = 20_000_000
"""The most characters of one workbook."""


def read_xlsx(source: Source) -> Iterator[Document]:
    """Read a document: each sheet under its name, formulas by their last values.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    import openpyxl

    data = source.data()
    check_package(data)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    properties = book.properties
    blocks: list[str] = []
    for sheet in book.worksheets:
        # The size that the file declares for a sheet may be wrong.
        sheet.reset_dimensions()
        lines = list(_lines(sheet.iter_rows(values_only=True)))
        if lines:
            blocks.append("\n".join([f"{sheet.title}", "", *lines]))
    text = "\n\n".join(blocks)
    if not text:
        raise EmptyDocument("its sheets hold no values")
    if len(text) > MAX_TEXT:
        raise UnreadableFile(f"holds {len(text):,} characters: save its sheets as CSV")
    yield make_document(
        text,
        title=properties.title or source.place.replace("\\", "/").rsplit("/", 1)[-1],
        author=None if properties.creator == "openpyxl" else properties.creator or None,
        path=source.place,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        language=properties.language or None,
    )


def _lines(rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    """Yield rows as ``column: value; ...`` where the first row has names, else with bars."""
    names: list[str] | None = None
    for row in rows:
        values = [_to_text(value) for value in row]
        if not any(values):
            continue
        if names is None:
            names = values if _is_header(row) else []
            if not names:
                yield " | ".join(filter(None, values))
            continue
        if not names:
            yield " | ".join(filter(None, values))
            continue
        cells = [
            f"{names[i]}: {value}" if i < len(names) and names[i] else value
            for i, value in enumerate(values)
            if value
        ]
        yield "; ".join(cells) + "."
    if names and any(names):
        yield "Columns: " + ", ".join(filter(None, names)) + "."


def _is_header(row: Sequence[Any]) -> bool:
    """Whether a row holds column names: at least two, all text, all different."""
    names = [value for value in row if value is not None]
    text = all(isinstance(name, str) for name in names)
    return len(names) > 1 and text and len(set(names)) == len(names)


def _to_text(value: object) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())
