"""Blocks as bytes, compact: a row of numbers each, in JSON, compressed."""

from __future__ import annotations

import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from dataclasses import fields as fields_of
from typing import Any, get_args

from .blocks import Block, BlockKind, CellPlace, PageBox

_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_CELL_FIELDS = tuple(field.name for field in fields_of(CellPlace))
CACHE_BYTES = 1 << 20
"""Bytes of stored blocks whose trees stay in memory; the trees take about 60 times as much."""

_last: OrderedDict[tuple[bytes, str], tuple[Block, ...]] = OrderedDict()
_lock = threading.Lock()

_FIELDS = ("level", "marker", "language", "cell", "place")


def blocks_to_bytes(blocks: Iterable[Block]) -> bytes:
    """Return the bytes of trees of blocks; their texts are not in them."""
    rows = [_to_row(block) for block in blocks]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def blocks_from_bytes(data: bytes | None, text: str) -> tuple[Block, ...]:
    """Return the blocks of a text from their bytes; none where there are no bytes.

    Those of the last texts are kept: a question reads one document several times, and those of a
    long report take a second to make.
    """
    if not data:
        return ()
    with _lock:
        blocks = _last.get((data, text))
        if blocks is not None:
            _last.move_to_end((data, text))
            return blocks
    blocks = tuple(_from_row(row, text) for row in json.loads(zlib.decompress(data)))
    with _lock:
        _last[data, text] = blocks
        while len(_last) > 1 and sum(len(data) for data, _ in _last) > CACHE_BYTES:
            _last.popitem(last=False)
    return blocks


def _to_row(block: Block) -> list[Any]:
    """Kind, start and length, the children, then the other fields that are not None by name."""
    fields = {
        name: list(astuple(value)) if name in ("cell", "place") else value
        for name in _FIELDS
        if (value := getattr(block, name)) is not None
    }
    row: list[Any] = [_NUMBERS[block.kind], block.start, block.end - block.start]
    if block.children or fields:
        row.append([_to_row(child) for child in block.children])
    if fields:
        row.append(fields)
    return row


def _from_row(row: Sequence[Any], text: str) -> Block:
    kind, start, length = row[:3]
    children = row[3] if len(row) > 3 else ()
    fields = row[4] if len(row) > 4 else {}
    if "cell" in fields:
        cell = dict(zip(_CELL_FIELDS, fields["cell"], strict=True))
        fields = {**fields, "cell": CellPlace(**{**cell, "heads": tuple(cell["heads"])})}
    if "place" in fields:
        page, box, confidence = fields["place"]
        fields = {**fields, "place": PageBox(page, tuple(box) if box else None, confidence)}
    end = start + length
    return Block(
        _KINDS[kind],
        start,
        end,
        text[start:end],
        tuple(_from_row(child, text) for child in children),
        **fields,
    )
