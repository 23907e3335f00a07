"""`/health`, `/ready` and `/metrics`: how the server is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from sourcebook.ui.api.security.callers import Caller, authorised
from sourcebook.ui.api.service import Service

__all__ = ["router"]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["status"])

    @routes.get("/health", summary="Is the server alive", responses=_example({"status": "ok"}))
    async def health() -> Response:
        """Answers at once, whatever waits. Needs no key."""
        return JSONResponse({"status": "ok"})

    @routes.get(
        "/ready",
        summary="May questions be sent",
        responses=_example({"status": "ready"}) | {503: _not_ready()},
    )
    async def ready() -> Response:
        """503 while the models are loaded, where they cannot be, and once the server is to end.
        Needs no key."""
        state: str = service.warm_up.state if service.warm_up else "ready"
        if service.is_draining:
            state = "ending"
        return JSONResponse({"status": state}, 200 if state == "ready" else 503)

    @routes.get("/metrics", summary="Figures for Prometheus", responses=_METRICS)
    async def metrics(caller: Annotated[Caller, Depends(authorised("read"))]) -> Response:
        """Counts and seconds, of no person and no text."""
        return Response(service.metrics.text(), media_type=service.metrics.content_type)

    return routes


def _example(body: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "Yes.", "content": {"application/json": {"example": body}}}}


def _not_ready() -> dict[str, Any]:
    body = {"status": "loading"}
    return {"description": "Not now.", "content": {"application/json": {"example": body}}}


_METRICS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The figures.",
        "content": {"text/plain": {"example": "sourcebook_queue_length 1.0\n"}},
    }
}
