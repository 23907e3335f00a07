"""Replies in Anthropic's form: blocks of text, each with the citations that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sourcebook.rag.citation import Citation
from sourcebook.ui.api.dialogue import AssistantReply
from sourcebook.ui.render.citations import title

__all__ = ["blocks_of"]

_PDF = "application/pdf"


def blocks_of(reply: AssistantReply) -> list[dict[str, Any]]:
    """Return a reply as blocks of text that make its text when they are put together.

    A sentence that is cited is a block of its own; its marks and the space between sentences are
    blocks without citations. ``document_index`` counts the documents in the order in which they are
    first cited.
    """
    documents: dict[str, int] = {}
    blocks: list[dict[str, Any]] = []
    at = 0
    for start, end, citations in _groups(reply):
        if start > at:
            blocks.append(_block(reply.text[at:start], []))
        entries = [
            _location(citation, documents.setdefault(citation.document.id, len(documents)))
            for citation in citations
        ]
        blocks.append(_block(reply.text[start:end], entries))
        at = end
    if at < len(reply.text) or not blocks:
        blocks.append(_block(reply.text[at:], []))
    return blocks


def _groups(reply: AssistantReply) -> list[tuple[int, int, Sequence[Citation]]]:
    """The spans of a reply, each once, with all citations that stand behind it."""
    groups: dict[tuple[int, int], list[Citation]] = {}
    for span in reply.spans:
        groups.setdefault((span.start, span.end), []).append(span.citation)
    return [(start, end, citations) for (start, end), citations in sorted(groups.items())]


def _block(text: str, citations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "text", "text": text, "citations": citations or None}


def _location(citation: Citation, index: int) -> dict[str, Any]:
    """A place in a document: by its pages where it is a PDF, else by its characters."""
    common = {
        "cited_text": citation.quote,
        "document_index": index,
        "document_title": title(citation.document),
        "file_id": citation.document.id,
    }
    if citation.document.media_type == _PDF and citation.page is not None:
        return {
            "type": "page_location",
            **common,
            "start_page_number": citation.page,
            "end_page_number": citation.page + 1,
        }
    return {
        "type": "char_location",
        **common,
        "start_char_index": citation.start,
        "end_char_index": citation.end,
    }
