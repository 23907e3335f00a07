"""Text without markup: its paragraphs, the lists whose items begin with a number or bullet, and
tables whose cells are parted by bars, tabs or spaces."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from .content import Content
from .figures import is_value
from .tables import Table, TableCell, write_table
from .writing import BlockWriter

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ROW = re.compile(r"[ \t]*[|+│┃].*[|+│┃][ \t]*")
_RULE = re.compile(r"[\s|+:=─━═┼├┤┌┐└┘┬┴╪╞╡-]+")
_BARS = re.compile(r"[|│┃]")
_PARTED = re.compile(r"\t| {2}")
_FEWEST_ROWS, _LONGEST_ROW = 3, 400
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
    if table := _barred_table(lines) or _spaced_table(lines):
        write_table(writer, table)
        return
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


def _barred_table(lines: list[str]) -> Table | None:
    """Return the table of rows of as many cells between bars, with a rule between some."""
    texts = [line.strip() for line in lines if line.strip()]
    rows = [line for line in texts if not _RULE.fullmatch(line)]
    if len(rows) < 2 or len(rows) == len(texts) or not all(map(_ROW.fullmatch, rows)):
        return None
    cells = [[TableCell(text.strip()) for text in _BARS.split(row)[1:-1]] for row in rows]
    if len(set(map(len, cells))) > 1:
        return None
    first = next(number for number, line in enumerate(texts) if line == rows[0])
    has_head = first + 1 < len(texts) and bool(_RULE.fullmatch(texts[first + 1]))
    return Table(cells, head_rows=1 if has_head else None)


def _spaced_table(lines: list[str]) -> Table | None:
    """Return the table of lines whose words stand under each other, with numbers among them: parted
    by as many tabs, or by spaces that no line crosses."""
    rows = [line.rstrip() for line in lines if line.strip() and not _RULE.fullmatch(line)]
    if len(rows) < _FEWEST_ROWS or not all(map(_PARTED.search, rows)):
        return None
    if max(map(len, rows)) > _LONGEST_ROW:
        return None
    tabs = {line.count("\t") for line in lines if line.strip()}
    if len(tabs) == 1 and tabs != {0}:
        cells = [line.split("\t") for line in lines if line.strip()]
    else:
        rows = [row.expandtabs(8) for row in rows]
        places = range(max(map(len, rows)))
        is_used = [any(row[at : at + 1].strip() for row in rows) for at in places]
        free = "".join("x" if used else " " for used in is_used)
        bounds = [0, *(match.end() for match in re.finditer(r"(?<=x) {2,}", free)), len(free)]
        cells = [[row[low:high] for low, high in pairwise(bounds)] for row in rows]
    texts = [[text.strip() for text in row] for row in cells]
    figures = [text for row in texts for text in row[1:] if text]
    is_full = all(sum(map(bool, row)) > 1 for row in texts)
    if not is_full or sum(map(is_value, figures)) * 2 < len(figures):
        return None
    return Table([[TableCell(text) for text in row] for row in texts])


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
