"""A worked example of each operation's response, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

__all__ = [
    "ADDITION",
    "ADD_BODY",
    "ANSWER",
    "DOCUMENT",
    "DOCUMENTS",
    "EVALUATION",
    "EVALUATIONS",
    "HEALTH",
    "JOB",
    "JOBS",
    "LIBRARIES",
    "LIBRARY",
    "METRICS",
    "READY",
    "REMOVAL",
    "RESTORED",
    "RUN",
    "SEARCH",
    "Responses",
]

Responses = dict[int | str, dict[str, Any]]


def _json(description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": example}}}


_SPAN = {"start": 0, "end": 35, "start_utf16": 0, "end_utf16": 35}
_SOURCE_SPAN = {"start": 120, "end": 155, "start_utf16": 120, "end_utf16": 155}
_DOCUMENT = {
    "id": "4c1d09a2b7e3",
    "title": "Talks in Geneva",
    "source": "Harbour Courier",
    "published": "2022-01-10T00:00:00+00:00",
    "url": "https://example.org/talks",
}
_ANSWER = {
    "question": "How long did the talks in Geneva last?",
    "kind": "fact",
    "text": "The talks lasted about eight hours. [1]",
    "sentences": [
        {
            "text": "The talks lasted about eight hours.",
            **_SPAN,
            "citations": [1],
            "support": 1.0,
            "supported": True,
        }
    ],
    "citations": [
        {
            "number": 1,
            "quote": "The talks lasted about eight hours.",
            **_SOURCE_SPAN,
            "document": _DOCUMENT,
        }
    ],
    "abstained": False,
    "confidence": 0.94,
}
_REPORT = {"added": ["4c1d09a2b7e3"], "updated": [], "unchanged": [], "skipped": []}
_RUN = {
    "run": "talks-rag-1",
    "complete": True,
    "mode": "rag",
    "questions": 1,
    "asked": 1,
    "measures": {"correct": {"value": 1.0, "low": 0.05, "high": 1.0, "n": 1}},
}


def _job(kind: str, state: str, result: Any = None) -> dict[str, Any]:
    return {
        "id": "9f0c2b7a11d4e5f6",
        "kind": kind,
        "library": "main",
        "state": state,
        "created": "2026-11-28T09:00:00+00:00",
        "progress": {"done": 1, "total": 1, "current": "talks.md"},
        "result": result,
        "problem": None,
        "address": "/api/jobs/9f0c2b7a11d4e5f6",
    }


_EVENTS = (
    'event: queue\ndata: {"ahead": 1}\n\n'
    'event: evidence\ndata: {"citations": []}\n\n'
    'event: token\ndata: {"text": "The talks"}\n\n'
)

ANSWER: Responses = {
    200: {
        "description": "The answer, every span with its offsets.",
        "content": {
            "application/json": {"example": _ANSWER},
            "text/event-stream": {"example": _EVENTS},
        },
    }
}
SEARCH: Responses = {
    200: _json(
        "The passages, best first.",
        {
            "hits": [
                {
                    "score": 0.83,
                    "passage": {"id": "4c1d09a2b7e3-2", "text": "The talks ...", **_SOURCE_SPAN},
                    "document": _DOCUMENT,
                }
            ]
        },
    )
}
LIBRARIES: Responses = {
    200: _json(
        "The libraries.", {"libraries": [{"name": "main", "documents": 12, "default": True}]}
    )
}
LIBRARY: Responses = {
    201: _json("The new library.", {"name": "news", "documents": 0, "default": False})
}
DOCUMENTS: Responses = {
    200: _json(
        "A page of documents.",
        {"documents": [{**_DOCUMENT, "passages": 4}], "total": 12, "next": "MCA0YzFk"},
    )
}
DOCUMENT: Responses = {
    200: _json(
        "The document.",
        {
            **_DOCUMENT,
            "text": "The talks lasted about eight hours.",
            "blocks": [{"kind": "paragraph", **_SPAN}],
            "removed": [{"rule": "cookie notice", "text": "We use cookies."}],
            "pages": [],
        },
    )
}
REMOVAL: Responses = {
    200: _json(
        "It is removed; `restore` undoes that.",
        {
            "id": "4c1d09a2b7e3",
            "title": "Talks in Geneva",
            "restore": "/api/documents/4c1d09a2b7e3/restore",
        },
    )
}
RESTORED: Responses = {200: _json("It is back.", {"id": "4c1d09a2b7e3", "restored": True})}
ADDITION: Responses = {202: _json("The job that adds them.", _job("addition", "waiting"))}
JOB: Responses = {200: _json("The job.", _job("addition", "complete", _REPORT))}
JOBS: Responses = {200: _json("The jobs.", {"jobs": [_job("addition", "complete", _REPORT)]})}
EVALUATION: Responses = {202: _json("The job that asks.", _job("evaluation", "running"))}
EVALUATIONS: Responses = {200: _json("The runs.", {"runs": ["talks-rag-1"]})}
RUN: Responses = {200: _json("The figures.", _RUN)}
HEALTH: Responses = {200: _json("It is alive.", {"status": "ok"})}
READY: Responses = {
    200: _json("Questions may be sent.", {"status": "ready"}),
    503: _json("Not now.", {"status": "loading"}),
}
METRICS: Responses = {
    200: {
        "description": "The figures.",
        "content": {"text/plain": {"example": "sourcebook_queue_length 1.0\n"}},
    }
}
ADD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["urls"],
                    "properties": {"urls": {"type": "array", "items": {"type": "string"}}},
                },
                "example": {"urls": ["https://example.org/page"]},
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""The body of an addition, which the route reads by itself: it may be large."""
