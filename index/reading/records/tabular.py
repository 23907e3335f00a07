"""CSV and JSON Lines: a dump of articles, read record by record, or a table, read as one document.

Which of them a file is, its columns say: a dump has one of articles (`find_text_column`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, TextIO

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, OverLimit, ReadError, UnreadableFile
from sourcebook.index.reading.decoding import stream_notes, text_stream
from sourcebook.index.reading.sheets.areas import MAX_CELLS, Area, find_areas, write_area
from sourcebook.index.reading.sheets.sheet import Sheet
from sourcebook.index.reading.sheets.workbooks import file_stem
from sourcebook.index.reading.source import MAX_BYTES, Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.tables import Table, TableCell, find_heads
from sourcebook.index.structure.writing import BlockWriter

from .columns import check_columns, field_value, find_text_column, make_record_document
from .csv_rows import Row, head_row, open_rows
from .record_dates import find_day_first, is_in_numbers

MAX_SKIPPED = 20
"""Skipped records of one dump that are reported one by one; the others are only counted."""

Record = tuple[int, Mapping[str, Any] | ReadError]
"""A line or row number, 1-based, and the record or error there."""

_SAMPLE = 400


def read_jsonl(source: Source) -> Iterator[Document | Skipped]:
    """Read each line as an article. Raises ReadError where none can be read."""

    notes: list[Skipped] = []

    def records() -> Iterator[Record]:
        with text_stream(source) as stream:
            yield from json_records(stream)
            notes[:] = stream_notes(source, stream)

    yield from record_documents(source, records, "application/jsonl", "line", source.columns)
    yield from notes


def read_csv(source: Source) -> Iterator[Document | Skipped]:
    """Read each row as an article, or all rows as a table. Raises ReadError."""
    with text_stream(source) as stream:
        table = open_rows(stream)
        first = head_row(table.sample)
        names = _names(table.sample[first]) if table.sample else []
        if names and source.columns:
            check_columns(names, source.columns)
        sample = [dict(zip(names, row, strict=False)) for row in table.sample[first + 1 :]]
        text_column = find_text_column(sample, source.columns)
        if text_column is None:
            yield from _table_documents(source, table.rows)
            yield from stream_notes(source, stream)
            return
        titles = [" ".join(filter(None, row)) for row in table.sample[:first] if any(row)]
    columns = {**source.columns, "text": text_column}
    notes: list[Skipped] = []

    def records() -> Iterator[Record]:
        with text_stream(source) as stream:
            table = open_rows(stream)
            yield from _records(table.rows, first, table.separator)
            notes[:] = stream_notes(source, stream)

    yield from record_documents(source, records, "text/csv", "row", columns)
    yield from notes
    if titles:
        yield left_out(source.place, f"lines above the heads: {'; '.join(titles)[:300]}")


def _names(row: Sequence[str]) -> list[str]:
    """Return the names of columns, those without one by their number."""
    names: list[str] = []
    for number, field in enumerate(row, 1):
        name = field.strip() or f"column {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return names


def _records(rows: Iterator[Row], first: int, separator: str) -> Iterator[Record]:
    """Yield the rows below the heads as records; rows count from the heads, which are the first."""
    head = next(islice(rows, first, None), [])
    if isinstance(head, ReadError):
        raise head
    names = _names(head)
    for number, row in enumerate(rows, 2):
        if isinstance(row, ReadError):
            yield number, row
        elif len(row) > len(names) and any(field.strip() for field in row[len(names) :]):
            yield (
                number,
                UnreadableFile(
                    f"has {len(row)} fields and the header {len(names)}: a field that holds "
                    f"{separator!r} must stand in quotes"
                ),
            )
        elif any(field.strip() for field in row):
            yield number, dict(zip(names, row, strict=False))


def record_documents(
    source: Source,
    records: Callable[[], Iterable[Record]],
    media_type: str,
    unit: str,
    columns: Mapping[str, str],
) -> Iterator[Document | Skipped]:
    """Yield the documents of a dump and the records that are skipped.

    Args:
        source: The file.
        records: Begins to read its records; called again where the dates need a look at all.
        media_type: That of the file.
        unit: What a record is called ("line").
        columns: Fields with the columns that hold them.

    Raises:
        EmptyDocument: there are no records.
    """
    day_first = _find_day_first(records, columns)
    count = skipped_count = 0
    last_skipped: Skipped | None = None
    locations: set[str] = set()
    for number, record in records():
        count += 1
        place = f"{source.place}#{_key(record, number, columns)}"
        try:
            if isinstance(record, ReadError):
                raise record
            document = make_record_document(record, place, media_type, columns, day_first)
        except ReadError as error:
            skipped_count += 1
            last_skipped = Skipped(
                f"{source.place}#{number}", f"{unit} {number}: {error}", type(error).__name__
            )
            if skipped_count <= MAX_SKIPPED:
                yield last_skipped
            continue
        yield with_unique_location(document, locations, number)
    if not count:
        raise EmptyDocument("holds no records")
    if last_skipped and skipped_count > MAX_SKIPPED:
        more = skipped_count - MAX_SKIPPED
        yield Skipped(
            last_skipped.location,
            f"{more} more, the last {last_skipped.reason}",
            last_skipped.error,
            more,
        )


def _find_day_first(
    records: Callable[[], Iterable[Record]], columns: Mapping[str, str]
) -> bool | None:
    """Return the order of day and month in the dates of a dump, if they are in numbers."""

    def dates() -> Iterator[object]:
        for _, record in records():
            yield (
                None if isinstance(record, ReadError) else field_value(record, "published", columns)
            )

    if not any(map(is_in_numbers, islice(dates(), _SAMPLE))):
        return None
    return find_day_first(dates())


def with_unique_location(document: Document, locations: set[str], number: int) -> Document:
    """Return ``document`` at a location that is not in ``locations`` yet, and add it there.

    Records of one file with the same URL are several articles; none may replace another.
    """
    place = document.location or ""
    if place in locations:
        url = f"{document.url}#{number}" if document.url else None
        document = replace(document, url=url, path=f"{document.path}#{number}")
    locations.add(document.location or "")
    return document


def _key(record: object, number: int, columns: Mapping[str, str]) -> str:
    """Return the id of a record, which stays when the dump is read again, else its number."""
    identifier = field_value(record, "id", columns) if isinstance(record, Mapping) else None
    return (
        str(identifier)
        if isinstance(identifier, (str, int)) and str(identifier).isprintable()
        else str(number)
    )


# --- a table ---


def _table_documents(source: Source, rows: Iterator[Row]) -> Iterator[Document | Skipped]:
    """Yield a table as one document, or as several where it is long."""
    cells: Iterator[list[str]] = (row for row in rows if not isinstance(row, ReadError))
    first = list(_take(cells, MAX_CELLS))
    sheet = Sheet(
        "",
        {
            number: {column: TableCell(field) for column, field in enumerate(row) if field.strip()}
            for number, row in enumerate(first)
        },
    )
    areas = find_areas(sheet)
    if not areas:
        raise EmptyDocument("holds no records")
    following = next(cells, None)
    if following is None:
        yield table_document(source, areas, "text/csv")
        return
    area = max(areas, key=lambda area: area.cells)
    heads, _ = find_heads(Table(area.rows[:2000]))
    cells = chain([following], cells)
    start = len(first)
    yield table_document(source, areas, "text/csv", f"rows 1-{start}")
    while part := list(_take(cells, MAX_CELLS)):
        below = tuple(tuple(map(TableCell, row)) for row in part if any(row))
        end = start + len(part)
        if below:
            areas = [Area(area.titles, (*area.rows[:heads], *below))]
            yield table_document(source, areas, "text/csv", f"rows {start + 1}-{end}")
        start = end


def _take(rows: Iterator[list[str]], most: int) -> Iterator[list[str]]:
    """Yield rows until they hold so many fields."""
    count = 0
    for row in rows:
        yield row
        count += max(1, len(row))
        if count >= most:
            return


def table_document(
    source: Source, areas: Sequence[Area], media_type: str, part: str = ""
) -> Document:
    """Return a document of tables; its title is the first line above them, else the file's name."""
    writer = BlockWriter()
    for area in areas:
        write_area(writer, area)
    titles = [title for area in areas for title in area.titles]
    title = titles[0] if titles else file_stem(source.place)
    return make_document(
        writer.content(),
        title=f"{title}: {part}" if part else title,
        path=f"{source.place}#{part}" if part else source.place,
        media_type=media_type,
        is_scraped=False,
    )


# --- JSON Lines ---


def json_records(stream: TextIO, keeps_digits: bool = False) -> Iterator[Record]:
    """Yield the object of each line; ``keeps_digits`` makes a number with a point a text."""
    for number, line in _lines(stream):
        if isinstance(line, ReadError):
            yield number, line
        elif line.strip():
            yield number, _json(line, str if keeps_digits else None)


def _json(line: str, number: Callable[[str], Any] | None) -> Mapping[str, Any] | ReadError:
    try:
        record = json.loads(line, parse_float=number, parse_constant=number)
    except (ValueError, RecursionError) as error:
        return UnreadableFile(f"no JSON ({type(error).__name__}: {error})".replace("\n", " "))
    if not isinstance(record, dict):
        return UnreadableFile("no JSON object: a line is {...}")
    return record


def _lines(stream: TextIO) -> Iterator[tuple[int, str | ReadError]]:
    """Yield the lines; a line over the size limit becomes an error."""
    number = 0
    while line := stream.readline(MAX_BYTES):
        number += 1
        if len(line) < MAX_BYTES or line.endswith("\n"):
            yield number, line
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(MAX_BYTES)
        yield number, OverLimit(f"over the limit of {MAX_BYTES / 1e6:.0f} MB")
