"""RSS and Atom feeds: each entry is a document, by feedparser."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile, UnsupportedFormat
from sourcebook.index.reading.markup import html_content, html_to_text
from sourcebook.index.reading.records.columns import web_address
from sourcebook.index.reading.records.record_dates import is_in_numbers, read_date
from sourcebook.index.reading.records.tabular import with_unique_location
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

_WEEKDAY = re.compile(r"^[^\W\d_]{2,12}\.?,\s*")
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


def read_feed(source: Source) -> Iterator[Document | Skipped]:
    """Read the entries of a feed, each with its author and date.

    Raises:
        UnsupportedFormat: the file is XML and no feed.
        UnreadableFile, EmptyDocument: the feed is broken, or has no entries.
    """
    import feedparser

    data = source.data()
    feed = feedparser.parse(data)
    if not feed.get("version"):
        if feed.get("bozo") and not data.lstrip().startswith(b"<"):
            raise UnreadableFile("is neither XML nor a feed")
        raise UnsupportedFormat("is XML, and neither an RSS nor an Atom feed")
    if not feed.entries:
        raise EmptyDocument("the feed has no entries")
    locations: set[str] = set()
    for number, entry in enumerate(feed.entries, 1):
        key = entry.get("id") or entry.get("link") or number
        document = _document(entry, feed.feed, f"{source.place}#{key}", str(feed.version))
        if document.text:
            yield with_unique_location(document, locations, number)
        else:
            yield Skipped(f"{source.place}#{key}", f"entry {number} holds no text", "EmptyDocument")
    if b"<!ENTITY" in data.replace(b"\0", b""):
        reason = "the feed declares entities of its own, whose words are lost"
        yield Skipped(f"{source.place}#entities", reason, "UnreadableFile")
    lost_count = len(_ENTRY.findall(data)) - len(feed.entries)
    if feed.get("bozo") and lost_count > 0:
        yield Skipped(
            f"{source.place}#lost",
            f"the feed is broken: {lost_count} of its entries are lost",
            "UnreadableFile",
        )


def _document(entry: Any, feed: Any, place: str, version: str) -> Document:
    contents = [part.get("value", "") for part in entry.get("content", [])]
    html = max([*contents, entry.get("summary", "")], key=len)
    title = html_to_text(entry.get("title", "")).replace("\n", " ")
    return make_document(
        html_content(html),
        title=title or None,
        source=entry.get("source", {}).get("title") or feed.get("title"),
        author=_author(entry) or _author(feed),
        published=_published(entry, entry.get("language") or feed.get("language")),
        published_from="feed",
        url=web_address(entry.get("link")),
        path=place,
        media_type="application/atom+xml" if version.startswith("atom") else "application/rss+xml",
        language=entry.get("language") or feed.get("language"),
    )


def _author(record: Any) -> str | None:
    names = [a.get("name") or a.get("email") for a in record.get("authors", [])]
    return ", ".join(filter(None, names)) or record.get("author") or None


def _published(entry: Any, language: str | None) -> datetime | None:
    """Return the date of publication; of an Atom entry without one, that of its update.

    A date that no standard of feeds has ("Montag, 4. März 2024") is read as one in words.
    """
    text = entry.get("published") or entry.get("updated")
    if text and (is_in_numbers(text) or text.isdigit() or not entry.get("published_parsed")):
        return read_date(_WEEKDAY.sub("", text), locale=language)
    parts = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError):
        return None
