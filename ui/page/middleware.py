"""Who comes to the page of a library is let in, led to the first one, or told what is wrong.

Before Gradio: a page whose library cannot be opened would be a page of errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sourcebook.index.errors import LibraryNotFound, SourcebookError
from sourcebook.ui.render.escaping import escape, one_line

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


__all__ = ["Door"]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sourcebook</title>
<meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark }}
body {{ font: 1.0625rem/1.6 sans-serif; max-width: 34rem; margin: 14vh auto; padding: 0 1rem;
overflow-wrap: anywhere }}</style></head>
<body><main><h1>This library cannot be opened</h1><p role="alert">{said}</p>
<p><a href="/">{way}</a></p></main></body></html>"""


class Door:
    """ASGI middleware. ``open_library`` opens the library of a name, None for the first one's, and
    gives what stands behind the question mark of its address; or raises why it cannot."""

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
                own = await to_thread.run_sync(self._open, name)
                if own and not name:  # the library that had no name in its address is gone
                    answer = RedirectResponse(f"/?{own}", 303)
            except SourcebookError as error:
                nowhere = name and isinstance(error, LibraryNotFound)
                said = escape(one_line(str(error)))
                way = "Open the first one" if name else "Try again"
                page = HTMLResponse(_PAGE.format(said=said, way=way), 503)
                answer = RedirectResponse("/", 303) if nowhere else page
        await (answer or self._app)(scope, receive, send)


# The browser is told to ask this server and nobody else. Gradio needs inline scripts and styles,
# and its templates are made with eval.
_POLICY = "; ".join(
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
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class SecurityHeaders:
    """ASGI middleware: adds those of the headers above that an answer does not have itself, streams
    included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                names = {name.lower() for name, _ in own}
                message["headers"] = [*own, *(h for h in _HEADERS if h[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_with_headers)
