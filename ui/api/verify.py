"""`POST /api/verify`: a text by anybody in, a verdict for each sentence out."""

from __future__ import annotations

import threading
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from sourcebook.rag.review import LONGEST
from sourcebook.ui.api.native.questions import LibraryName
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.state import OpenLibrary

from .json_text import SafeJson
from .service import Service
from .spans import verification_to_dict
from .streams import unless_gone

__all__ = ["router"]


class VerifyRequest(BaseModel):
    """A text to be checked."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "The talks in Geneva lasted about eight hours."}]},
    )

    text: str = Field(description=f"Plain or Markdown, at most {LONGEST:,} characters.")
    library: LibraryName = None


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["verify"])

    @routes.post(
        "/api/verify",
        summary="Check a text by anybody, sentence by sentence",
        responses=_RESPONSES,
    )
    async def verify(
        body: VerifyRequest,
        request: Request,
        caller: Annotated[Caller, Depends(caller_with("ask"))],
    ) -> Response:
        """Return for each sentence the quotes that support it, the words that stand in no source,
        or what an article says otherwise. The language model has no part in it."""
        entry = await service.library(caller, body.library)
        return SafeJson(await unless_gone(request, _check(service, entry, body.text)))

    return routes


async def _check(service: Service, entry: OpenLibrary, text: str) -> dict[str, Any]:
    cancel = threading.Event()
    try:
        return await service.run(_verify, entry, text, cancel)
    finally:
        cancel.set()  # the thread of a request that was cancelled ends at the next sentence


def _verify(entry: OpenLibrary, text: str, cancel: threading.Event) -> dict[str, Any]:
    return verification_to_dict(entry.chatbot.verify(text, cancel=cancel), text)


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The statements of the text, in order.",
        "content": {
            "application/json": {
                "example": {
                    "supported": True,
                    "counts": {"supported": 1, "unsupported": 0, "contradicted": 0, "unchecked": 0},
                    "statements": [
                        {
                            "text": "The talks in Geneva lasted about eight hours.",
                            "start": 0,
                            "end": 45,
                            "start_utf16": 0,
                            "end_utf16": 45,
                            "verdict": "supported",
                            "citations": [1],
                            "support": 0.94,
                            "unsupported": [],
                            "contradictions": [],
                            "note": None,
                        }
                    ],
                    "citations": [
                        {
                            "number": 1,
                            "quote": "Their talks in Geneva lasted about eight hours.",
                            "start": 74,
                            "end": 121,
                            "document": {"id": "4c1d", "title": "Talks in Geneva"},
                        }
                    ],
                    "generation": 3,
                    "seconds": 0.041,
                }
            }
        },
    }
}
