"""`/api/widget/chat.js`, the script of a page, and `/api/widget/token`, what it asks with."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from sourcebook.ui.api.problems import AccessDenied
from sourcebook.ui.api.service import Service
from sourcebook.ui.state.addresses import key

from .script import script, script_tag
from .tokens import SECONDS, TOKENS, page_origin

__all__ = ["router"]


class TokenRequest(BaseModel):
    """Which library the element of a page asks."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"library": "news"}]})

    library: Annotated[
        str | None,
        Field(max_length=200, description="By default the one the server was started with."),
    ] = None


def router(service: Service) -> APIRouter:
    """Return the routes. Both need no key: the page has none."""
    routes = APIRouter(tags=["widget"])

    @routes.get(
        "/api/widget/chat.js",
        summary="The script of the element for web pages",
        response_class=Response,
        responses={200: {"content": {"text/javascript": {"example": "(() => {…})();"}}}},
    )
    async def chat_script(request: Request) -> Response:
        """Return the script. `<script src="…/api/widget/chat.js" defer></script>` and
        `<sourcebook-chat library="news"></sourcebook-chat>` are all that a page needs."""
        headers = {
            "etag": f'"{script_tag()}"',
            "cache-control": "public, max-age=300",
            "cross-origin-resource-policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(script(), media_type="text/javascript", headers=headers)

    @routes.post(
        "/api/widget/token", summary="A token for the element of a web page", responses=_RESPONSES
    )
    async def token(body: TokenRequest, request: Request) -> JSONResponse:
        """Return a token that lasts ten minutes, for pages of the origin that asks for it.

        Which origins may ask is `sourcebook serve --allow-origin`. It lets a page ask the one
        library that the server was started with, and nothing else."""
        origin = page_origin(request)
        if origin is None:
            raise AccessDenied("a token is for the element of a web page: programs use a key")
        first = service.libraries.first
        if body.library is not None and key(body.library) != key(first):
            raise AccessDenied(
                "pages may ask the library that the server was started with, and no other: start "
                f"one with `sourcebook serve --library {body.library[:60]}`"
            )
        reply = {"token": TOKENS.create(origin, first), "expires_in": SECONDS}
        return JSONResponse(reply, headers={"cache-control": "no-store"})

    return routes


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The token, and for how many seconds it holds.",
        "content": {
            "application/json": {"example": {"token": "sbw_eyJvcmln.x1y2", "expires_in": SECONDS}}
        },
    },
}
