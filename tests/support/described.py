"""A document with what a library's table knows of it."""

from __future__ import annotations

from datetime import UTC, datetime

from sourcebook.index import Document, make_document


def make_described(
    title: str,
    text: str,
    *,
    author: str | None,
    source: str | None,
    month: int | None,
    media_type: str,
    path: str,
    language: str | None = "en",
) -> Document:
    """Return a document of the tenth of a month of 2024; without a month it has no date."""
    return make_document(
        text,
        title=title,
        author=author,
        source=source,
        published=datetime(2024, month, 10, tzinfo=UTC) if month else None,
        media_type=media_type,
        language=language,
        path=path,
    )
