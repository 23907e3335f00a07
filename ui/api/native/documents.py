"""`/api/documents`: listed, read, removed and brought back. Adding is in `additions`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from sourcebook.index.search.overview import DocumentRow, select_rows
from sourcebook.rag.answer import document_to_dict
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.problems import RequestRefused
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service
from sourcebook.ui.api.spans import Utf16Offsets
from sourcebook.ui.render.listing import removed_to_list, row_to_dict
from sourcebook.ui.render.structure import blocks_to_list

from .examples import DOCUMENT, DOCUMENTS, REMOVAL, RESTORED

if TYPE_CHECKING:
    from sourcebook.index import Document

__all__ = ["router"]

LibraryQuery = Annotated[
    str | None, Query(max_length=200, description="The name of a library; by default the first.")
]
_MayRead = Annotated[Caller, Depends(caller_with("read"))]
_MayWrite = Annotated[Caller, Depends(caller_with("write"))]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["documents"])

    @routes.get("/api/documents", summary="List the documents", responses=DOCUMENTS)
    async def list_documents(
        caller: _MayRead,
        library: LibraryQuery = None,
        words: Annotated[
            str, Query(max_length=1000, description="In title, source, author or place.")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[
            str, Query(max_length=400, description="`next` of the page before.")
        ] = "",
    ) -> Response:
        """Return documents in the order they were added, a page at a time; `next` is the cursor of
        the next page, null on the last."""
        entry = await service.library(caller, library)
        after = _read_cursor(cursor)
        rows = select_rows(await service.run(entry.library.overview), words=words)
        page, following = _page(rows, after, limit)
        documents = [{**row_to_dict(row), "passages": row.passages} for row in page]
        return SafeJson({"documents": documents, "total": len(rows), "next": following})

    @routes.get("/api/documents/{document_id}", summary="Read a document", responses=DOCUMENT)
    async def read_document(
        document_id: str, caller: _MayRead, library: LibraryQuery = None
    ) -> Response:
        """Return a document's text, its structure, and what cleaning removed from it."""
        entry = await service.library(caller, library)
        return SafeJson(await service.run(_read, entry.library.document, document_id))

    @routes.delete("/api/documents/{document_id}", summary="Remove a document", responses=REMOVAL)
    async def remove_document(
        document_id: str, caller: _MayWrite, library: LibraryQuery = None
    ) -> Response:
        """Remove a document. The last 20 removals can be undone while the server runs."""
        entry = await service.library(caller, library)
        document = await service.run(entry.library.document, document_id)
        await service.run(entry.removals.take_out, entry.library, document_id)
        return SafeJson(
            {
                "id": document.id,
                "title": document.title,
                "restore": f"/api/documents/{document.id}/restore",
            }
        )

    @routes.post(
        "/api/documents/{document_id}/restore", summary="Undo a removal", responses=RESTORED
    )
    async def restore_document(
        document_id: str, caller: _MayWrite, library: LibraryQuery = None
    ) -> Response:
        """Bring back a document that was removed; `restored` is false where it was added again
        meanwhile."""
        entry = await service.library(caller, library)
        is_back = await service.run(entry.removals.put_back, entry.library, document_id)
        return SafeJson({"id": document_id, "restored": is_back})

    return routes


def _read(find: Any, document_id: str) -> dict[str, Any]:
    document: Document = find(document_id)
    offsets = Utf16Offsets(document.text)
    return {
        **document_to_dict(document),
        "text": document.text,
        "blocks": [offsets.add_to(block) for block in blocks_to_list(document)],
        "removed": removed_to_list(document),
        "pages": list(document.pages),
    }


# --- pages of the list ---


def _page(
    rows: Sequence[DocumentRow], after: tuple[int, str] | None, limit: int
) -> tuple[Sequence[DocumentRow], str | None]:
    """Return a page of rows, and the cursor of the next.

    Args:
        rows: in the order they were added.
        after: number and id of the last row before the page. Where that is removed by now, the page
            begins where it stood.
        limit: how many rows a page has.
    """
    start = 0
    if after is not None:
        number, last = after
        place = next((n for n, row in enumerate(rows) if row.id == last), None)
        if place is None:
            place = next((n - 1 for n, row in enumerate(rows) if row.number >= number), len(rows))
        start = place + 1
    page = rows[start : start + limit]
    if start + limit >= len(rows):
        return page, None
    text = f"{page[-1].number} {page[-1].id}"
    return page, base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[int, str] | None:
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        number, _, last = text.partition(" ")
        return int(number), last
    except (binascii.Error, ValueError):
        raise RequestRefused("there is no such cursor: send `next` of the page before") from None
