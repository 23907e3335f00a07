"""Text without markup: its paragraphs, and the lists whose items begin with a number or bullet."""

from __future__ import annotations

import re
from itertools import groupby

from .content import Content
from .writing import BlockWriter

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ITEM = re.compile(r"[ \t]*(?P<marker>[•▪◦‣●■·*–—-]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+(?=\S)")


def plain_text(text: str) -> Content:
    """Return the content of a text without markup.

    A blank line ends a paragraph. Two or more lines that begin with a number or a bullet are a
    list; a line that follows and does not is part of the item before it.
    """
    writer = BlockWriter()
    for paragraph in _BLANK_LINE.split(_LINE_END.sub("\n", text)):
        write_paragraph(writer, paragraph)
    return writer.content()


def write_paragraph(writer: BlockWriter, text: str) -> None:
    """Write a paragraph of plain text: its lines, or the lists in it."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if _ITEM.match(line)), len(lines))
    if sum(bool(_ITEM.match(line)) for line in lines) < 2:
        first = len(lines)
    lead = "\n".join(lines[:first])
    if lead.strip():
        with writer.block("paragraph"):
            writer.write(lead)
    if first < len(lines):
        with writer.block("list"):
            _write_items(writer, lines[first:])


def _write_items(writer: BlockWriter, lines: list[str]) -> None:
    number = 0

    def item_number(line: str) -> int:
        nonlocal number
        number += bool(_ITEM.match(line))
        return number

    for _, run in groupby(lines, item_number):
        item = "\n".join(run)
        match = _ITEM.match(item)
        if match:
            with writer.block("item", marker=match["marker"]):
                writer.write(item[match.end() :])
