"""The protocol over HTTP: `/mcp` reads, `/mcp/write` also adds and removes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from sourcebook.ui.api.security.callers import caller_of
from sourcebook.ui.api.service import Service

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PATH", "WRITE_PATH", "router"]

PATH, WRITE_PATH = "/mcp", "/mcp/write"
SESSION_SECONDS, MOST_SESSIONS = 600, 1000
# No GET: a stream of what the server has to say unasked, which is nothing. Open as long as a client
# is there, it would hold up the end of the server.
_METHODS = ["POST", "DELETE"]


def router(service: Service) -> APIRouter:
    """Return the routes; without the package `mcp`, they say how to install it."""
    if find_spec("mcp") is None:
        routes = APIRouter()
        for path in (PATH, WRITE_PATH):
            routes.add_route(path, _missing, methods=_METHODS, include_in_schema=False)
        return routes

    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecuritySettings

    from .server import make_server
    from .toolbox import Toolbox

    managers = {
        path: StreamableHTTPSessionManager(
            make_server(Toolbox(service), caller_of, writes=path == WRITE_PATH),
            # Sessions are those of last year's clients, who cancel a call with another message.
            # They open nothing: each request shows its own key.
            session_idle_timeout=SESSION_SECONDS,
            max_sessions=MOST_SESSIONS,
            # Host, Origin and size are checked before any route.
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=service.limits.body,
        )
        for path in (PATH, WRITE_PATH)
    }

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for manager in managers.values():
                await stack.enter_async_context(manager.run())
            yield

    routes = APIRouter(lifespan=lifespan)
    for path, manager in managers.items():
        endpoint = _Endpoint(manager.asgi_app)
        routes.routes.append(Route(path, endpoint, methods=_METHODS, include_in_schema=False))
    return routes


class _Endpoint:
    """A route's end that is an ASGI application: it writes its own responses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def _missing(request: Request) -> Any:
    raise HTTPException(501, "install the extra first: pip install 'sourcebook[mcp]'")
