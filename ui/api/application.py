"""The application of the API: all routers, the forms of their errors, and the gate before them.

A face of the API is a module with ``router(service: Service) -> APIRouter``, listed in ROUTERS:

    def router(service: Service) -> APIRouter:
        routes = APIRouter(tags=["openai"])

        @routes.post("/v1/chat/completions")
        async def complete(
            request: CompletionRequest, caller: Annotated[Caller, Depends(authorised("ask"))]
        ) -> Response:
            entry = await service.library(caller, name)
            answer = await service.answer(caller, entry, AskedQuestion(text, history))
            ...

        return routes

Errors are raised: a `SourcebookError` becomes its status (`problems`) in the form that ERROR_FORMS
names for the beginning of the path, else problem+json. What blocks runs in `Service.run`. A stream
takes `Service.answers` inside ``async with aclosing(...)``; `first_event` (in `streams`) starts it
before the response begins, so that a full queue is still a 503. Paths below `security.gate.GUARDED`
need a key once there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sourcebook.index.errors import SourcebookError
from sourcebook.index.machine import package_version
from sourcebook.ui.serving import Access, HostGuard
from sourcebook.ui.serving.headers import CLOSED_POLICY, ResponseHeaders

from . import reader, verify
from .anthropic import anthropic_error, is_anthropic, messages
from .mcp import routes as mcp
from .metrics import Meter
from .native import additions, ask, documents, evaluations, libraries, search, status
from .openai import chat, embeddings, models, openai_error, responses
from .problems import ErrorForm, ErrorForms, Failure
from .security.gate import Authenticator, Gate, is_api, is_open
from .service import Service
from .widget import routes as widget
from .widget import tokens as widget_tokens

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = [
    "AUTHENTICATORS",
    "ERROR_FORMS",
    "ROUTERS",
    "add_api",
    "api_routes",
    "new_application",
    "protect",
]

NOTHING_ELSE = Access()

ROUTERS: tuple[Callable[[Service], APIRouter], ...] = (
    ask.router,
    search.router,
    documents.router,
    additions.router,
    libraries.router,
    evaluations.router,
    status.router,
    mcp.router,
    widget.router,
    verify.router,
    reader.router,
    chat.router,
    responses.router,
    models.router,
    embeddings.router,
    messages.router,
)
"""Each makes the routes of one face. Another face is another line."""


def _model_error(request: Request, failure: Failure) -> Response:
    """A failure of a path that clients of both kinds ask."""
    form = anthropic_error if is_anthropic(request) else openai_error
    return form(request, failure)


ERROR_FORMS: tuple[tuple[str, ErrorForm], ...] = (
    ("/v1/messages", anthropic_error),
    ("/v1/", _model_error),
)
"""The beginning of paths, and the form of error that the clients of that face read."""

AUTHENTICATORS: tuple[Authenticator, ...] = (widget_tokens.authenticate,)
"""Recognise tokens that are no keys, such as those of a web page. The service knows its links."""


def api_routes(service: Service) -> list[APIRouter]:
    """Return the routers of all faces of the API."""
    return [make(service) for make in ROUTERS]


def new_application() -> FastAPI:
    """Return an application without routes, that tells nobody of its requests."""
    return FastAPI(
        title="Sourcebook",
        version=package_version("sourcebook") or "0",
        description="Answers questions from your own articles, and shows where each sentence "
        "stands. Offsets count Unicode code points; those that end in _utf16 count as JavaScript.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )


def add_api(application: FastAPI, service: Service) -> None:
    """Add all routes of the API, and the forms of their errors, to an application.

    To be called before anything is mounted at "/", which would take their paths.
    """
    for router in api_routes(service):
        application.include_router(router)
    forms = ErrorForms(ERROR_FORMS)

    async def respond(request: Request, error: Exception) -> Response:
        return forms.response(request, error)

    for kind in (SourcebookError, RequestValidationError, HTTPException, Exception):
        application.add_exception_handler(kind, respond)


def protect(
    application: ASGIApp,
    service: Service,
    access: Access = NOTHING_ELSE,
    *,
    policy: str = CLOSED_POLICY,
    needs_key: bool = False,
) -> ASGIApp:
    """Return an application behind all that is checked before its routes.

    Args:
        application: the routes.
        service: what they stand on.
        access: the names of this server, and the web pages that may ask it.
        policy: the content security policy of its responses.
        needs_key: whether a key is needed also while there is none.
    """
    gate = Gate(
        application,
        service.keys,
        service.limits,
        ErrorForms(ERROR_FORMS),
        (*AUTHENTICATORS, service.links.authenticate),
        needs_key=needs_key,
    )
    rules = replace(access, takes_origins=is_api, is_public=is_open)
    return ResponseHeaders(HostGuard(Meter(gate, service.metrics), rules), policy)
