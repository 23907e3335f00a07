"""What a record keeps of the articles, so that a report can show it without the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from sourcebook.eval.questions.gold import Located
from sourcebook.index.documents.records import Document, Hit
from sourcebook.rag.answer import Answer, document_to_dict

CONTEXT = 240
"""Characters of the article kept on each side of a quote: a report shows where it stands."""

_SNIPPET = 300
"""Characters of a found passage that are kept."""


def of_answer(answer: Answer) -> dict[str, Any]:
    """The answer as JSON, each quote with the text around it."""
    data = answer.to_dict()
    for kind, citations in (("citations", answer.citations), ("nearest", answer.nearest)):
        data[kind] = [
            item
            | _around(citation.document.text, citation.start, citation.end)
            | {"document": _describe(citation.document)}
            | {"also": [s.to_dict() | {"document": _describe(s.document)} for s in citation.also]}
            for item, citation in zip(data[kind], citations, strict=True)
        ]
    for conflict, written in zip(answer.conflicts, data["conflicts"], strict=True):
        for side, shown in zip(conflict.sides, written["sides"], strict=True):
            for citation, item in zip(side.citations, shown["citations"], strict=True):
                item["document"] = _describe(citation.document)
    return data


def of_gold(located: Located, document_of: Callable[[str], Document]) -> list[dict[str, Any]]:
    """The gold quotes, each with its document and the text around it."""
    golds = []
    for gold in located.found:
        document = document_of(gold.document_id)
        golds.append(
            {
                "document": _describe(document),
                "start": gold.start,
                "end": gold.end,
                "quote": document.text[gold.start : gold.end],
                **_around(document.text, gold.start, gold.end),
            }
        )
    return golds


def of_hit(hit: Hit, located: Located) -> dict[str, Any]:
    """A passage found, cut short, and whether it is a gold one."""
    passage = hit.passage
    return {
        "document": hit.document.id,
        "title": hit.document.title,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 4),
        "gold": any(
            g.covered_by(hit.document.id, passage.start, passage.end) for g in located.found
        ),
        "text": passage.text[:_SNIPPET],
    }


def _around(text: str, start: int, end: int) -> dict[str, str]:
    """The text before and after a span, to the nearest word."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT:
        before = "…" + before[before.find(" ") + 1 :]
    if end + CONTEXT < len(text):
        after = after[: after.rfind(" ") + 1].rstrip() + " …"
    return {"before": before, "after": after}


def _describe(document: Document) -> dict[str, Any]:
    """A document's description, its path cut down to the file name: runs are shown to others."""
    data = document_to_dict(document)
    return data | {"path": PurePath(document.path).name if document.path else None}
