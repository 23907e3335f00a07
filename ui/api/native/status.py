"""`/health`, `/ready` and `/metrics`: how the server is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service

from .examples import HEALTH, METRICS, READY

__all__ = ["router"]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["status"])

    @routes.get("/health", summary="Is the server alive", responses=HEALTH)
    async def health() -> Response:
        """Answers at once, whatever waits. Needs no key."""
        return SafeJson({"status": "ok"})

    @routes.get("/ready", summary="May questions be sent", responses=READY)
    async def ready() -> Response:
        """503 while the models are loaded, where they cannot be, and once the server is to end.
        Needs no key."""
        state: str = service.warm_up.state if service.warm_up else "ready"
        if service.is_draining:
            state = "ending"
        return SafeJson({"status": state}, 200 if state == "ready" else 503)

    @routes.get("/metrics", summary="Figures for Prometheus", responses=METRICS)
    async def metrics(caller: Annotated[Caller, Depends(caller_with("read"))]) -> Response:
        """Counts and seconds, of no person and no text."""
        return Response(service.metrics.text(), media_type=service.metrics.content_type)

    return routes
