"""JSON files: an array of articles is read as a dump, all else as readable lines and tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.decoding import decode
from sourcebook.index.reading.sheets.areas import MAX_CELLS, Area, divide
from sourcebook.index.reading.sheets.workbooks import file_stem
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

from .columns import find_text_column
from .tabular import read_jsonl, record_documents, table_document

MAX_DEPTH = 60
"""The levels of a file that are written as headings and lines; what is deeper is one line."""

_MEDIA_TYPE = "application/json"
_MOST_COLUMNS = 60


def read_json(source: Source) -> Iterator[Document | Skipped]:
    """Read a file as a dump of articles, a table, or a document of its names and values.

    Raises:
        UnreadableFile, EmptyDocument, OverLimit: with the way out.
    """
    text = decode(source.data())
    try:
        # A number keeps the digits that it has in the file.
        value = json.loads(text, parse_float=str, parse_constant=str)
    except RecursionError:
        raise UnreadableFile("it is nested too deeply: save it as text") from None
    except ValueError as error:
        if "Extra data" in str(error) and text.lstrip().startswith("{"):
            yield from read_jsonl(source)  # one object a line
            return
        raise UnreadableFile(f"no JSON ({error})") from None
    name, records, other_names = _find_records(value)
    if records:
        text_column = find_text_column(records, source.columns)
        if text_column is not None:
            columns = {**source.columns, "text": text_column}
            numbers = list(enumerate(records, 1))
            yield from record_documents(source, lambda: numbers, _MEDIA_TYPE, "record", columns)
            if other_names:
                yield left_out(
                    source.place, f"values beside the articles: {', '.join(other_names)}"
                )
            return
        if _is_table(records) and len(records) * len(records[0]) > MAX_CELLS:
            titles = (name,) if name else ()
            for part, first, last in divide(Area(titles, _rows(records))):
                yield table_document(source, [part], _MEDIA_TYPE, f"rows {first}-{last}")
            return
    writer = BlockWriter()
    _write(writer, value, 1)
    content = writer.content()
    if not content.text:
        raise EmptyDocument("holds no values")
    yield make_document(
        content,
        title=_title(value) or file_stem(source.place),
        path=source.place,
        media_type=_MEDIA_TYPE,
        is_scraped=False,
    )


def _find_records(value: Any) -> tuple[str, list[Mapping[str, Any]], list[str]]:
    """Return the records of a file: its own, or those of the one list in its object; the name of
    that list, and the names of the values beside it."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "", value, []
    if isinstance(value, dict):
        lists = [
            name
            for name, inner in value.items()
            if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner)
        ]
        if len(lists) == 1:
            return lists[0], value[lists[0]], [name for name in value if name != lists[0]]
        if not lists and find_text_column([value], {}):
            return "", [value], []
    return "", [], []


def _title(value: Any) -> str | None:
    if isinstance(value, dict):
        for name in ("title", "name"):
            if isinstance(value.get(name), str):
                return str(value[name])
    return None


def _is_plain(value: Any) -> bool:
    """Whether a value is written on one line."""
    if isinstance(value, list):
        return all(item is None or isinstance(item, (str, int, float)) for item in value)
    return not isinstance(value, dict)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        if isinstance(value, list) and _is_plain(value):
            return ", ".join(map(_text, value))
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _is_table(records: Sequence[Any]) -> bool:
    """Whether records are the rows of a table: alike, with values that fit on one line."""
    if not records or not all(isinstance(record, dict) and record for record in records):
        return False
    names = dict.fromkeys(name for record in records for name in record)
    values = sum(len(record) for record in records)
    return (
        len(names) <= _MOST_COLUMNS
        and 2 * values >= len(names) * len(records)
        and all(_is_plain(value) for record in records for value in record.values())
    )


def _rows(records: Sequence[Mapping[str, Any]]) -> tuple[tuple[TableCell, ...], ...]:
    names = list(dict.fromkeys(name for record in records for name in record))
    head = tuple(TableCell(name, is_head=True) for name in names)
    body = (
        tuple(TableCell(_text(record.get(name)), is_head=False) for name in names)
        for record in records
    )
    return (head, *body)


def _write(writer: BlockWriter, value: Any, level: int) -> None:
    if isinstance(value, dict):
        _write_object(writer, value, level)
    elif isinstance(value, list):
        _write_list(writer, value, level)
    else:
        writer.write(_text(value))


def _write_object(writer: BlockWriter, value: Mapping[str, Any], level: int) -> None:
    lines: list[tuple[str, str]] = []

    def write_lines() -> None:
        rows = [[TableCell(name), TableCell(text)] for name, text in lines]
        write_table(writer, Table(rows, head_rows=0, head_columns=1))
        lines.clear()

    for name, inner in value.items():
        if _is_plain(inner) or level > MAX_DEPTH:
            if text := _text(inner):
                lines.append((name, text))
            continue
        write_lines()
        with writer.block("heading", level=min(level, 6)):
            writer.write(name)
        _write(writer, inner, level + 1)
    write_lines()


def _write_list(writer: BlockWriter, values: Sequence[Any], level: int) -> None:
    if len(values) > 1 and _is_table(values):
        write_table(writer, Table(_rows(values), head_rows=1))
        return
    if all(map(_is_plain, values)) or level > MAX_DEPTH:
        with writer.block("list"):
            for value in values:
                with writer.block("item", marker="•"):
                    writer.write(_text(value))
        return
    for value in values:
        _write(writer, value, level)
