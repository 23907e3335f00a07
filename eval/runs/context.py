"""The parts of articles in a record, so that a report needs no library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from sourcebook.eval.questions import GoldLocations
from sourcebook.index.documents.records import Document, Hit
from sourcebook.rag.answer import Answer, document_to_dict

CONTEXT = 240
"""Characters of the article on each side of a quote: the context that a report shows."""

_SNIPPET = 300
"""Characters of a hit's passage in a record."""


def describe_answer(answer: Answer) -> dict[str, Any]:
    """Return the JSON form of an answer, each quote with the text around it."""
    data = answer.to_dict()
    for kind, citations in (("citations", answer.citations), ("nearest", answer.nearest)):
        data[kind] = [
            item
            | _context(citation.document.text, citation.start, citation.end)
            | {"document": _describe(citation.document)}
            | {"also": [s.to_dict() | {"document": _describe(s.document)} for s in citation.also]}
            for item, citation in zip(data[kind], citations, strict=True)
        ]
    for conflict, conflict_data in zip(answer.conflicts, data["conflicts"], strict=True):
        for side, side_data in zip(conflict.sides, conflict_data["sides"], strict=True):
            for citation, item in zip(side.citations, side_data["citations"], strict=True):
                item["document"] = _describe(citation.document)
    return data


def describe_gold(
    locations: GoldLocations, document_of: Callable[[str], Document]
) -> list[dict[str, Any]]:
    """Return the gold quotes, each with its document and the text around it."""
    quotes = []
    for gold in locations.spans:
        document = document_of(gold.document_id)
        quotes.append(
            {
                "document": _describe(document),
                "start": gold.start,
                "end": gold.end,
                "quote": document.text[gold.start : gold.end],
                **_context(document.text, gold.start, gold.end),
            }
        )
    return quotes


def describe_hit(hit: Hit, locations: GoldLocations) -> dict[str, Any]:
    """Return the JSON form of a hit: part of its passage, and whether it holds a gold quote."""
    passage = hit.passage
    return {
        "document": hit.document.id,
        "title": hit.document.title,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 4),
        "gold": any(
            g.is_covered_by(hit.document.id, passage.start, passage.end) for g in locations.spans
        ),
        "text": passage.text[:_SNIPPET],
    }


def _context(text: str, start: int, end: int) -> dict[str, str]:
    """Return the text before and after a span, cut at words."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT:
        before = "…" + before[before.find(" ") + 1 :]
    if end + CONTEXT < len(text):
        after = after[: after.rfind(" ") + 1].rstrip() + " …"
    return {"before": before, "after": after}


def _describe(document: Document) -> dict[str, Any]:
    """Return the JSON form of a document, with the file name for its path: runs are shared."""
    data = document_to_dict(document)
    return data | {"path": PurePath(document.path).name if document.path else None}
