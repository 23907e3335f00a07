"""The PDF that an article was read from, for the browser's own viewer to show at a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sourcebook.index.errors import DocumentNotFound, SourcebookError
from sourcebook.index.ingest.uploads import name_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from sourcebook.index import Document, Library


__all__ = ["HEADERS", "PATH", "address", "file_of", "response"]

PATH = "/original"

HEADERS = {
    "content-security-policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
}
"""The page's own policy would keep the browser's viewer from showing it."""

_KIND = "application/pdf"
_BEGINS = b"%PDF-"
_GONE = "The file this article was read from is no longer where it was."


def address(document: Document, library: str | None = None) -> str:
    """Where the page gets it; empty where there is none to show. ``library`` is the name that the
    page's address has."""
    if file_of(document) is None:
        return ""
    asked = {"document": document.id, **({"library": library} if library else {})}
    return f"{PATH}?{urlencode(asked)}"


def file_of(document: Document) -> Path | None:
    """The file, where it is a PDF that still lies there; never another kind of file."""
    if document.media_type != _KIND or not document.path:
        return None
    file = Path(document.path)
    try:
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            return file if stream.read(1024).lstrip().startswith(_BEGINS) else None
    except (OSError, ValueError):
        return None


def response(request: Request, library: Callable[[str | None], Library]) -> Response:
    """The PDF of the document that the address names, or a line that says why there is none."""
    from starlette.responses import FileResponse, PlainTextResponse

    asked = request.query_params
    try:
        document = library(asked.get("library")).document(asked.get("document", ""))
    except DocumentNotFound:
        return PlainTextResponse("This article is no longer in the library.", 404)
    except SourcebookError as error:
        return PlainTextResponse(str(error), 503)
    file = file_of(document)
    if file is None:
        return PlainTextResponse(_GONE, 404)
    return FileResponse(
        file,
        media_type=_KIND,
        filename=Path(name_of(str(file))).name,
        content_disposition_type="inline",
        headers=HEADERS,
    )
