"""`POST /v1/embeddings`: texts in, the vectors of a library's embedder out."""

from __future__ import annotations

import base64
import re
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from sourcebook.index.embedding.base import Vectors
from sourcebook.ui.api.dialogue import library_of
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service

from .requests import EmbeddingRequest

__all__ = ["router"]

_WORD = re.compile(r"\w+|[^\w\s]")


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["openai"])

    @routes.post("/v1/embeddings", summary="Vectors of texts", responses=_RESPONSES)
    async def embed(
        body: EmbeddingRequest, caller: Annotated[Caller, Depends(caller_with("ask"))]
    ) -> Response:
        """Embed texts as the passages of a library are embedded. Usage counts words."""
        entry = await service.library(caller, library_of(body.model))
        embedder = entry.library.embedder
        if body.dimensions not in (None, embedder.dimension):
            raise RequestValidationError(
                [
                    {
                        "loc": ("body", "dimensions"),
                        "msg": f"{embedder.name} makes vectors of {embedder.dimension} numbers: "
                        "leave it out",
                        "type": "value_error",
                    }
                ]
            )
        vectors = await service.run(embedder.embed, body.input)
        words = sum(len(_WORD.findall(text)) for text in body.input)
        return SafeJson(
            {
                "object": "list",
                "model": body.model,
                "data": [
                    {"object": "embedding", "index": index, "embedding": encoded}
                    for index, encoded in enumerate(_encoded(vectors, body.encoding_format))
                ],
                "usage": {"prompt_tokens": words, "total_tokens": words},
                "sourcebook": {"embedder": embedder.name, "library": entry.name},
            }
        )

    return routes


def _encoded(vectors: Vectors, form: str | None) -> list[Any]:
    """The vectors as lists of numbers, or as base64 of little-endian 32-bit floats."""
    if form == "base64":
        return [base64.b64encode(np.asarray(v, "<f4").tobytes()).decode() for v in vectors]
    return [[float(number) for number in vector] for vector in vectors]


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A vector for each text, in order.",
        "content": {
            "application/json": {
                "example": {
                    "object": "list",
                    "model": "sourcebook",
                    "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
                    "usage": {"prompt_tokens": 3, "total_tokens": 3},
                }
            }
        },
    }
}
