"""Tokens of web pages: they last minutes, hold for one origin and one library, and only ask."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import Request

from sourcebook.ui.api.security.callers import Caller
from sourcebook.ui.serving import check_origin

__all__ = ["SECONDS", "Tokens", "authenticate", "page_origin"]

SECONDS = 600
_MARK = "sbw_"
_LONGEST = 2000


class Tokens:
    """Signs tokens and reads them.

    The secret is this process's own: a token ends with the server at the latest. Times are of a
    clock that nobody sets, so a wrong clock, here or in the browser, makes no token last.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret = secrets.token_bytes(32)
        self._clock = clock

    def create(self, origin: str, library: str) -> str:
        """Return a token for the pages of an origin, to ask one library."""
        claims = {"origin": origin, "library": library, "end": self._clock() + SECONDS}
        body = _encode(json.dumps(claims).encode())
        return f"{_MARK}{body}.{self._sign(body)}"

    def caller(self, request: Request, token: str) -> Caller | None:
        """Return who sends a request with a token; None where the token is none of ours, has ended,
        or the request comes from another origin."""
        body, _, signature = token.removeprefix(_MARK).partition(".")
        if not token.startswith(_MARK) or len(token) > _LONGEST or not token.isascii():
            return None
        if not hmac.compare_digest(signature, self._sign(body)):
            return None
        claims = json.loads(_decode(body))
        if self._clock() > claims["end"] or page_origin(request) != claims["origin"]:
            return None
        address = request.client.host if request.client else "unknown"
        return Caller(f"page {address}", frozenset({"ask"}), frozenset({claims["library"]}))

    def _sign(self, body: str) -> str:
        return _encode(hmac.digest(self._secret, body.encode(), hashlib.sha256))


TOKENS = Tokens()
"""Those of this process."""


def authenticate(request: Request, token: str) -> Caller | None:
    """Recognise a token of a page: an `Authenticator` of the gate."""
    return TOKENS.caller(request, token)


def page_origin(request: Request) -> str | None:
    """Return the origin of the page that sends a request, as browsers write it."""
    origins = request.headers.getlist("origin")
    return check_origin(origins[0]) if len(origins) == 1 else None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    with suppress(ValueError):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return b""
