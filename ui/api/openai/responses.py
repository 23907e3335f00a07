"""`POST /v1/responses`: the evidence as a file search, then a message with annotations.

As in chat completions, what is streamed is the verified answer; the evidence comes before it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.answer import Answer
from sourcebook.rag.events import AnswerReady, EvidenceFound
from sourcebook.ui.api.dialogue import AssistantReply, library_of, reply_of, shorten, usage_of
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.problems import describe_failure, request_id_of
from sourcebook.ui.api.reader import quote_link
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service, ServiceEvent
from sourcebook.ui.api.streams import event_stream, first_event, unless_gone
from sourcebook.ui.state import OpenLibrary

from .forms import extension, response_annotations, response_usage
from .requests import ResponseRequest, no_effect
from .response_forms import ResponseWriter

__all__ = ["router"]


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["openai"])

    @routes.post("/v1/responses", summary="A response with its citations", responses=_RESPONSES)
    async def respond(
        body: ResponseRequest,
        request: Request,
        caller: Annotated[Caller, Depends(caller_with("ask"))],
    ) -> Response:
        """Answer the last message of the user; with `stream` as server-sent events."""
        entry = await service.library(caller, library_of(body.model))
        events = await first_event(service.answers(caller, entry, body.to_question()))
        writer = ResponseWriter(body)
        if body.stream:
            return event_stream(_encode(service, request, entry, writer, events))
        return SafeJson(
            await unless_gone(request, _collect(service, request, entry, writer, events))
        )

    return routes


async def _collect(
    service: Service,
    request: Request,
    entry: OpenLibrary,
    writer: ResponseWriter,
    events: AsyncGenerator[ServiceEvent, None],
) -> dict[str, Any]:
    """Return the whole response: the events of a stream are its parts, in order."""
    link = partial(quote_link, service.links, request, entry.name)
    async with aclosing(events):
        async for event in events:
            if isinstance(event, EvidenceFound):
                list(writer.evidence(event))
            elif isinstance(event, AnswerReady):
                reply, usage, details = await service.run(_reply, entry, writer.body, event.answer)
                list(writer.message(reply, response_annotations(reply, link)))
                state = "incomplete" if reply.finish == "length" else "completed"
                return writer.make_response(state, usage, details)
    raise AssertionError("a stream ends with its answer")


async def _encode(
    service: Service,
    request: Request,
    entry: OpenLibrary,
    writer: ResponseWriter,
    events: AsyncGenerator[ServiceEvent, None],
) -> AsyncGenerator[bytes, None]:
    link = partial(quote_link, service.links, request, entry.name)
    for piece in writer.begin():
        yield piece
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, EvidenceFound):
                    for piece in writer.evidence(event):
                        yield piece
                elif isinstance(event, AnswerReady):
                    reply, usage, details = await service.run(
                        _reply, entry, writer.body, event.answer
                    )
                    annotations = response_annotations(reply, link)
                    for piece in writer.message(reply, annotations):
                        yield piece
                    for piece in writer.end(reply, usage, details):
                        yield piece
    except SourcebookError as error:
        failure = describe_failure(error, request_id_of(request))
        for piece in writer.failure("server_error", failure.detail):
            yield piece


def _reply(
    entry: OpenLibrary, body: ResponseRequest, answer: Answer
) -> tuple[AssistantReply, Mapping[str, Any], dict[str, Any]]:
    """The reply, its usage and its extension; takes time."""
    model = entry.chatbot.model
    reply = shorten(reply_of(answer), (), body.max_output_tokens, model.count_tokens)
    dead_fields = no_effect(body, "instructions")
    return reply, response_usage(usage_of(reply, model)), extension(reply, entry.name, dead_fields)


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The response; the field `sourcebook` holds the whole answer.",
        "content": {
            "application/json": {
                "example": {
                    "id": "resp_1",
                    "object": "response",
                    "status": "completed",
                    "model": "sourcebook",
                    "output": [
                        {
                            "type": "file_search_call",
                            "id": "fs_1",
                            "status": "completed",
                            "queries": ["How long did the talks in Geneva last?"],
                            "results": [
                                {
                                    "file_id": "4c1d",
                                    "filename": "Talks in Geneva",
                                    "score": 0.9,
                                    "text": "The talks lasted about eight hours.",
                                    "attributes": {"start": 120, "end": 155},
                                }
                            ],
                        },
                        {
                            "type": "message",
                            "id": "msg_1",
                            "role": "assistant",
                            "status": "completed",
                            "content": [
                                {
                                    "type": "output_text",
                                    "text": "The talks lasted about eight hours. [1]",
                                    "annotations": [
                                        {
                                            "type": "url_citation",
                                            "url": "http://127.0.0.1:7860/api/read?document=4c1d",
                                            "title": "Talks in Geneva",
                                            "start_index": 0,
                                            "end_index": 35,
                                        },
                                        {
                                            "type": "file_citation",
                                            "file_id": "4c1d",
                                            "filename": "Talks in Geneva",
                                            "index": 35,
                                        },
                                    ],
                                }
                            ],
                        },
                    ],
                }
            },
            "text/event-stream": {"example": "event: response.created\ndata: {}\n\n"},
        },
    }
}
