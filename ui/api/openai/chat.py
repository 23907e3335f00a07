"""`POST /v1/chat/completions`: a conversation in, a message with annotations out.

What is streamed is the verified answer, word by word: a draft could not be taken back, and its
offsets would be wrong. The evidence comes before it, in the field `sourcebook` of the first chunk.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.answer import Answer
from sourcebook.rag.events import AnswerReady, EvidenceFound
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
from sourcebook.ui.api.reader import quote_link
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service, ServiceEvent
from sourcebook.ui.api.streams import event_stream, first_event, unless_gone
from sourcebook.ui.state import OpenLibrary

from .errors import error_body
from .forms import QuoteLink, chat_annotations, chat_usage, evidence_extension, extension
from .requests import ChatRequest, no_effect

__all__ = ["router"]

_STREAM_END = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class _ChatExchange:
    """One request, with what its response repeats."""

    body: ChatRequest
    request: Request
    entry: OpenLibrary
    link: QuoteLink
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def make_reply(self, answer: Answer) -> tuple[AssistantReply, dict[str, int], dict[str, Any]]:
        """Return the reply, its usage and its extension; takes time."""
        model, body = self.entry.chatbot.model, self.body
        reply = shorten(reply_of(answer), body.stops, body.most_tokens, model.count_tokens)
        dead_fields = no_effect(body)
        has_rules = any(message.role in ("system", "developer") for message in body.messages)
        dead_fields += ["system messages"] if has_rules else []
        return (
            reply,
            chat_usage(usage_of(reply, model)),
            extension(reply, self.entry.name, dead_fields),
        )


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["openai"])

    @routes.post(
        "/v1/chat/completions", summary="A chat message with its citations", responses=_RESPONSES
    )
    async def complete(
        body: ChatRequest,
        request: Request,
        caller: Annotated[Caller, Depends(caller_with("ask"))],
    ) -> Response:
        """Answer the last message of the user; with `stream` as server-sent events."""
        entry = await service.library(caller, library_of(body.model))
        link = partial(quote_link, service.links, request, entry.name)
        exchange = _ChatExchange(body, request, entry, link)
        question = body.to_question()
        if body.stream:
            events = await first_event(service.answers(caller, entry, question))
            return event_stream(_encode(service, exchange, events))
        answer = await unless_gone(request, service.answer(caller, entry, question))
        reply, usage, details = await service.run(exchange.make_reply, answer)
        return SafeJson(_completion(exchange, reply, usage, details))

    return routes


def _completion(
    exchange: _ChatExchange, reply: AssistantReply, usage: dict[str, int], details: dict[str, Any]
) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": reply.text,
        "refusal": None,
        "annotations": chat_annotations(reply, exchange.link),
    }
    return {
        "id": exchange.id,
        "object": "chat.completion",
        "created": exchange.created,
        "model": exchange.body.model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": None,
                "finish_reason": _finish_reason(reply),
            }
        ],
        "usage": usage,
        "sourcebook": details,
    }


async def _encode(
    service: Service, exchange: _ChatExchange, events: AsyncGenerator[ServiceEvent, None]
) -> AsyncGenerator[bytes, None]:
    yield _chunk(exchange, {"role": "assistant", "content": ""})
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, EvidenceFound):
                    yield _chunk(exchange, {}, sourcebook=evidence_extension(event))
                elif isinstance(event, AnswerReady):
                    reply, usage, details = await service.run(exchange.make_reply, event.answer)
                    for piece in _reply_chunks(exchange, reply, usage, details):
                        yield piece
    except SourcebookError as error:
        failure = describe_failure(error, request_id_of(exchange.request))
        yield _sse(error_body(failure))
    yield _STREAM_END


def _reply_chunks(
    exchange: _ChatExchange, reply: AssistantReply, usage: dict[str, int], details: dict[str, Any]
) -> list[bytes]:
    chunks = [_chunk(exchange, {"content": piece}) for piece in pieces_of(reply.text)]
    annotations = chat_annotations(reply, exchange.link)
    if annotations:
        # Each with its index: clients put the entries of a list together by it.
        entries = [{"index": index, **entry} for index, entry in enumerate(annotations)]
        chunks.append(_chunk(exchange, {"annotations": entries}))
    chunks.append(_chunk(exchange, {}, finish=_finish_reason(reply), sourcebook=details))
    options = exchange.body.stream_options
    if options and options.include_usage:
        chunks.append(_sse({**_head(exchange), "choices": [], "usage": usage}))
    return chunks


def _chunk(
    exchange: _ChatExchange,
    delta: Mapping[str, Any],
    *,
    finish: str | None = None,
    sourcebook: Mapping[str, Any] | None = None,
) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    body: dict[str, Any] = {**_head(exchange), "choices": [choice]}
    if sourcebook is not None:
        body["sourcebook"] = sourcebook
    return _sse(body)


def _head(exchange: _ChatExchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "object": "chat.completion.chunk",
        "created": exchange.created,
        "model": exchange.body.model,
    }


def _finish_reason(reply: AssistantReply) -> str:
    return "length" if reply.finish == "length" else "stop"


def _sse(body: Mapping[str, Any]) -> bytes:
    return f"data: {dump_json(body)}\n\n".encode()


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The message; the field `sourcebook` holds the whole answer.",
        "content": {
            "application/json": {
                "example": {
                    "id": "chatcmpl-1",
                    "object": "chat.completion",
                    "created": 1760000000,
                    "model": "sourcebook",
                    "choices": [
                        {
                            "index": 0,
                            "message": {
                                "role": "assistant",
                                "content": "The talks lasted about eight hours. [1]",
                                "refusal": None,
                                "annotations": [
                                    {
                                        "type": "url_citation",
                                        "url_citation": {
                                            "url": "http://127.0.0.1:7860/api/read?document=4c1d",
                                            "title": "Talks in Geneva",
                                            "start_index": 0,
                                            "end_index": 35,
                                        },
                                    }
                                ],
                            },
                            "logprobs": None,
                            "finish_reason": "stop",
                        }
                    ],
                    "usage": {"prompt_tokens": 300, "completion_tokens": 12, "total_tokens": 312},
                    "sourcebook": {"abstained": False, "confidence": 0.94, "library": "main"},
                }
            },
            "text/event-stream": {"example": 'data: {"object": "chat.completion.chunk"}\n\n'},
        },
    }
}
