"""Dumps of articles: JSON Lines and CSV, read record by record."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, OverLimit, ReadError, UnreadableFile
from sourcebook.index.reading.decoding import stream_notes, text_stream
from sourcebook.index.reading.source import MAX_BYTES, Source
from sourcebook.index.reports import Skipped

from .columns import COLUMNS, column_problem, field_value, make_record_document

MAX_SKIPPED = 20
"""Skipped records of one dump that are reported one by one; the others are only counted."""

Record = tuple[int, Mapping[str, Any] | ReadError]
"""A line or row number, 1-based, and the record or error there."""


def read_jsonl(source: Source) -> Iterator[Document | Skipped]:
    """Read each line as an article. Raises ReadError where none can be read."""
    with text_stream(source) as stream:
        yield from _documents(source, _json_lines(stream), "application/jsonl", "line")
        yield from stream_notes(source, stream)


def read_csv(source: Source) -> Iterator[Document | Skipped]:
    """Read each row as an article; the first row holds the column names. Raises ReadError."""
    with text_stream(source) as stream:
        yield from _documents(source, _rows(stream, source.columns), "text/csv", "row")
        yield from stream_notes(source, stream)


def _documents(
    source: Source, records: Iterable[Record], media_type: str, unit: str
) -> Iterator[Document | Skipped]:
    count = skipped_count = 0
    last_skipped: Skipped | None = None
    locations: set[str] = set()
    for number, record in records:
        count += 1
        place = f"{source.place}#{_key(record, number, source.columns)}"
        try:
            if isinstance(record, ReadError):
                raise record
            document = make_record_document(record, place, media_type, source.columns)
        except ReadError as error:
            skipped_count += 1
            last_skipped = Skipped(
                f"{source.place}#{number}", f"{unit} {number}: {error}", _error_name(error)
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
        )


def with_unique_location(document: Document, locations: set[str], number: int) -> Document:
    """Return ``document`` at a location that is not in ``locations`` yet, and add it there.

    Records of one file with the same URL are several articles; none may replace another.
    """
    from dataclasses import replace

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


def _json_lines(stream: TextIO) -> Iterator[Record]:
    for number, line in _lines(stream):
        if isinstance(line, ReadError):
            yield number, line
        elif line.strip():
            yield number, _json(line)


def _json(line: str) -> Mapping[str, Any] | ReadError:
    try:
        record = json.loads(line)
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


def _rows(stream: TextIO, columns: Mapping[str, str]) -> Iterator[Record]:
    csv.field_size_limit(MAX_BYTES)
    first = stream.readline(MAX_BYTES)
    delimiter = _delimiter(first)

    def lines() -> Iterator[str]:
        yield first
        yield from stream

    rows = csv.reader(lines(), delimiter=delimiter, strict=False)
    header = _next_row(rows)
    if header is None:
        return
    if isinstance(header, ReadError):
        raise header
    names = [name.strip().lstrip("\ufeff") for name in header]
    if problem := column_problem(dict.fromkeys(names), columns):
        raise UnreadableFile(problem)
    number = 1
    while (row := _next_row(rows)) is not None:
        number += 1
        if isinstance(row, ReadError):
            yield number, row
        elif len(row) > len(names):
            yield (
                number,
                UnreadableFile(
                    f"has {len(row)} fields and the header {len(names)}: a field that holds "
                    f"{delimiter!r} must stand in quotes"
                ),
            )
        elif any(field.strip() for field in row):
            yield number, dict(zip(names, row, strict=False))


def _next_row(rows: Iterator[list[str]]) -> list[str] | ReadError | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        return UnreadableFile(f"no CSV ({error})")


def _delimiter(header: str) -> str:
    """Return the delimiter that divides the header into the most known columns."""
    known_names = {name for names in COLUMNS.values() for name in names}
    split: Callable[[str], list[str]] = lambda d: next(iter(csv.reader([header], delimiter=d)), [])  # noqa: E731

    def score(delimiter: str) -> tuple[int, int]:
        names = [name.strip().lower().replace(" ", "_") for name in split(delimiter)]
        return sum(name in known_names for name in names), len(names)

    return max((",", ";", "\t", "|"), key=score)


def _error_name(error: ReadError) -> str:
    return type(error).__name__
