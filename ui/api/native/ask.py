"""`POST /api/ask`: a question in, the answer out, at once or as it is made."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.sse import format_sse_event
from starlette.responses import Response

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.answer import Answer
from sourcebook.rag.events import EvidenceFound, TextDelta
from sourcebook.ui.api.json_text import SafeJson, dump_json
from sourcebook.ui.api.problems import describe_failure, request_id_of
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import QueuePlace, Service, ServiceEvent
from sourcebook.ui.api.spans import answer_to_dict, citation_to_dict
from sourcebook.ui.api.streams import event_stream, first_event, unless_gone

from .examples import ANSWER
from .questions import AskRequest

__all__ = ["router", "wants_events"]


def wants_events(request: Request) -> bool:
    """Return whether a request asks for server-sent events."""
    return "text/event-stream" in request.headers.get("accept", "")


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["ask"])

    @routes.post("/api/ask", summary="Answer a question, with its sources", responses=ANSWER)
    async def ask(
        body: AskRequest, request: Request, caller: Annotated[Caller, Depends(caller_with("ask"))]
    ) -> Response:
        """Return the answer as JSON, or with `Accept: text/event-stream` as events: `queue`,
        `evidence`, `token` (of the draft), `sentence` (of the answer), and at the end `answer` or
        `error`."""
        entry = await service.library(caller, body.library)
        question = body.to_question()
        if wants_events(request):
            events = await first_event(service.answers(caller, entry, question))
            return event_stream(_encode(events, request))
        answer = await unless_gone(request, service.answer(caller, entry, question))
        return SafeJson(await service.run(answer_to_dict, answer))

    return routes


async def _encode(
    events: AsyncGenerator[ServiceEvent, None], request: Request
) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(events):
            async for event in events:
                for name, data in _event_data(event):
                    yield _sse(name, data)
    except SourcebookError as error:
        failure = describe_failure(error, request_id_of(request))
        yield _sse(
            "error",
            {
                "title": failure.title,
                "status": failure.status,
                "detail": failure.detail,
                "code": failure.code,
                "request_id": failure.request_id,
            },
        )


def _event_data(event: ServiceEvent) -> list[tuple[str, Any]]:
    if isinstance(event, QueuePlace):
        return [("queue", {"ahead": event.ahead})]
    if isinstance(event, EvidenceFound):
        return [("evidence", {"citations": [citation_to_dict(c) for c in event.evidence]})]
    if isinstance(event, TextDelta):
        return [("token", {"text": event.text})]
    return _answer_events(event.answer)


def _answer_events(answer: Answer) -> list[tuple[str, Any]]:
    data = answer_to_dict(answer)
    sentences = [("sentence", sentence) for sentence in data["sentences"]]
    return [*sentences, ("answer", data)]


def _sse(name: str, data: Any) -> bytes:
    return format_sse_event(event=name, data_str=dump_json(data))
