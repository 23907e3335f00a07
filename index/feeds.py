"""RSS and Atom: each entry a document, by feedparser."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .documents import Document, make_document
from .errors import EmptyDocument, UnsupportedFormat


def read_feed(path: Path) -> Iterator[Document]:
    """The entries of a feed. Raises UnsupportedFormat, EmptyDocument."""
    import feedparser

    feed = feedparser.parse(path.read_bytes())
    if not feed.get("version"):
        raise UnsupportedFormat("is XML, and neither an RSS nor an Atom feed")
    if not feed.entries:
        raise EmptyDocument("the feed has no entries")
    for number, entry in enumerate(feed.entries, 1):
        yield _document(entry, feed.feed, f"{path}#{entry.get('id') or number}")


def _document(entry: Any, feed: Any, place: str) -> Document:
    from lxml import html

    parts = [part.get("value", "") for part in entry.get("content", [])]
    body = max([*parts, entry.get("summary", "")], key=len)
    paragraphs = html.fromstring(f"<div>{body}</div>") if body.strip() else None
    text = "\n\n".join(paragraphs.itertext()) if paragraphs is not None else ""
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return make_document(
        text,
        title=entry.get("title"),
        source=feed.get("title"),
        author=entry.get("author"),
        published=datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None,
        url=entry.get("link"),
        path=place,
        media_type="application/rss+xml",
        language=feed.get("language"),
    )
