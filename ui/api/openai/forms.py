"""Replies in OpenAI's forms: annotations, results of a file search, usage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sourcebook.rag.citation import Citation
from sourcebook.rag.events import EvidenceFound
from sourcebook.ui.api.dialogue import AssistantReply
from sourcebook.ui.api.spans import answer_to_dict, citation_to_dict
from sourcebook.ui.render.citations import title

__all__ = [
    "QuoteLink",
    "chat_annotations",
    "chat_usage",
    "evidence_extension",
    "extension",
    "response_annotations",
    "response_usage",
    "search_results",
]

QuoteLink = Callable[[Citation], str]
"""Returns the address at which a browser shows a quote."""

_MAX_ATTRIBUTE = 512
"""Characters of an attribute of a result, by the standard."""


def chat_annotations(reply: AssistantReply, link: QuoteLink) -> list[dict[str, Any]]:
    """Return the citations of a reply as annotations of a chat message."""
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "url": link(span.citation),
                "title": title(span.citation.document),
                "start_index": span.start,
                "end_index": span.end,
            },
        }
        for span in reply.spans
    ]


def response_annotations(reply: AssistantReply, link: QuoteLink) -> list[dict[str, Any]]:
    """Return the citations of a reply as annotations of an output text: of each the span with its
    link, then the file behind the span."""
    annotations: list[dict[str, Any]] = []
    for span in reply.spans:
        document = span.citation.document
        name = title(document)
        annotations += [
            {
                "type": "url_citation",
                "url": link(span.citation),
                "title": name,
                "start_index": span.start,
                "end_index": span.end,
            },
            {
                "type": "file_citation",
                "file_id": document.id,
                "filename": name,
                "index": span.end,
            },
        ]
    return annotations


def search_results(event: EvidenceFound) -> list[dict[str, Any]]:
    """Return evidence as the results of a file search, the best for a reader first."""
    scores = {hit.passage.id: hit.score for hit in event.hits}
    return [
        {
            "file_id": citation.document.id,
            "filename": title(citation.document),
            "score": round(scores.get(citation.passage_id, 0.0), 4),
            "text": citation.quote,
            "attributes": {
                name: value[:_MAX_ATTRIBUTE] if isinstance(value, str) else value
                for name, value in (
                    ("start", citation.start),
                    ("end", citation.end),
                    ("page", citation.page),
                    ("url", citation.document.url),
                    ("source", citation.document.source),
                )
                if value is not None
            },
        }
        for citation in event.evidence
    ]


def extension(reply: AssistantReply, library: str, dead_fields: Sequence[str]) -> dict[str, Any]:
    """Return the whole answer, for the field `sourcebook`: `abstained` tells a refusal, `ignored`
    what of the request had no effect, the ``dead_fields``."""
    return {**answer_to_dict(reply.answer), "library": library, "ignored": list(dead_fields)}


def evidence_extension(event: EvidenceFound) -> dict[str, Any]:
    """Return evidence for the field `sourcebook` of the first chunk."""
    return {"evidence": [citation_to_dict(citation) for citation in event.evidence]}


def chat_usage(tokens: tuple[int, int]) -> dict[str, int]:
    """Return the tokens read and written, as chat completions name them."""
    read, reply_tokens = tokens
    return {
        "prompt_tokens": read,
        "completion_tokens": reply_tokens,
        "total_tokens": read + reply_tokens,
    }


def response_usage(tokens: tuple[int, int]) -> Mapping[str, Any]:
    """Return the tokens read and written, as responses name them."""
    read, reply_tokens = tokens
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": reply_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + reply_tokens,
    }
