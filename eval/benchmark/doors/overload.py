"""Ten times as many questions as can be answered. The real model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle

import httpx
import numpy as np

from sourcebook.eval.benchmark.engine import Sample

from .server import run_server, sample_library, sample_questions

__all__ = ["measure_overload"]

_TIMES = 10
_PLACES = 16
_SECONDS, _QUICK_SECONDS = 90.0, 15.0
_REFUSAL, _HEALTH = 100.0, 200.0
"""Milliseconds."""

_LOOK = 0.05
"""Seconds between two looks at the server's health."""


def measure_overload(*, quick: bool) -> Iterator[Sample]:
    """Questions sent ten times as fast as they are answered: what refusals and `/health` take
    meanwhile, and what becomes of those that were accepted."""
    texts = sample_questions()
    settings = {"STATE_MEMORY": "0", "STATE_DISK": "0"}
    with (
        sample_library() as place,
        run_server(place, settings, "--queue", str(_PLACES)) as server,
    ):
        began = time.perf_counter()
        for text in texts[:3]:
            server.client.post("/api/ask", json={"question": text}).raise_for_status()
        pause = (time.perf_counter() - began) / 3 / _TIMES
        count = int((_QUICK_SECONDS if quick else _SECONDS) / pause)
        load_run = _Load(texts, count, pause)
        asyncio.run(load_run.run(server.url))
    for name, values, target in (
        ("refused", load_run.refusals, _REFUSAL),
        ("/health", load_run.health, _HEALTH),
    ):
        p99 = 1000 * float(np.percentile(values or [0.0], 99))
        yield Sample(
            f"{_TIMES} times overload, {len(values)} times {name}, p99", "ms", (p99,), target
        )
    name = f"accepted and not answered, of {load_run.accepted}"
    yield Sample(name, "", (load_run.accepted - load_run.answered,), 0)


@dataclass
class _Load:
    """Questions sent at a pace, whatever becomes of those before."""

    texts: list[str]
    count: int
    pause: float
    accepted: int = 0
    answered: int = 0
    refusals: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)

    async def run(self, url: str) -> None:
        """Send them all, and wait for the answers."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        async with httpx.AsyncClient(base_url=url, timeout=600, limits=limits) as client:
            watch = asyncio.ensure_future(self._watch(client))
            tasks: list[asyncio.Task[None]] = []
            began = time.perf_counter()
            for number, text in zip(range(self.count), cycle(self.texts), strict=False):
                await asyncio.sleep(max(0.0, began + number * self.pause - time.perf_counter()))
                tasks.append(asyncio.create_task(self._ask(client, text)))
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            await asyncio.gather(*tasks)

    async def _ask(self, client: httpx.AsyncClient, text: str) -> None:
        began = time.perf_counter()
        reply = await client.post("/api/ask", json={"question": text})
        if reply.status_code == 503:
            self.refusals.append(time.perf_counter() - began)
            return
        self.accepted += 1
        self.answered += reply.status_code == 200 and bool(reply.json()["text"])

    async def _watch(self, client: httpx.AsyncClient) -> None:
        while True:
            began = time.perf_counter()
            reply = await client.get("/health")
            reply.raise_for_status()
            self.health.append(time.perf_counter() - began)
            await asyncio.sleep(_LOOK)
