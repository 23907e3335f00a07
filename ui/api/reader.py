"""`GET /api/read`: an article in the browser with a quote marked, where links of citations lead."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sourcebook.rag.citation import Citation
from sourcebook.ui.api.security.callers import Caller, caller_of, caller_with
from sourcebook.ui.api.security.links import PATH, Links
from sourcebook.ui.render.citations import at_quote
from sourcebook.ui.render.reading import TextSpan, article_page, document_pages
from sourcebook.ui.state import OpenLibrary

from .service import Service

__all__ = ["quote_link", "router"]

_REACH = 500_000
"""Characters of an article on each side of the quote: few articles are longer."""

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
}


class QuotePlace(BaseModel):
    """The query of a link: an article, and the place in it that is marked."""

    document: str = Field(max_length=200)
    library: str | None = Field(default=None, max_length=200)
    start: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)
    sig: str = Field(default="", description="Of a link in an answer: it needs no key.")


def quote_link(links: Links, request: Request, library: str, citation: Citation) -> str:
    """Return the absolute address at which a browser shows a quote in its article.

    It is signed for a caller who may read: nobody hands on what they may not do themselves.

    Args:
        links: sign it.
        request: the one that is answered; its address is that of this server.
        library: the name of the article's library.
        citation: the place.
    """
    query = {
        "library": library,
        "document": citation.document.id,
        "start": str(citation.start),
        "end": str(citation.end),
    }
    if "read" in caller_of(request).scopes:
        query = links.sign(query)
    base = str(request.base_url).rstrip("/")
    return at_quote(f"{base}{PATH}?{urlencode(query)}", citation.quote)


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["documents"])

    @routes.get(PATH, summary="An article as a page, with a quote marked", responses=_RESPONSES)
    async def read(
        caller: Annotated[Caller, Depends(caller_with("read"))],
        place: Annotated[QuotePlace, Query()],
    ) -> Response:
        """Return the article as HTML, scrolled to the quote by the fragment of its link."""
        entry = await service.library(caller, place.library)
        page = await service.run(_page, entry, place)
        return HTMLResponse(page, headers=_HEADERS)

    return routes


def _page(entry: OpenLibrary, place: QuotePlace) -> str:
    document = entry.library.document(place.document)
    is_marked = place.start < place.end <= len(document.text)
    return article_page(
        document,
        TextSpan(place.start, place.end) if is_marked else None,
        pages=document_pages(document, entry.library.passages(document.id)),
        reach=_REACH,
    )


_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The article.",
        "content": {"text/html": {"example": "<!doctype html><html>…</html>"}},
    }
}
