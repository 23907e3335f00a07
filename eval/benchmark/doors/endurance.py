"""Ten thousand requests of every kind: what the server's memory does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

import httpx
import numpy as np

from sourcebook.eval.benchmark.engine import Sample
from sourcebook.eval.questions import load
from sourcebook.rag.testing import HashEmbedder

from .server import SCRIPTED, run_server, sample_library

__all__ = ["measure_endurance"]

_TARGET = 2.0
"""Percent."""

_REQUESTS, _QUICK_REQUESTS = 10_000, 1_000
_LOOKS = 20
"""How often memory is looked at."""

_NEAR = 3
"""Looks whose median is the memory at the middle, and at the end: one alone hangs on the moment."""


def measure_endurance(*, quick: bool) -> Iterator[Sample]:
    """Memory of the server at the middle and at the end."""
    count = _QUICK_REQUESTS if quick else _REQUESTS
    texts = [q.text for q in load("bundled").questions]
    with sample_library(HashEmbedder()) as place, run_server(place, SCRIPTED) as server:
        looks: list[float] = []
        for number, request in zip(range(count), cycle(_REQUESTERS), strict=False):
            # No two are the same, so that nothing is saved by what was asked before.
            text = f"{texts[number % len(texts)]} (No. {number})"
            request(server.client, text).raise_for_status()
            if (number + 1) % (count // _LOOKS) == 0:
                looks.append(server.resident_memory())
    half = _LOOKS // 2
    middle = float(np.median(looks[half - _NEAR // 2 - 1 : half + _NEAR // 2]))
    end = float(np.median(looks[-_NEAR:]))
    yield Sample(f"memory of the server after {count:,} requests", "MiB", (end,))
    growth = 100 * (end / middle - 1)
    yield Sample(f"it grew in the second half of {count:,} requests", "%", (growth,), _TARGET)


def _ask(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/api/ask", json={"question": text})


def _ask_for_events(client: httpx.Client, text: str) -> httpx.Response:
    headers = {"accept": "text/event-stream"}
    return client.post("/api/ask", json={"question": text}, headers=headers)


def _search(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/api/search", json={"query": text})


def _verify(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/api/verify", json={"text": text.replace("?", ".")})


def _chat(client: httpx.Client, text: str) -> httpx.Response:
    body = {"model": "sourcebook", "messages": [{"role": "user", "content": text}]}
    return client.post("/v1/chat/completions", json=body)


def _stream_chat(client: httpx.Client, text: str) -> httpx.Response:
    messages = [{"role": "user", "content": text}]
    body = {"model": "sourcebook", "messages": messages, "stream": True}
    return client.post("/v1/chat/completions", json=body)


def _respond(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/v1/responses", json={"model": "sourcebook", "input": text})


def _message(client: httpx.Client, text: str) -> httpx.Response:
    messages = [{"role": "user", "content": text}]
    body = {"model": "sourcebook", "messages": messages, "max_tokens": 300}
    return client.post("/v1/messages", json=body)


def _list(client: httpx.Client, text: str) -> httpx.Response:
    del text
    return client.get("/api/documents")


def _embed(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/v1/embeddings", json={"model": "sourcebook", "input": text})


_REQUESTERS: tuple[Callable[[httpx.Client, str], httpx.Response], ...] = (
    *(_ask, _ask_for_events, _search, _verify, _chat),
    *(_stream_chat, _respond, _message, _list, _embed),
)
