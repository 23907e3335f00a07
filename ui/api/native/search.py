"""`POST /api/search`: passages, best first, without the language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from sourcebook.index import Hit, Library
from sourcebook.index.search.filters import Mode
from sourcebook.rag.question import LONGEST
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service
from sourcebook.ui.api.spans import hit_to_dict

from .examples import SEARCH
from .questions import FilterFields, LibraryName

__all__ = ["SearchRequest", "router"]


class SearchRequest(BaseModel):
    """Words to look for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"query": "talks in Geneva", "k": 3}]}
    )

    query: str = Field(max_length=LONGEST)
    library: LibraryName = None
    k: int = Field(default=10, ge=1, le=200, description="How many passages at most.")
    mode: Mode = Field(default="hybrid", description="Rank by words and meaning, or by one alone.")
    filters: FilterFields | None = None
    distinct: bool = Field(
        default=False,
        description="Make passages that say the same one hit, naming the others.",
    )
    neighbours: int = Field(
        default=0, ge=0, le=5, description="Passages before and behind each that are shown with it."
    )


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["search"])

    @routes.post("/api/search", summary="Find passages, best first", responses=SEARCH)
    async def search(
        body: SearchRequest, caller: Annotated[Caller, Depends(caller_with("ask"))]
    ) -> Response:
        """Return the passages that fit the words best."""
        entry = await service.library(caller, body.library)
        hits = await service.run(
            entry.library.search,
            body.query,
            body.k,
            mode=body.mode,
            filters=body.filters.to_filters() if body.filters else None,
            distinct=body.distinct,
        )
        rows = await service.run(_rows, entry.library, hits, body.neighbours)
        return SafeJson({"hits": rows})

    return routes


def _rows(library: Library, hits: Sequence[Hit], neighbours: int) -> list[dict[str, Any]]:
    return [
        hit_to_dict(hit, library.neighbours(hit.passage, neighbours) if neighbours else None)
        for hit in hits
    ]
