"""The structure of an article outside the page: as JSON, as plain text, and a quote in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sourcebook.index.documents.pages import page_at
from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block, find_blocks
from sourcebook.rag.answer import Citation, OtherSource

from .escaping import clean, escape_markdown, one_line

__all__ = [
    "QuotedTable",
    "blocks_to_list",
    "fenced",
    "is_code",
    "markdown_table",
    "quote_markdown",
    "quoted_table",
    "row_cells",
    "structured_text",
]


def blocks_to_list(document: Document) -> list[dict[str, Any]]:
    """Return the JSON form of an article's blocks, as a tree; fields without a value are left out.

    The text of a block is ``text[start:end]`` of the article.
    """
    return [_to_dict(document, block) for block in document.blocks]


def _to_dict(document: Document, block: Block) -> dict[str, Any]:
    page = block.place.page if block.place else page_at(document, block.start)
    fields: dict[str, Any] = {
        "kind": block.kind,
        "start": block.start,
        "end": block.end,
        "level": block.level,
        "marker": block.marker,
        "language": block.language,
        "cell": asdict(block.cell) if block.cell else None,
        "page": page,
        "box": list(block.place.box) if block.place and block.place.box else None,
        "confidence": block.place.confidence if block.place else None,
        "children": [_to_dict(document, child) for child in block.children] or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


# --- as plain text ---


def structured_text(document: Document) -> str:
    """Return an article's text with what its blocks say that plain text can say: markers of items
    and footnotes, further lines of an item and code indented."""
    if not document.blocks:
        return clean(document.text)
    text, position = document.text, 0
    parts: list[str] = []
    for start, end, mark, indent in _markers(document.blocks, ""):
        parts += [text[position:start], mark, text[start:end].replace("\n", f"\n{indent}")]
        position = end
    return clean("".join([*parts, text[position:]]))


def _markers(blocks: Iterable[Block], indent: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield runs of the text with what stands before each, and before its further lines."""
    for block in blocks:
        if block.kind == "code":
            yield block.start, block.end, f"{indent}    ", f"{indent}    "
        elif block.kind in ("item", "footnote"):
            sign = block.marker or "•"
            mark = f"{indent}[{sign}] " if block.kind == "footnote" else f"{indent}{sign} "
            inner = [c for c in block.children if c.kind not in ("mark", "formula", "cell")]
            length = inner[0].start - block.start if inner else len(block.text)
            own = " " * len(mark)
            yield block.start, block.start + len(block.text[:length].rstrip()), mark, own
            yield from _markers(inner, own)
        elif block.kind in ("list", "quote", "figure"):
            yield from _markers(block.children, indent)


# --- a quote in Markdown ---


def is_code(source: Citation | OtherSource) -> bool:
    """Return whether a quote stands in code."""
    return _around(source.document.blocks, source.start, source.end, "code") is not None


@dataclass(frozen=True, slots=True)
class QuotedTable:
    """The rows of a table that a quote stands in, and those with the heads above them."""

    caption: str
    heads: tuple[Block, ...]
    rows: tuple[Block, ...]


def quoted_table(source: Citation | OtherSource) -> QuotedTable | None:
    """Return the rows that a quote stands in, under their heads; None where it is in no table."""
    table = _around(source.document.blocks, source.start, source.end, "table")
    if table is None:
        return None
    rows = [c for c in table.children if c.kind == "row"]
    quote_rows = [row for row in rows if row.end > source.start and row.start < source.end]
    if not quote_rows:
        return None
    heads = [row for row in rows if _is_head(row)]
    caption = next((c.text for c in table.children if c.kind == "caption"), "")
    body = [row for row in quote_rows if row not in heads]
    return QuotedTable(one_line(caption), tuple(heads), tuple(body))


def row_cells(row: Block) -> list[Block | None]:
    """Return the cells of a row, one for each column; None where there is none of its own."""
    cells: list[Block | None] = []
    for cell in find_blocks([row], "cell"):
        if cell.cell:
            cells += [None] * (cell.cell.column - len(cells))
        cells.append(cell)
    return cells


def quote_markdown(source: Citation | OtherSource) -> str:
    """Return the Markdown of a quote from code or from a table, under its heads; empty for prose.

    Every line is inert: code is fenced, cells are escaped.
    """
    if is_code(source):
        code = _around(source.document.blocks, source.start, source.end, "code")
        return fenced(source.quote, code.language if code else None)
    table = quoted_table(source)
    if table is None:
        return ""
    lines = [
        [escape_markdown(cell.text) if cell else "" for cell in row_cells(row)]
        for row in (*table.heads, *table.rows)
    ]
    return markdown_table(lines, len(table.heads))


def _around(blocks: Sequence[Block], start: int, end: int, kind: str) -> Block | None:
    """Return the innermost block of a kind that holds a run of the text."""
    nearest: Block | None = None
    while True:
        block = next((b for b in blocks if b.start <= start and end <= b.end), None)
        if block is None:
            return nearest
        nearest = block if block.kind == kind else nearest
        blocks = block.children


def _is_head(row: Block) -> bool:
    cells = [cell.cell for cell in row.children if cell.cell and cell.text]
    return bool(cells) and all(cell.is_head for cell in cells) and len(cells) > 1


def markdown_table(rows: Sequence[Sequence[str]], heads: int) -> str:
    """Return a table in Markdown.

    Args:
        rows: their cells, as Markdown of one line each.
        heads: how many rows at the top are heads; Markdown has the lowest alone.
    """
    width = max(map(len, rows))
    lines = [[*line, *[""] * (width - len(line))] for line in rows]
    if heads == 0:
        lines.insert(0, [""] * width)
    lines.insert(max(1, heads), ["---"] * width)
    if heads > 1:
        lines = lines[heads - 1 :]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fenced(code: str, language: str | None) -> str:
    """Return code in Markdown, between fences that are longer than any in it."""
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    name = language if language and language.isalnum() else ""
    return f"{fence}{name}\n{clean(code)}\n{fence}"
