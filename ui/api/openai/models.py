"""`GET /v1/models`: each library is a model. Anthropic's clients ask the same address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from sourcebook.index.errors import LibraryNotFound
from sourcebook.ui.api.anthropic import is_anthropic
from sourcebook.ui.api.dialogue import LibraryModel, model_names
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service

__all__ = ["router"]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["openai"])

    @routes.get("/v1/models", summary="The libraries as models", responses=_RESPONSES)
    async def list_models(
        request: Request, caller: Annotated[Caller, Depends(caller_with("ask"))]
    ) -> Response:
        """List the models that the key may use; the default library is `sourcebook` as well."""
        models = await service.run(model_names, service, caller)
        if is_anthropic(request):
            return SafeJson(
                {
                    "data": [_anthropic_form(model) for model in models],
                    "has_more": False,
                    "first_id": models[0].name if models else None,
                    "last_id": models[-1].name if models else None,
                }
            )
        return SafeJson({"object": "list", "data": [_openai_form(model) for model in models]})

    @routes.get("/v1/models/{model:path}", summary="One model", responses=_RESPONSES)
    async def retrieve_model(
        model: str, request: Request, caller: Annotated[Caller, Depends(caller_with("ask"))]
    ) -> Response:
        """Return one model, or 404."""
        models = await service.run(model_names, service, caller)
        entry = next((entry for entry in models if entry.name == model), None)
        if entry is None:
            raise LibraryNotFound(
                f"the model {model[:80]!r} does not exist: /v1/models lists those there are"
            )
        form = _anthropic_form if is_anthropic(request) else _openai_form
        return SafeJson(form(entry))

    return routes


def _openai_form(model: LibraryModel) -> dict[str, Any]:
    return {
        "id": model.name,
        "object": "model",
        "created": model.created,
        "owned_by": "sourcebook",
    }


def _anthropic_form(model: LibraryModel) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model.name,
        "display_name": model.name,
        "created_at": datetime.fromtimestamp(model.created, UTC).isoformat(),
        "lifecycle": "active",
    }


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Of each model its name.",
        "content": {
            "application/json": {
                "example": {
                    "object": "list",
                    "data": [
                        {
                            "id": "sourcebook/news",
                            "object": "model",
                            "created": 1760000000,
                            "owned_by": "sourcebook",
                        }
                    ],
                }
            }
        },
    }
}
