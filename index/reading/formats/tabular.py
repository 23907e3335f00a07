"""Dumps of articles: JSON Lines and CSV, read record by record."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, OverLimit, ReadError, UnreadableFile
from sourcebook.index.reading.decoding import text_stream
from sourcebook.index.reading.source import MAX_BYTES, Source
from sourcebook.index.reports import Skipped

from .columns import COLUMNS, document_of, find, missing

MAX_SKIPPED = 20
"""Records of one dump that are skipped one by one; of the others their number is said."""

Record = tuple[int, Mapping[str, Any] | ReadError]
"""Its line or row, 1-based, and what stands there."""


def read_jsonl(source: Source) -> Iterator[Document | Skipped]:
    """Each line an article. Raises ReadError where none can be read."""
    with text_stream(source) as stream:
        yield from _documents(source, _json_lines(stream), "application/jsonl", "line")


def read_csv(source: Source) -> Iterator[Document | Skipped]:
    """Each row an article; the first names the columns. Raises ReadError as `read_jsonl`."""
    with text_stream(source) as stream:
        yield from _documents(source, _rows(stream, source.columns), "text/csv", "row")


def _documents(
    source: Source, records: Iterable[Record], media_type: str, unit: str
) -> Iterator[Document | Skipped]:
    count = left_out = 0
    last: Skipped | None = None
    seen: set[str] = set()
    for number, record in records:
        count += 1
        place = f"{source.place}#{_key(record, number, source.columns)}"
        try:
            if isinstance(record, ReadError):
                raise record
            document = document_of(record, place, media_type, source.columns)
        except ReadError as error:
            left_out += 1
            last = Skipped(f"{source.place}#{number}", f"{unit} {number}: {error}", _name(error))
            if left_out <= MAX_SKIPPED:
                yield last
            continue
        yield apart(document, seen, number)
    if not count:
        raise EmptyDocument("holds no records")
    if last and left_out > MAX_SKIPPED:
        more = left_out - MAX_SKIPPED
        yield Skipped(last.location, f"{more} more, the last {last.reason}", last.error)


def apart(document: Document, seen: set[str], number: int) -> Document:
    """``document`` at a place of its own: records of one file that name the same URL are several
    articles, and none may replace another."""
    from dataclasses import replace

    place = document.location or ""
    if place in seen:
        part = f"{document.url}#{number}" if document.url else None
        document = replace(document, url=part, path=f"{document.path}#{number}")
    seen.add(document.location or "")
    return document


def _key(record: object, number: int, named: Mapping[str, str]) -> str:
    """What a record is known by when the dump is read again: its id where it has one."""
    found = find(record, "id", named) if isinstance(record, Mapping) else None
    return str(found) if isinstance(found, (str, int)) and str(found).isprintable() else str(number)


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
    """Lines, none of them longer than an article may be."""
    number = 0
    while line := stream.readline(MAX_BYTES):
        number += 1
        if len(line) < MAX_BYTES or line.endswith("\n"):
            yield number, line
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(MAX_BYTES)
        yield number, OverLimit(f"over the limit of {MAX_BYTES / 1e6:.0f} MB")


def _rows(stream: TextIO, named: Mapping[str, str]) -> Iterator[Record]:
    csv.field_size_limit(MAX_BYTES)
    first = stream.readline(MAX_BYTES)
    dialect = _delimiter(first)

    def lines() -> Iterator[str]:
        yield first
        yield from stream

    rows = csv.reader(lines(), delimiter=dialect, strict=False)
    header = _next(rows)
    if header is None:
        return
    if isinstance(header, ReadError):
        raise header
    names = [name.strip().lstrip("\ufeff") for name in header]
    if problem := missing(dict.fromkeys(names), named):
        raise UnreadableFile(problem)
    number = 1
    while (row := _next(rows)) is not None:
        number += 1
        if isinstance(row, ReadError):
            yield number, row
        elif len(row) > len(names):
            yield (
                number,
                UnreadableFile(
                    f"has {len(row)} fields and the header {len(names)}: a field that holds "
                    f"{dialect!r} must stand in quotes"
                ),
            )
        elif any(field.strip() for field in row):
            yield number, dict(zip(names, row, strict=False))


def _next(rows: Iterator[list[str]]) -> list[str] | ReadError | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        return UnreadableFile(f"no CSV ({error})")


def _delimiter(header: str) -> str:
    """The one that divides the header into most columns that we know."""
    known = {name for names in COLUMNS.values() for name in names}
    parts: Callable[[str], list[str]] = lambda d: next(iter(csv.reader([header], delimiter=d)), [])  # noqa: E731

    def score(delimiter: str) -> tuple[int, int]:
        names = [name.strip().lower().replace(" ", "_") for name in parts(delimiter)]
        return sum(name in known for name in names), len(names)

    return max((",", ";", "\t", "|"), key=score)


def _name(error: ReadError) -> str:
    return type(error).__name__
