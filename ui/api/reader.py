"""`GET /api/read`: an article in the browser with a quote marked, where links of citations lead."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sourcebook.rag.citation import Citation
from sourcebook.ui.api.security.callers import Caller, authorised, caller_of
from sourcebook.ui.api.security.links import PATH, Links
from sourcebook.ui.render.citations import at_quote
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.reading import TextSpan, article_html, document_pages
from sourcebook.ui.state import OpenLibrary

from .service import Service

__all__ = ["quote_link", "router"]

_REACH = 500_000
"""Characters of an article on each side of the quote: few articles are longer."""

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
}

_STYLE = (
    ":root{color-scheme:light dark}body{max-width:42rem;margin:2rem auto;padding:0 1rem;"
    "font:1.05rem/1.6 system-ui,sans-serif}mark{background:#fff3b0;color:#111}"
    ".sb-here{background:#ffd84d}.sb-rest{display:none}table{border-collapse:collapse}"
    "td,th{border:1px solid #8888;padding:.2rem .5rem}pre{overflow:auto}"
)


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
        caller: Annotated[Caller, Depends(authorised("read"))],
        document: Annotated[str, Query(max_length=200)],
        library: Annotated[str | None, Query(max_length=200)] = None,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        _sig: Annotated[
            str, Query(alias="sig", description="Of a link in an answer: it needs no key.")
        ] = "",
    ) -> Response:
        """Return the article as HTML, scrolled to the quote by the fragment of its link."""
        entry = await service.library(caller, library)
        page = await service.run(_page, entry, document, start, end)
        return HTMLResponse(page, headers=_HEADERS)

    return routes


def _page(entry: OpenLibrary, document_id: str, start: int, end: int) -> str:
    document = entry.library.document(document_id)
    is_place = 0 <= start < end <= len(document.text)
    article = article_html(
        document,
        TextSpan(start, end) if is_place else None,
        pages=document_pages(document, entry.library.passages(document.id)),
        reach=_REACH,
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(one_line(document.title) or 'Untitled')}</title>"
        f"<style>{_STYLE}</style></head><body>{article}</body></html>"
    )


_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The article.",
        "content": {"text/html": {"example": "<!doctype html><html>…</html>"}},
    }
}
