"""Which names of this server, and which web pages, are answered: checked before every route.

A page elsewhere can make its own name lead to this machine (DNS rebinding), and read what is
answered then; and any page can send requests here. So a request must name this server by a name
that it has, and one that a page sends must come from the server's own page, or one it was told of.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Access", "HostGuard", "check_origin", "is_from_elsewhere"]

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^\s:/@?#\[\]]+)(?::(?P<port>\d{1,5}))?")
_PORTS = {"http": 80, "https": 443}
_EXPOSED = ("x-request-id", "request-id", "retry-after")


@dataclass(frozen=True, slots=True)
class Access:
    """What is answered beside this machine's own names and the server's own page.

    ``hosts`` are names; ``origins`` are those of web pages ("https://example.org").
    ``takes_origins`` says of a path whether those pages may ask it; ``is_public`` whether any page
    may load it, as a script or a style.
    """

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    takes_origins: Callable[[str], bool] = lambda path: False
    is_public: Callable[[str], bool] = lambda path: False


def check_origin(origin: str) -> str | None:
    """Return an origin as browsers write it, or None where it is none."""
    parts = urlsplit(origin.strip())
    with suppress(ValueError):
        if parts.scheme in _PORTS and parts.hostname and not (parts.path.strip("/") or parts.query):
            name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            is_usual = parts.port in (None, _PORTS[parts.scheme])
            return f"{parts.scheme}://{name}" + ("" if is_usual else f":{parts.port}")
    return None


def is_from_elsewhere(headers: Headers) -> bool:
    """Return whether a page of another origin than this server's sends a request.

    Args:
        headers: those of a request that `HostGuard` let pass: its Host is a name of this server,
            and the page is one that the server was told of.
    """
    return bool(headers.getlist("origin")) and not _is_own_page(headers)


def _is_own_page(headers: Headers) -> bool:
    origins = headers.getlist("origin")
    if len(origins) != 1:
        return False
    if origins[0] == "null":  # also of a form in the page itself, as no referrer is sent
        return headers.get("sec-fetch-site", "") == "same-origin"
    origin = check_origin(origins[0])
    if origin is None:
        return False
    return origin == check_origin(f"{urlsplit(origin).scheme}://{headers.get('host', '')}")


class HostGuard:
    """ASGI middleware: refuses requests to foreign hosts and from foreign pages, unread; sends the
    CORS headers for pages that it was told of."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access
        self._hosts = {"localhost", *(name.lower().rstrip(".") for name in access.hosts)}
        self._for_pages = (
            CORSMiddleware(
                app,
                allow_origins=sorted(access.origins),
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
            )
            if access.origins
            else app
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._is_own_host(scope, headers):
            await _refuse(scope, receive, send, _HOST_REFUSED)
        elif not self._is_known_page(scope["path"], headers):
            await _refuse(scope, receive, send, _ORIGIN_REFUSED)
        elif self._access.takes_origins(scope["path"]):
            await self._for_pages(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_own_host(self, scope: Scope, headers: Headers) -> bool:
        hosts = headers.getlist("host")
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None:
            return False
        name = match["name"].lower().strip("[]").rstrip(".")
        with suppress(ValueError):
            address = ipaddress.ip_address(name)
            # An address leads to no other machine than its own, whoever names it.
            server = scope.get("server")
            return (
                address.is_loopback
                or name in self._hosts
                or (server is not None and str(address) == str(server[0]).split("%")[0])
            )
        return name in self._hosts

    def _is_known_page(self, path: str, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        site = headers.get("sec-fetch-site", "")
        if not origins:
            # A link from elsewhere may lead here; a picture or script there may not be from here.
            is_foreign = site in ("cross-site", "same-site")
            is_link = headers.get("sec-fetch-mode") == "navigate"
            return not is_foreign or is_link or self._access.is_public(path)
        if _is_own_page(headers):
            return True
        is_listed = len(origins) == 1 and check_origin(origins[0]) in self._access.origins
        return is_listed and self._access.takes_origins(path)


_HOST_REFUSED: dict[str, str | int] = {
    "type": "urn:sourcebook:problem:host-refused",
    "title": "This server does not have that name",
    "status": 421,
    "detail": "ask it as localhost or by its address; `sourcebook serve --allow-host NAME` adds a "
    "name",
}
_ORIGIN_REFUSED: dict[str, str | int] = {
    "type": "urn:sourcebook:problem:origin-refused",
    "title": "Another web page sent this",
    "status": 403,
    "detail": "`--allow-origin https://that.page` lets the API be asked from there, with a key",
}


async def _refuse(
    scope: Scope, receive: Receive, send: Send, problem: Mapping[str, str | int]
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    request_id = scope.get("state", {}).get("request_id", "")
    body = {**problem, "instance": scope["path"], "request_id": request_id}
    status = int(problem["status"])
    response = Response(json.dumps(body), status, None, "application/problem+json")
    await response(scope, receive, send)
