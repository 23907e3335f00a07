"""Blocks as rows of numbers in JSON, without their texts: what is stored and sent of them."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields as fields_of
from typing import Any, get_args

from .blocks import Block, BlockKind, CellPlace, PageBox

MAX_BLOCKS = 1_000_000
"""The blocks of one document from a process that is not trusted, and the last column of a table."""

MAX_CHARACTERS = 1 << 27
"""The characters of all its blocks together; those of a cell stand in its row and its table too."""

_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_CELL_FIELDS = tuple(field.name for field in fields_of(CellPlace))
_SIMPLE_FIELDS = ("level", "marker", "language")
_FIELD_NAMES = frozenset((*_SIMPLE_FIELDS, "cell", "place"))
_MAX_NUMBER = 1 << 31
_BRACKETS = 6  # of a block at most: it, its children, its fields, its cell and its heads, its box


def blocks_to_json(blocks: Iterable[Block], errors: str = "strict") -> bytes:
    """Return the rows of trees of blocks.

    Args:
        blocks: The trees.
        errors: What is done with half a surrogate pair, as in `str.encode`.
    """
    with _without_collection():
        rows = [_to_row(block) for block in blocks]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors)


def blocks_from_json(data: bytes, text: str) -> tuple[Block, ...]:
    """Return the blocks of a text from rows that this program wrote."""
    with _without_collection():
        return tuple(_from_row(row, text) for row in json.loads(data))


def validate_blocks(data: bytes, text: str) -> tuple[Block, ...]:
    """Return the blocks of a text from rows that anybody may have written.

    Raises:
        ValueError: They are no blocks of this text, or more than a document may have.
    """
    if data.count(b"[") + data.count(b"{") > _BRACKETS * MAX_BLOCKS:
        raise ValueError(f"over {MAX_BLOCKS:,} blocks")
    try:
        with _without_collection():
            rows = json.loads(data)
            _Validation().check_rows(rows, 0, len(text))
            return tuple(_from_row(row, text) for row in rows)
    except RecursionError:
        raise ValueError("blocks are nested too deeply") from None


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the garbage collector away, which visits the hundreds of thousands of blocks of a sheet
    again and again while they are made, and takes longer than they do. None is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _to_row(block: Block) -> list[Any]:
    """Kind, start and length, the children, then the other fields that are not None by name."""
    fields: dict[str, Any] = {}
    for name in _SIMPLE_FIELDS:
        if (value := getattr(block, name)) is not None:
            fields[name] = value
    if (cell := block.cell) is not None:
        fields["cell"] = [getattr(cell, name) for name in _CELL_FIELDS]
    if (place := block.place) is not None:
        fields["place"] = [place.page, place.box, place.confidence]
    row: list[Any] = [_NUMBERS[block.kind], block.start, block.end - block.start]
    if block.children or fields:
        row.append([_to_row(child) for child in block.children])
    if fields:
        row.append(fields)
    return row


def _from_row(row: Sequence[Any], text: str) -> Block:
    kind, start, length = row[:3]
    end = start + length
    children = tuple([_from_row(child, text) for child in row[3]]) if len(row) > 3 else ()
    if len(row) < 5:
        return Block(_KINDS[kind], start, end, text[start:end], children)
    fields = row[4]
    return Block(
        _KINDS[kind],
        start,
        end,
        text[start:end],
        children,
        fields.get("level"),
        fields.get("marker"),
        fields.get("language"),
        _to_cell(fields["cell"]) if "cell" in fields else None,
        _to_place(fields["place"]) if "place" in fields else None,
    )


def _to_cell(values: Sequence[Any]) -> CellPlace:
    row, column, row_span, column_span, is_head, heads, unit = values
    return CellPlace(row, column, row_span, column_span, is_head, tuple(heads), unit)


def _to_place(values: Sequence[Any]) -> PageBox:
    page, box, confidence = values
    return PageBox(page, tuple(box) if box else None, confidence)


class _Validation:
    """Checks the rows of one document and counts what they will take of memory."""

    def __init__(self) -> None:
        self._blocks = 0
        self._characters = 0

    def check_rows(self, rows: Any, start: int, end: int) -> None:
        """Check that rows are disjoint blocks in order, between two offsets."""
        if type(rows) is not list:
            raise ValueError("no rows")
        self._blocks += len(rows)
        if self._blocks > MAX_BLOCKS:
            raise ValueError("too many blocks")
        for row in rows:
            if type(row) is not list or not 3 <= len(row) <= 5:
                raise ValueError("no row")
            kind, first, length = row[:3]
            if not type(kind) is type(first) is type(length) is int or not 0 <= kind < len(_KINDS):
                raise ValueError("no kind, or no offsets")
            last = first + length
            if not start <= first <= last <= end:
                raise ValueError("a block out of its place")
            self._characters += length
            if self._characters > MAX_CHARACTERS:
                raise ValueError("too many characters in blocks")
            if len(row) > 3 and row[3] != []:
                self.check_rows(row[3], first, last)
            if len(row) > 4:
                _check_fields(row[4])
            start = last


def _check_fields(fields: Any) -> None:
    if type(fields) is not dict or not fields.keys() <= _FIELD_NAMES:
        raise ValueError("no fields")
    for name, value in fields.items():
        if name == "cell":
            _check_cell(value)
        elif name == "place":
            _check_place(value)
        elif name == "level":
            if type(value) is not int or not 1 <= value < _MAX_NUMBER:
                raise ValueError("no level")
        elif type(value) is not str:
            raise ValueError(f"no {name}")


def _check_cell(values: Any) -> None:
    if type(values) is not list or len(values) != len(_CELL_FIELDS):
        raise ValueError("no cell")
    row, column, row_span, column_span, is_head, heads, unit = values
    if not (
        type(row) is type(column) is type(row_span) is type(column_span) is int
        and 0 <= row < _MAX_NUMBER
        and 0 <= column <= column + column_span <= MAX_BLOCKS  # a page has a cell for each column
        and 1 <= row_span < _MAX_NUMBER
        and column_span >= 1
    ):
        raise ValueError("no place of a cell")
    if type(is_head) is not bool or not (unit is None or type(unit) is str):
        raise ValueError("no cell")
    if type(heads) is not list or not set(map(type, heads)) <= {str}:
        raise ValueError("no heads")


def _check_place(values: Any) -> None:
    if type(values) is not list or len(values) != 3:
        raise ValueError("no place")
    page, box, confidence = values
    if type(page) is not int or not 1 <= page < _MAX_NUMBER:
        raise ValueError("no page")
    if box is not None and (type(box) is not list or len(box) != 4):
        raise ValueError("no box")
    numbers = [*(box or ()), *([] if confidence is None else [confidence])]
    if not all(type(n) in (int, float) and -_MAX_NUMBER < n < _MAX_NUMBER for n in numbers):
        raise ValueError("no numbers of a box")
