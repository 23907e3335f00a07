"""Blocks as compressed bytes, and those of the texts last read in memory."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable

from .block_rows import blocks_from_json, blocks_to_json
from .blocks import Block

CACHE_BYTES = 1 << 20
"""Bytes of stored blocks whose trees stay in memory; the trees take about 60 times as much."""

_last: OrderedDict[tuple[bytes, str], tuple[Block, ...]] = OrderedDict()
_lock = threading.Lock()


def blocks_to_bytes(blocks: Iterable[Block]) -> bytes:
    """Return the bytes of trees of blocks; their texts are not in them."""
    return zlib.compress(blocks_to_json(blocks), 6)


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
    blocks = blocks_from_json(zlib.decompress(data), text)
    with _lock:
        _last[data, text] = blocks
        while len(_last) > 1 and sum(len(data) for data, _ in _last) > CACHE_BYTES:
            _last.popitem(last=False)
    return blocks
