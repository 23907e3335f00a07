"""Figures of the server for Prometheus, and the middleware that counts requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from .security.gate import is_api

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Meter", "Metrics"]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """What is counted. No text, name or address of anybody is among it.

    Args:
        queue_length: returns how many questions wait or are answered.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, queue_length: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.open_requests = 0
        self.requests = Counter(
            "sourcebook_requests",
            "Requests of the API.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self.request_seconds = Histogram(
            "sourcebook_request_seconds",
            "Seconds to the end of a response.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.answer_seconds = Histogram(
            "sourcebook_answer_seconds",
            "Seconds of an answer, without its wait.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        queue = Gauge(
            "sourcebook_queue_length",
            "Questions that wait or are answered.",
            registry=self._registry,
        )
        queue.set_function(queue_length)
        open_requests = Gauge(
            "sourcebook_open_requests", "Requests being answered.", registry=self._registry
        )
        open_requests.set_function(lambda: self.open_requests)

    def text(self) -> bytes:
        """Return the figures as Prometheus reads them."""
        return generate_latest(self._registry)


class Meter:
    """ASGI middleware that counts the requests of the API."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_api(scope["path"]):
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.open_requests += 1
        try:
            await self._app(scope, receive, note_status)
        finally:
            self._metrics.open_requests -= 1
            # The route's pattern and not the path, which has ids of documents in it.
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.requests.labels(_method(scope["method"]), route, str(status)).inc()
            self._metrics.request_seconds.labels(route).observe(time.perf_counter() - start)


def _method(method: str) -> str:
    return method if method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD") else "other"
