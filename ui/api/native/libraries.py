"""`/api/libraries`: those that the caller may use, and new ones."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from sourcebook.index.errors import LibraryError
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service

from .examples import LIBRARIES, LIBRARY

__all__ = ["LibraryRequest", "router"]


class LibraryRequest(BaseModel):
    """A new library."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "news"}]})

    name: str = Field(max_length=200, description="Letters, digits, spaces and - _ . between them.")


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["libraries"])

    @routes.get("/api/libraries", summary="List the libraries", responses=LIBRARIES)
    async def list_libraries(caller: Annotated[Caller, Depends(caller_with("read"))]) -> Response:
        """Return the libraries that the caller may use; `default` marks the one that is meant where
        none is named."""
        return SafeJson({"libraries": await service.run(_rows, service, caller)})

    @routes.post("/api/libraries", summary="Make a library", status_code=201, responses=LIBRARY)
    async def create_library(
        body: LibraryRequest, caller: Annotated[Caller, Depends(caller_with("write"))]
    ) -> Response:
        """Make an empty library."""
        caller.check_library(body.name)
        name = await service.run(service.libraries.create, body.name)
        return SafeJson({"name": name, "documents": 0, "default": False}, 201)

    return routes


def _rows(service: Service, caller: Caller) -> list[dict[str, Any]]:
    default = service.default_library(caller)
    return [
        {"name": name, "documents": _size(service, name), "default": name == default}
        for name in service.library_names(caller)
    ]


def _size(service: Service, name: str) -> int | None:
    """Return how many documents a library has; None where it cannot be read."""
    try:
        return len(service.libraries.open(name).library)
    except LibraryError:
        return None
