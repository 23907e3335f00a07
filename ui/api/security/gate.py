"""The gate before all routes of the API: finds who sends a request, and limits what they send."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.api.limits import ServerLimits
from sourcebook.ui.api.problems import BodyTooLarge, ErrorForms, KeyMissing, TooManyRequests
from sourcebook.ui.serving import is_from_elsewhere

from .callers import SCOPES, Caller
from .keys import Keys

if TYPE_CHECKING:
    from limits import RateLimitItem
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["GUARDED", "LARGE", "OPEN", "Authenticator", "Gate", "is_api", "is_guarded", "is_open"]

GUARDED = ("/api", "/v1", "/mcp", "/metrics")
"""Paths that need a key once there is one, with all below them."""

OPEN = ("/api/openapi.json", "/api/widget/")
"""Paths among them that need none: an entry that ends in / is open with all below it."""

LARGE = ("/api/documents",)
"""Paths that take files."""

Authenticator = Callable[["Request", str], Caller | None]
"""Recognises a request by a token that is no key ("": it has none), or by its address; None where
it is not one of its own."""


def is_open(path: str) -> bool:
    """Return whether a path of the API needs no key."""
    return any(path == entry or (entry[-1] == "/" and path.startswith(entry)) for entry in OPEN)


def is_api(path: str) -> bool:
    """Return whether a path is one of the API, and not of the page."""
    return any(path == entry or path.startswith(f"{entry}/") for entry in GUARDED)


def is_guarded(path: str) -> bool:
    """Return whether a path needs a key once there is one."""
    return is_api(path) and not is_open(path)


class Gate:
    """ASGI middleware: sets ``scope["state"]["caller"]``, or refuses the request unread.

    Args:
        app: what is behind it.
        keys: those that open it. Where none was made, this machine needs none; a page of another
            origin always does, as this machine's browser brings it here.
        limits: how many requests a caller has.
        forms: the forms of its refusals.
        authenticators: recognise what is no key.
        needs_key: whether a key is needed also while there is none.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Keys,
        limits: ServerLimits,
        forms: ErrorForms,
        authenticators: Sequence[Authenticator] = (),
        *,
        needs_key: bool = False,
    ) -> None:
        from limits import parse
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._app, self._keys, self._forms = app, keys, forms
        self._authenticators, self._needs_key = authenticators, needs_key
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._rate, self._wrong_keys = parse(limits.rate), parse(limits.wrong_keys)
        self._body, self._upload = limits.body, limits.upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.requests import Request

        if scope["type"] != "http" or not is_guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            caller = self._caller(request)
            self._count(self._rate, caller.name)
            most = self._upload if scope["path"] in LARGE else self._body
            limited = _limit_body(request, receive, most)
        except SourcebookError as error:
            response = self._forms.response(request, error)
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, limited, send)

    def _caller(self, request: Request) -> Caller:
        address = request.client.host if request.client else "unknown"
        token = _token(request)
        for authenticate in self._authenticators:
            if caller := authenticate(request, token):
                return caller
        is_foreign = is_from_elsewhere(request.headers)
        if not (self._needs_key or is_foreign or self._keys.all()):
            return Caller(f"address {address}", frozenset(SCOPES))
        if not token and is_foreign:
            raise KeyMissing(
                "a page of another origin sends a key (`sourcebook keys create NAME` makes one), "
                "or a token of /api/widget/token, as the element of /api/widget/chat.js does"
            )
        if not token:
            raise KeyMissing(
                "send a key, `Authorization: Bearer KEY`; `sourcebook keys create NAME` makes one"
            )
        if key := self._keys.find(token):
            return key.caller()
        self._count(self._wrong_keys, f"wrong {address}")
        raise KeyMissing("there is no such key: `sourcebook keys list` lists their names")

    def _count(self, rate: RateLimitItem, name: str) -> None:
        if self._counter.hit(rate, name):
            return
        reset = self._counter.get_window_stats(rate, name).reset_time
        seconds = max(1, round(reset - time.time()))
        raise TooManyRequests(f"{rate} is the limit: ask again in {seconds} s", seconds)


def _limit_body(request: Request, receive: Receive, most: int) -> Receive:
    """Return a ``receive`` that ends a body of more than ``most`` bytes, whatever its header says.

    Raises:
        BodyTooLarge: the header says so already.
    """
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise BodyTooLarge(most)
    total = 0

    async def receive_some() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            # Of this class, as it must pass through what reads the body.
            raise HTTPException(413, str(BodyTooLarge(most)))
        return message

    return receive_some


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    return request.headers.get("x-api-key", "").strip()
