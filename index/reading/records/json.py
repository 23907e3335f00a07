"""JSON and JSON Lines: articles are read as a dump, all else as readable lines and tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.decoding import decode, stream_notes, text_stream
from sourcebook.index.reading.sheets.areas import MAX_CELLS, Area, divide
from sourcebook.index.reading.sheets.workbooks import file_stem
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

from .columns import check_columns, find_text_column
from .tabular import json_records, read_jsonl, record_documents, table_document

MAX_DEPTH = 60
"""The levels of a file that are written as headings and lines; what is deeper is one line."""

_MEDIA_TYPE = "application/json"
_MOST_COLUMNS = 60

_MOST_INNER, _LONG = 8, 300
"""A cell of a table holds at most so many objects, in so many characters."""

_SAMPLE = 200


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
            yield from read_json_lines(source)
            return
        raise UnreadableFile(f"no JSON ({error})") from None
    yield from _documents(source, value)


def read_json_lines(source: Source) -> Iterator[Document | Skipped]:
    """Read a file of an object a line as a dump of articles, or as a table or document of its
    values.

    Raises:
        UnreadableFile, EmptyDocument, OverLimit: with the way out.
    """
    with text_stream(source) as stream:
        sample = [record for _, record in islice(json_records(stream), _SAMPLE)]
    records = [record for record in sample if isinstance(record, Mapping)]
    if not records or find_text_column(records, source.columns) is not None:
        yield from read_jsonl(source)
        return
    check_columns(records[0], source.columns)
    source.data()  # no file over the limit for one document
    values: list[Mapping[str, Any]] = []
    with text_stream(source) as stream:
        for number, record in json_records(stream, keeps_digits=True):
            if isinstance(record, Mapping):
                values.append(record)
            else:
                name = type(record).__name__
                yield Skipped(f"{source.place}#{number}", f"line {number}: {record}", name)
        notes = list(stream_notes(source, stream))
    yield from _documents(source, values)
    yield from notes


def _documents(source: Source, value: Any) -> Iterator[Document | Skipped]:
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
    if isinstance(value, list):
        if _is_plain(value):
            return ", ".join(map(_text, value))
        if all(map(_is_flat, value)):
            return ", ".join(f"({_text(item)})" for item in value)
    if isinstance(value, dict) and _is_flat(value):
        return ", ".join(f"{name}: {text}" for name in value if (text := _text(value[name])))
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_plain, value.values()))


def _fits_cell(value: Any) -> bool:
    """Whether a value fits into a cell: one on a line, or a few short objects."""
    if _is_plain(value):
        return True
    inner = value if isinstance(value, list) else [value]
    return len(inner) <= _MOST_INNER and all(map(_is_flat, inner)) and len(_text(value)) <= _LONG


def _is_table(records: Sequence[Any]) -> bool:
    """Whether records are the rows of a table: alike, with values that fit into cells."""
    if not records or not all(isinstance(record, dict) and record for record in records):
        return False
    names = dict.fromkeys(name for record in records for name in record)
    values = sum(len(record) for record in records)
    return (
        len(names) <= _MOST_COLUMNS
        and 2 * values >= len(names) * len(records)
        and all(_fits_cell(value) for record in records for value in record.values())
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
    """Write its own values first: below the heading of an inner object they would be taken for
    values of that."""
    is_deep = level > MAX_DEPTH
    lines = [(name, _text(inner)) for name, inner in value.items() if is_deep or _is_plain(inner)]
    rows = [[TableCell(name), TableCell(text)] for name, text in lines if text]
    write_table(writer, Table(rows, head_rows=0, head_columns=1))
    for name, inner in value.items():
        if is_deep or _is_plain(inner):
            continue
        with writer.block("heading", level=min(level, 6)):
            writer.write(name)
        _write(writer, inner, level + 1)


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
