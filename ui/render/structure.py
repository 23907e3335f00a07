"""The structure of an article outside the page: as JSON, as plain text, and a quote in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sourcebook.index.documents.pages import page_at
from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block, find_blocks
from sourcebook.rag.answer import Citation, OtherSource

from .escaping import clean, escape_markdown

__all__ = ["blocks_to_list", "is_code", "quote_markdown", "structured_text"]


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


def quote_markdown(source: Citation | OtherSource) -> str:
    """Return the Markdown of a quote from code or from a table, under its heads; empty for prose.

    Every line is inert: code is fenced, cells are escaped.
    """
    blocks = source.document.blocks
    if is_code(source):
        code = _around(blocks, source.start, source.end, "code")
        return _fenced(clean(source.quote), code.language if code else None)
    table = _around(blocks, source.start, source.end, "table")
    if table is None:
        return ""
    rows = [c for c in table.children if c.kind == "row" and c.end > source.start]
    quoted = [row for row in rows if row.start < source.end]
    heads = [row for row in table.children if row.kind == "row" and _is_head(row)]
    body = [row for row in quoted if row not in heads]
    if not quoted:
        return ""
    return _table([*heads, *body], len(heads))


def _around(blocks: Sequence[Block], start: int, end: int, kind: str) -> Block | None:
    """Return the innermost block of a kind that holds a run of the text."""
    found: Block | None = None
    while True:
        block = next((b for b in blocks if b.start <= start and end <= b.end), None)
        if block is None:
            return found
        found = block if block.kind == kind else found
        blocks = block.children


def _is_head(row: Block) -> bool:
    cells = [cell.cell for cell in row.children if cell.cell and cell.text]
    return bool(cells) and all(cell.is_head for cell in cells) and len(cells) > 1


def _table(rows: Sequence[Block], heads: int) -> str:
    lines = [_cells(row) for row in rows]
    width = max(map(len, lines))
    lines = [line + [""] * (width - len(line)) for line in lines]
    if heads == 0:
        lines.insert(0, [""] * width)
    lines.insert(max(1, heads), ["---"] * width)
    if heads > 1:  # Markdown has one row of heads: the lowest
        lines = lines[heads - 1 :]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Block) -> list[str]:
    texts: list[str] = []
    for cell in find_blocks([row], "cell"):
        if cell.cell:
            texts += [""] * (cell.cell.column - len(texts))
        texts.append(escape_markdown(cell.text))
    return texts


def _fenced(code: str, language: str | None) -> str:
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    name = language if language and language.isalnum() else ""
    return f"{fence}{name}\n{code}\n{fence}"
