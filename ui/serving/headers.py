"""Headers of every response: what a browser may do with it, and the id of its request."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CLOSED_POLICY", "ResponseHeaders"]

CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The content security policy of what is no page."""


class ResponseHeaders:
    """ASGI middleware: gives each request an id, and adds headers to responses that do not have
    them, streams included.

    Args:
        app: what is behind it.
        policy: the content security policy.
    """

    def __init__(self, app: ASGIApp, policy: str = CLOSED_POLICY) -> None:
        self._app = app
        self._headers = (
            (b"content-security-policy", policy.encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(12)
        # A copy: servers hand one state to all requests.
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        own = (*self._headers, (b"x-request-id", request_id.encode()))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                names = {name.lower() for name, _ in headers}
                message["headers"] = [*headers, *(h for h in own if h[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_with_headers)
