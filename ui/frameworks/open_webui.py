"""
title: Sourcebook
description: Answers from your own articles; each sentence shows the quote it rests on.
requirements: httpx
version: 1

For Open WebUI: paste this file as a function (a pipe), and set its valves to the address of
`sourcebook serve` and a key of `sourcebook keys create`. It needs nothing else of Sourcebook.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
from pydantic import BaseModel, Field

Emit = Callable[[dict[str, Any]], Awaitable[None]]


class Pipe:
    """One model a library; quotes become the sources of Open WebUI."""

    class Valves(BaseModel):
        """What an administrator sets."""

        url: str = Field(default="http://127.0.0.1:7861", description="Of `sourcebook serve`.")
        key: str = Field(default="", description="A key; empty where the server needs none.")
        libraries: str = Field(default="", description="Names with commas between; empty: one.")
        seconds: float = Field(default=300, description="How long an answer may take.")

    def __init__(self) -> None:
        self.valves = self.Valves()

    def pipes(self) -> list[dict[str, str]]:
        """Return the models that the reader chooses from."""
        names = [name.strip() for name in self.valves.libraries.split(",") if name.strip()]
        if not names:
            return [{"id": "sourcebook", "name": "Sourcebook"}]
        return [{"id": name, "name": f"Sourcebook: {name}"} for name in names]

    async def pipe(
        self, body: dict[str, Any], __event_emitter__: Emit | None = None
    ) -> AsyncIterator[str]:
        """Yield the answer, after its sources were sent as events.

        Args:
            body: a chat completion request: the last message is the question.
            __event_emitter__: sends events to the chat.
        """

        async def emit(kind: str, data: dict[str, Any]) -> None:
            if __event_emitter__ is not None:
                await __event_emitter__({"type": kind, "data": data})

        try:
            async for name, data in self._events(self._request(body)):
                if name == "queue":
                    words = f"{data['ahead']} ahead in the queue"
                    await emit("status", {"description": words, "done": False})
                elif name == "evidence":
                    words = f"{len(data['citations'])} sentences found"
                    await emit("status", {"description": words, "done": False})
                elif name == "answer":
                    for citation in data["citations"]:
                        await emit("source", _source(citation))
                    await emit("status", {"description": "Checked", "done": True})
                    yield _text(data)
                elif name == "error":
                    yield str(data.get("detail", "The question could not be answered."))
        except httpx.HTTPError as error:
            yield f"{self.valves.url} cannot be asked ({type(error).__name__}): is it running?"

    def _request(self, body: dict[str, Any]) -> dict[str, Any]:
        messages = [
            (message.get("role"), _plain(message.get("content")))
            for message in body.get("messages", [])
        ]
        turns: list[dict[str, str]] = []
        question = ""
        for role, text in messages:
            if role == "user":
                question = text
            elif role == "assistant" and question:
                turns.append({"question": question, "answer": text})
                question = ""
        request: dict[str, Any] = {"question": question, "history": turns[-20:]}
        library = str(body.get("model", "")).rpartition(".")[2]
        names = {pipe["id"] for pipe in self.pipes()} - {"sourcebook"}
        return request | ({"library": library} if library in names else {})

    async def _events(self, request: dict[str, Any]) -> AsyncIterator[tuple[str, Any]]:
        headers = {"accept": "text/event-stream"}
        if self.valves.key:
            headers["authorization"] = f"Bearer {self.valves.key}"
        url = f"{self.valves.url.rstrip('/')}/api/ask"
        async with (
            httpx.AsyncClient(timeout=self.valves.seconds) as client,
            client.stream("POST", url, json=request, headers=headers) as response,
        ):
            if response.status_code != 200:
                await response.aread()
                yield "error", _problem(response)
                return
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    yield name, json.loads(line[5:])


def _source(citation: dict[str, Any]) -> dict[str, Any]:
    """Return a quote as the chat's citation; the number of its mark is the order of the events."""
    document = citation["document"]
    place = document["url"] or document["path"] or document["id"]
    title = document["title"] or "Untitled"
    metadata = {
        "source": place,
        "name": title,
        "start": citation["start"],
        "end": citation["end"],
        "page": citation["page"],
        "document_id": document["id"],
    }
    source = {"id": document["id"], "name": title}
    if document["url"]:
        source["url"] = document["url"]
    return {"source": source, "document": [citation["quote"]], "metadata": [metadata]}


def _text(answer: dict[str, Any]) -> str:
    reason = answer["reason"]
    return f"{answer['text']}\n\n{reason}" if reason else str(answer["text"])


def _plain(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content if isinstance(part, dict))
    return str(content or "")


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        problem: dict[str, Any] = response.json()
    except ValueError:
        problem = {"detail": f"the server answered {response.status_code}"}
    return problem
