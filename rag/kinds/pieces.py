"""The pieces of an extract that an answer quotes: steps, items, code, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.structure.blocks import Block
from sourcebook.index.structure.context import context_at
from sourcebook.rag.answer import Form
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.retrieval.sections import Extract, passage_id_at
from sourcebook.rag.verification import Part, quote

_NOTHING_YET = np.zeros(0, np.float32)
_INNER = ("list", "code", "table")
_NUMBERED = re.compile(r"\(?(\d{1,3}|[a-z])[.)]?", re.IGNORECASE)
_TABLE_NAME = re.compile(r"\b(?:table|tab\.|tabelle|tableau|tabla)\s*(\d+)\b", re.IGNORECASE)
_BETWEEN_ITEMS = " \t\n,;"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an article and what it is; ``marker`` is the number of a step."""

    evidence: Evidence
    form: Form = "sentence"
    marker: str | None = None
    language: str | None = None

    def part(self) -> Part:
        """Return it as a part of an answer, word for word."""
        return quote(self.evidence, form=self.form, marker=self.marker, language=self.language)


def lead_piece(extract: Extract, passages: Sequence[Passage]) -> Piece | None:
    """Return the sentence that leads to an extract.

    Args:
        extract: with or without a lead.
        passages: those of its article.
    """
    if not extract.lead:
        return None
    return Piece(_evidence(extract.document, *extract.lead, None, passages))


def extract_pieces(extract: Extract, passages: Sequence[Passage]) -> list[Piece]:
    """Return the pieces of an extract in order, without its lead.

    Args:
        extract: a table is cut into its rows.
        passages: those of its article.
    """
    return list(_pieces(extract.document, extract.block, passages))


def row_evidence(document: Document, row: Block, passages: Sequence[Passage]) -> Evidence:
    """Return a row of a table as evidence."""
    return _evidence(document, row.start, row.end, row, passages)


def _pieces(document: Document, block: Block, passages: Sequence[Passage]) -> Iterator[Piece]:
    match block.kind:
        case "list":
            for item in block.children:
                yield from _item_pieces(document, item, passages)
        case "code":
            source = _evidence(document, block.start, block.end, block, passages)
            yield Piece(source, "code", language=block.language)
        case "table":
            for row in block.children:
                if row.kind == "row" and row.text.strip():
                    yield Piece(_evidence(document, row.start, row.end, row, passages), "item")
        case _:
            for start, end in _sentences(document, block.start, block.end):
                yield Piece(_evidence(document, start, end, block, passages))


def _item_pieces(document: Document, item: Block, passages: Sequence[Passage]) -> Iterator[Piece]:
    """Yield the item up to the list, code or table inside it, then these, then what follows."""
    is_step = bool(item.marker and _NUMBERED.fullmatch(item.marker))
    form: Form = "step" if is_step else "item"
    position = item.start
    is_first = True
    for inner in [child for child in item.children if child.kind in _INNER]:
        if document.text[position : inner.start].strip():
            source = _evidence(document, position, inner.start, item, passages)
            yield Piece(source, form if is_first else "sentence", item.marker if is_step else None)
        yield from _pieces(document, inner, passages)
        position, is_first = inner.end, False
    if document.text[position : item.end].strip(_BETWEEN_ITEMS):
        source = _evidence(document, position, item.end, item, passages)
        yield Piece(source, form if is_first else "sentence", item.marker if is_step else None)


def _sentences(document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    language = (document.language or "en").partition("-")[0].lower()
    for first, last in sentence_spans(document.text[start:end], language):
        yield start + first, start + last


def _evidence(
    document: Document, start: int, end: int, block: Block | None, passages: Sequence[Passage]
) -> Evidence:
    """Return a run as evidence, without the white space and the commas around it."""
    text = document.text
    is_code = block is not None and block.kind == "code"
    while start < end and (text[start] == "\n" if is_code else text[start].isspace()):
        start += 1
    while end > start and text[end - 1] in ("\n \t" if is_code else _BETWEEN_ITEMS):
        end -= 1
    title = document.title.casefold()
    above = context_at(document.blocks, start) if block and block.kind != "paragraph" else ()
    page = next((p.page for p in reversed(passages) if p.start <= start), None)
    return Evidence(
        document=document,
        passage_id=passage_id_at(passages, start),
        text=text[start:end],
        start=start,
        end=end,
        similarity=0.0,
        score=0.0,
        vector=_NOTHING_YET,
        page=block.place.page if block and block.place else page,
        context=" › ".join(part for part in above if part.casefold() != title),
        block=block,
    )


def tables_named(source: Evidence, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the first cells of the rows of a table that a sentence refers to ("(Table 2)"), where
    its article has it.

    Args:
        source: the sentence.
        passages: those of its article.
    """
    names = {match[1] for match in _TABLE_NAME.finditer(source.text)}
    blocks = source.document.blocks if names else ()
    cells: list[Evidence] = []
    for before, table in pairwise(blocks):
        captions = [before, *(child for child in table.children if child.kind == "caption")]
        matches = (_TABLE_NAME.match(block.text) for block in captions if block.kind == "caption")
        if table.kind == "table" and any(m and m[1] in names for m in matches):
            cells += _first_cells(source.document, table, passages)
    return cells


def _first_cells(
    document: Document, table: Block, passages: Sequence[Passage]
) -> Iterator[Evidence]:
    for row in table.children:
        cells = [cell for cell in row.children if cell.kind == "cell" and cell.text.strip()]
        is_head = all(cell.cell and cell.cell.is_head for cell in cells)
        if row.kind == "row" and len(cells) > 1 and not is_head:
            yield _evidence(document, cells[0].start, cells[0].end, row, passages)
