"""The rows of a CSV file: which sign separates its fields, and where its heads are."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TextIO

from sourcebook.index.errors import OverLimit, UnreadableFile
from sourcebook.index.reading.source import MAX_BYTES

from .columns import COLUMNS

_SEPARATORS = (",", ";", "\t", "|", "^", "~", "¦", "§", ":")
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(?P<sign>.)"?\s*', re.IGNORECASE)
_SAMPLE_LINES = 400
_SAMPLE_CHARACTERS = 1 << 20
_MOST_TITLES = 12
_KNOWN_NAMES = frozenset(name for names in COLUMNS.values() for name in names)

Row = list[str] | UnreadableFile


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The rows of a file as they come.

    ``sample`` are the first of them, which ``rows`` yields too; ``separator`` is the sign between
    fields.
    """

    separator: str
    sample: Sequence[list[str]]
    rows: Iterator[Row]


def open_rows(stream: TextIO) -> CsvRows:
    """Return the rows of a stream of text; a line "sep=;" at its top is obeyed and left out.

    Raises:
        OverLimit: one of the first lines is too long; it would be read as two.
    """
    csv.field_size_limit(MAX_BYTES)
    sample: list[str] = []
    length = 0
    while len(sample) < _SAMPLE_LINES and length < _SAMPLE_CHARACTERS:
        line = stream.readline(MAX_BYTES)
        if not line:
            break
        if len(line) >= MAX_BYTES and not line.endswith("\n"):
            raise OverLimit(f"a line is over the limit of {MAX_BYTES / 1e6:.0f} MB")
        sample.append(line)
        length += len(line)
    separator = None
    if sample and (match := _SEPARATOR_LINE.fullmatch(sample[0].lstrip("\ufeff").rstrip("\r\n"))):
        separator = match["sign"]
        del sample[0]
    if sample:
        sample[0] = sample[0].lstrip("\ufeff")
    separator = separator or find_separator([line[:_SAMPLE_CHARACTERS] for line in sample])
    rows = _rows(chain(sample, stream), separator)
    first = [row for row in islice(_rows(sample, separator), len(sample)) if isinstance(row, list)]
    if len(first) > 1 and len(sample) == _SAMPLE_LINES:
        first.pop()  # it may be cut
    return CsvRows(separator, first, rows)


def _rows(lines: Iterable[str], separator: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=separator, strict=False)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield UnreadableFile(f"no CSV ({error})")
            continue
        if row is None:
            return
        yield row


def find_separator(lines: Sequence[str]) -> str:
    """Return the sign that divides most lines into the same number of fields, names of well-known
    columns among them."""

    def score(separator: str) -> tuple[int, bool, int, int]:
        rows = [row for row in _rows(lines, separator) if isinstance(row, list) and any(row)]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            return (0, False, 0, 0)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        if 2 * count < len(rows):
            return (0, False, 0, 0)
        head = next((row for row in rows if len(row) > 1), [])
        known_count = sum(name.strip().lower().replace(" ", "_") in _KNOWN_NAMES for name in head)
        return known_count, _is_well_quoted(lines, separator), round(20 * count / len(rows)), width

    best = max(_SEPARATORS, key=score)
    return best if score(best)[-1] else ","


def _is_well_quoted(lines: Iterable[str], separator: str) -> bool:
    """Whether nothing but a separator stands behind a field in quotes."""
    try:
        for _ in csv.reader(lines, delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)  # the sample may be cut
    return True


def head_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of the first row that is as wide as most: lines of text stand above it."""
    widths = [sum(bool(field.strip()) for field in row) for row in rows]
    usual = Counter(width for width in widths if width).most_common(1)
    if not usual or usual[0][0] < 2:
        return next((at for at, width in enumerate(widths) if width), 0)
    least = max(2, (usual[0][0] + 1) // 2)
    first = next((at for at, width in enumerate(widths) if width >= least), 0)
    return first if first <= _MOST_TITLES else 0
