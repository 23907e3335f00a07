"""`POST /v1/messages`: a conversation in, blocks of text with citations out.

What is streamed is the verified answer, block by block, each with its citations: a draft could not
be taken back. While it is made, `ping` events say that it goes on.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.answer import Answer
from sourcebook.rag.events import AnswerReady
from sourcebook.ui.api.dialogue import (
    AssistantReply,
    library_of,
    pieces_of,
    reply_of,
    shorten,
    usage_of,
)
from sourcebook.ui.api.json_text import SafeJson, dump_json
from sourcebook.ui.api.problems import describe_failure, request_id_of
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service, ServiceEvent
from sourcebook.ui.api.spans import answer_to_dict
from sourcebook.ui.api.streams import event_stream, first_event, unless_gone
from sourcebook.ui.state import OpenLibrary

from .errors import error_body
from .forms import blocks_of
from .requests import CountRequest, MessagesRequest

__all__ = ["router"]


@dataclass(frozen=True, slots=True)
class _MessagesExchange:
    """One request, with what its response repeats."""

    body: MessagesRequest
    request: Request
    entry: OpenLibrary
    id: str = field(default_factory=lambda: f"msg_{secrets.token_hex(12)}")

    def make_message(self, answer: Answer) -> dict[str, Any]:
        """Return the message; takes time."""
        model, body = self.entry.chatbot.model, self.body
        reply = shorten(
            reply_of(answer), body.stop_sequences or (), body.max_tokens, model.count_tokens
        )
        read, output = usage_of(reply, model)
        extension = {
            **answer_to_dict(answer),
            "library": self.entry.name,
            "ignored": body.dead_fields,
        }
        return {
            **self.head(read),
            "content": blocks_of(reply),
            "stop_reason": _stop_reason(reply),
            "stop_sequence": reply.stop,
            "usage": _usage(read, output),
            "sourcebook": extension,
        }

    def head(self, read: int = 0) -> dict[str, Any]:
        """Return the message before there is anything in it."""
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.body.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": _usage(read, 0),
        }


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["anthropic"])

    @routes.post("/v1/messages", summary="A message with its citations", responses=_RESPONSES)
    async def create(
        body: MessagesRequest,
        request: Request,
        caller: Annotated[Caller, Depends(caller_with("ask"))],
    ) -> Response:
        """Answer the last message of the user; with `stream` as server-sent events."""
        entry = await service.library(caller, library_of(body.model))
        exchange = _MessagesExchange(body, request, entry)
        question = body.to_question()
        if body.stream:
            events = await first_event(service.answers(caller, entry, question))
            return event_stream(_encode(service, exchange, events))
        answer = await unless_gone(request, service.answer(caller, entry, question))
        return SafeJson(await service.run(exchange.make_message, answer))

    @routes.post(
        "/v1/messages/count_tokens", summary="The tokens of a question", responses=_COUNTED
    )
    async def count_tokens(
        body: CountRequest, caller: Annotated[Caller, Depends(caller_with("ask"))]
    ) -> Response:
        """Count the tokens of the messages, as the local model counts them. What is read of the
        articles comes on top."""
        entry = await service.library(caller, library_of(body.model))
        text = "\n".join(message.content for message in body.messages)
        return SafeJson({"input_tokens": await service.run(entry.chatbot.model.count_tokens, text)})

    return routes


async def _encode(
    service: Service, exchange: _MessagesExchange, events: AsyncGenerator[ServiceEvent, None]
) -> AsyncGenerator[bytes, None]:
    yield _event("message_start", message=exchange.head())
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, AnswerReady):
                    message = await service.run(exchange.make_message, event.answer)
                    for piece in _message_events(message):
                        yield piece
                else:
                    yield _event("ping")
    except SourcebookError as error:
        failure = describe_failure(error, request_id_of(exchange.request))
        yield _event("error", **{k: v for k, v in error_body(failure).items() if k != "type"})


def _message_events(message: Mapping[str, Any]) -> Iterator[bytes]:
    for index, block in enumerate(message["content"]):
        empty = {"type": "text", "text": "", "citations": None}
        yield _event("content_block_start", index=index, content_block=empty)
        for piece in pieces_of(block["text"]):
            delta = {"type": "text_delta", "text": piece}
            yield _event("content_block_delta", index=index, delta=delta)
        for citation in block["citations"] or ():
            delta = {"type": "citations_delta", "citation": citation}
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    yield _event(
        "message_delta",
        delta={"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]},
        usage=message["usage"],
        sourcebook=message["sourcebook"],
    )
    yield _event("message_stop")


def _event(kind: str, **fields: Any) -> bytes:
    body = {"type": kind, **fields}
    return f"event: {kind}\ndata: {dump_json(body)}\n\n".encode()


def _stop_reason(reply: AssistantReply) -> str:
    return {"end": "end_turn", "stop": "stop_sequence", "length": "max_tokens"}[reply.finish]


def _usage(read: int, output: int) -> dict[str, int]:
    return {
        "input_tokens": read,
        "output_tokens": output,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The message; the field `sourcebook` holds the whole answer.",
        "content": {
            "application/json": {
                "example": {
                    "id": "msg_1",
                    "type": "message",
                    "role": "assistant",
                    "model": "sourcebook",
                    "content": [
                        {
                            "type": "text",
                            "text": "The talks lasted about eight hours.",
                            "citations": [
                                {
                                    "type": "char_location",
                                    "cited_text": "The talks lasted about eight hours.",
                                    "document_index": 0,
                                    "document_title": "Talks in Geneva",
                                    "file_id": "4c1d",
                                    "start_char_index": 120,
                                    "end_char_index": 155,
                                }
                            ],
                        },
                        {"type": "text", "text": " [1]", "citations": None},
                    ],
                    "stop_reason": "end_turn",
                    "stop_sequence": None,
                    "usage": {"input_tokens": 300, "output_tokens": 12},
                }
            },
            "text/event-stream": {"example": 'event: ping\ndata: {"type": "ping"}\n\n'},
        },
    }
}

_COUNTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The number.",
        "content": {"application/json": {"example": {"input_tokens": 12}}},
    }
}
