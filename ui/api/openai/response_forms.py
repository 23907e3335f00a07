"""A response and its events, in the order in which the standard has them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sourcebook.rag.events import EvidenceFound
from sourcebook.ui.api.dialogue import AssistantReply, pieces_of
from sourcebook.ui.api.json_text import dump_json

from .forms import search_results
from .requests import ResponseRequest

__all__ = ["ResponseWriter"]


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(16)}"


@dataclass
class ResponseWriter:
    """Writes one response: whole with `make_response`, or as the events of a stream."""

    body: ResponseRequest
    id: str = field(default_factory=lambda: _new_id("resp"))
    created: int = field(default_factory=lambda: int(time.time()))
    _output: list[dict[str, Any]] = field(default_factory=list)
    _sequence: int = 0

    def begin(self) -> Iterator[bytes]:
        """Yield the events that begin a stream."""
        for kind in ("response.created", "response.in_progress"):
            yield self._event(kind, response=self.make_response("in_progress"))

    def evidence(self, event: EvidenceFound) -> Iterator[bytes]:
        """Add the evidence as a file search, and yield its events."""
        if not event.evidence:
            return
        item: dict[str, Any] = {
            "id": _new_id("fs"),
            "type": "file_search_call",
            "status": "in_progress",
            "queries": [],
            "results": None,
        }
        place = {"output_index": len(self._output), "item_id": item["id"]}
        yield self._event(
            "response.output_item.added", output_index=place["output_index"], item=dict(item)
        )
        for step in ("in_progress", "searching", "completed"):
            yield self._event(f"response.file_search_call.{step}", **place)
        item |= {
            "status": "completed",
            "queries": [self.body.to_question().text],
            "results": search_results(event),
        }
        self._output.append(item)
        yield self._event(
            "response.output_item.done", output_index=place["output_index"], item=item
        )

    def message(self, reply: AssistantReply, annotations: list[dict[str, Any]]) -> Iterator[bytes]:
        """Add the reply, and yield its events: the text word by word, each annotation, the end."""
        item: dict[str, Any] = {
            "id": _new_id("msg"),
            "type": "message",
            "role": "assistant",
            "status": "in_progress",
            "content": [],
        }
        index = len(self._output)
        place = {"output_index": index, "item_id": item["id"], "content_index": 0}
        empty = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        yield self._event("response.output_item.added", output_index=index, item=dict(item))
        yield self._event("response.content_part.added", **place, part=empty)
        for piece in pieces_of(reply.text):
            yield self._event("response.output_text.delta", **place, delta=piece, logprobs=[])
        for number, annotation in enumerate(annotations):
            yield self._event(
                "response.output_text.annotation.added",
                **place,
                annotation_index=number,
                annotation=annotation,
            )
        part = {**empty, "text": reply.text, "annotations": annotations}
        yield self._event("response.output_text.done", **place, text=reply.text, logprobs=[])
        yield self._event("response.content_part.done", **place, part=part)
        item |= {
            "status": "incomplete" if reply.finish == "length" else "completed",
            "content": [part],
        }
        self._output.append(item)
        yield self._event("response.output_item.done", output_index=index, item=item)

    def end(
        self, reply: AssistantReply, usage: Mapping[str, Any], whole_answer: Mapping[str, Any]
    ) -> Iterator[bytes]:
        """Yield the event that ends a stream."""
        state = "incomplete" if reply.finish == "length" else "completed"
        response = self.make_response(state, usage, whole_answer)
        yield self._event(f"response.{state}", response=response)

    def failure(self, code: str, message: str) -> Iterator[bytes]:
        """Yield the event that ends a stream which failed."""
        response = self.make_response("failed")
        response["error"] = {"code": code, "message": message}
        yield self._event("response.failed", response=response)

    def make_response(
        self,
        state: str,
        usage: Mapping[str, Any] | None = None,
        whole_answer: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the response with what was added to it.

        Args:
            state: "in_progress", "completed", "incomplete" or "failed".
            usage: the tokens that were read and written.
            whole_answer: the extension.
        """
        is_short = state == "incomplete"
        response: dict[str, Any] = {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": state,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if is_short else None,
            "instructions": self.body.instructions,
            "max_output_tokens": self.body.max_output_tokens,
            "metadata": self.body.metadata or {},
            "model": self.body.model,
            "output": list(self._output),
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "store": False,
            "temperature": 0.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": usage,
        }
        if whole_answer is not None:
            response["sourcebook"] = whole_answer
        return response

    def _event(self, kind: str, **fields: Any) -> bytes:
        body = {"type": kind, "sequence_number": self._sequence, **fields}
        self._sequence += 1
        return f"event: {kind}\ndata: {dump_json(body)}\n\n".encode()
