"""What a reader sees above a place: headings, the caption or the lead of its table, the lead of its
list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from .blocks import Block

MAX_LEAD = 200
"""The most characters of a sentence that leads to a list or a table."""

_COLONS = (":", "：")


def context_at(blocks: Sequence[Block], offset: int) -> tuple[str, ...]:
    """Return what stands above the character at ``offset``, each on one line, the topmost first:
    headings, the caption of a table or figure, the sentence with a colon that leads to it or to a
    list, the item that a nested list belongs to.

    Args:
        blocks: those of the document.
        offset: a place in its text.
    """
    parts: list[str] = []
    while blocks:
        index = bisect_right(blocks, offset, key=lambda block: block.start) - 1
        parts += _headings_before(blocks, index)
        if index < 0 or blocks[index].end <= offset:
            break
        block = blocks[index]
        parts += _lead_to(block, blocks[index - 1] if index else None, offset)
        blocks = block.children
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def _last_sentence(text: str) -> str:
    line = text.rpartition("\n")[2]
    return line[-MAX_LEAD:].rpartition(". ")[2]


def _headings_before(blocks: Sequence[Block], index: int) -> list[str]:
    headings: list[str] = []
    level = 100
    for block in reversed(blocks[: max(index, 0)]):
        if level <= 1:
            break
        if block.kind == "heading" and (block.level or 1) < level:
            level = block.level or 1
            headings.insert(0, block.text)
    return headings


def _lead_to(block: Block, before: Block | None, offset: int) -> list[str]:
    """Return the texts that tell what a block is about."""
    leads = before is not None and before.kind != "heading" and before.text.endswith(_COLONS)
    if block.kind in ("table", "figure"):
        inner = [child.text for child in block.children if child.kind == "caption"]
        if before and before.kind == "caption":
            inner.insert(0, before.text)
        elif before and block.kind == "table" and leads:
            inner.insert(0, _last_sentence(before.text))
        return inner
    if block.kind == "list" and before and leads:
        return [_last_sentence(before.text)]
    if block.kind == "item":
        nested = next(
            (child for child in block.children if child.kind in ("list", "table", "code")), None
        )
        if nested and nested.start <= offset:
            return [block.text[: nested.start - block.start].strip()[:MAX_LEAD]]
    return []
