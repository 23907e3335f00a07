"""ASGI middleware: opens the library of a page before Gradio; and what the page's browser may do.

A Gradio page whose library cannot be opened would be a page of errors: it is one readable line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sourcebook.index.errors import LibraryNotFound, SourcebookError

from .templating import render

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


__all__ = ["POLICY", "LibraryMiddleware"]


class LibraryMiddleware:
    """Opens the library of a page's address; on errors it redirects, or shows what is wrong.

    ``open_library`` opens the library of that name (None: the first one) and returns the query part
    of its address, or raises SourcebookError.
    """

    def __init__(self, app: ASGIApp, open_library: Callable[[str | None], str]) -> None:
        self._app, self._open = app, open_library

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from anyio import to_thread
        from starlette.requests import Request
        from starlette.responses import HTMLResponse, RedirectResponse, Response

        answer: Response | None = None
        if scope["type"] == "http" and scope["path"] == "/":
            name = Request(scope).query_params.get("library") or None
            try:
                query = await to_thread.run_sync(self._open, name)
                if query and not name:  # the library of no name was deleted
                    answer = RedirectResponse(f"/?{query}", 303)
            except SourcebookError as error:
                is_unknown = name and isinstance(error, LibraryNotFound)
                page = HTMLResponse(_error_page(str(error), name), 503)
                answer = RedirectResponse("/", 303) if is_unknown else page
        await (answer or self._app)(scope, receive, send)


def _error_page(message: str, name: str | None) -> str:
    link = "Open the first library" if name else "Try again"
    return render("error_page.html", "page", message=message, link=link)


# The browser may send requests to this server alone. Gradio needs inline scripts and styles, and
# makes its templates with eval.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
