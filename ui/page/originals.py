"""The PDF that an article was read from, for the browser's own viewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sourcebook.index.errors import DocumentNotFound, SourcebookError
from sourcebook.index.ingest.uploads import display_name

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
"""Headers in place of the page's own policy, under which the browser's viewer shows nothing."""

_MEDIA_TYPE = "application/pdf"
_SIGNATURE = b"%PDF-"
_NO_FILE = "The file this article was read from is no longer where it was."


def address(document: Document, library: str | None = None) -> str:
    """Return the address of an article's PDF on the page; empty when it has none.

    ``library`` is the name in the page's address.
    """
    if file_of(document) is None:
        return ""
    query = {"document": document.id, **({"library": library} if library else {})}
    return f"{PATH}?{urlencode(query)}"


def file_of(document: Document) -> Path | None:
    """Return the article's file if it still exists and is a PDF; never another kind of file."""
    if document.media_type != _MEDIA_TYPE or not document.path:
        return None
    file = Path(document.path)
    try:
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            return file if stream.read(1024).lstrip().startswith(_SIGNATURE) else None
    except (OSError, ValueError):
        return None


def response(request: Request, library: Callable[[str | None], Library]) -> Response:
    """Return the PDF that a request asks for, or one line that says why there is none.

    ``library`` returns the library that a page's address names.
    """
    from starlette.responses import FileResponse, PlainTextResponse

    query = request.query_params
    try:
        document = library(query.get("library")).document(query.get("document", ""))
    except DocumentNotFound:
        return PlainTextResponse("This article is no longer in the library.", 404)
    except SourcebookError as error:
        return PlainTextResponse(str(error), 503)
    file = file_of(document)
    if file is None:
        return PlainTextResponse(_NO_FILE, 404)
    return FileResponse(
        file,
        media_type=_MEDIA_TYPE,
        filename=Path(display_name(str(file))).name,
        content_disposition_type="inline",
        headers=HEADERS,
    )
