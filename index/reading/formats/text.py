"""Plain text and Markdown with YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sourcebook.index.documents.dates import parse_date, to_datetime
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import (
    EmptyDocument,
)
from sourcebook.index.reading.decoding import decode
from sourcebook.index.reading.source import Reader, Source

_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


def text_reader(
    read: Callable[[Path, str], Document], to_text: Callable[[bytes], str] = decode
) -> Reader:
    """Return a reader for text files of one document each."""

    def reader(source: Source) -> Iterator[Document]:
        document = read(Path(source.place), to_text(source.data()))
        if not document.text:
            raise EmptyDocument("holds no text")
        yield document

    return reader


def read_text(path: Path, text: str) -> Document:
    """Make a document of plain text."""
    return make_document(text, path=str(path), media_type="text/plain")


def read_markdown(path: Path, text: str) -> Document:
    """Make a document of Markdown with YAML front matter (title, source, author, date, ...)."""
    metadata, body = _front_matter(text)
    heading = _HEADING.search(body)
    return make_document(
        body,
        title=_string(metadata, "title") or (heading.group(1) if heading else None),
        source=_string(metadata, "source", "publisher", "site"),
        author=_string(metadata, "author", "authors", "by"),
        published=_front_matter_date(metadata),
        published_from="front matter",
        url=_string(metadata, "url", "link"),
        path=str(path),
        media_type="text/markdown",
        language=_string(metadata, "language", "lang"),
    )


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """Split front matter and body; front matter that does not parse stays in the body."""
    import frontmatter
    import yaml

    try:
        metadata, body = frontmatter.parse(text)
    except (yaml.YAMLError, ValueError, TypeError):
        return {}, text
    return metadata, body


def _string(metadata: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = metadata.get(name)
        if isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        if value:
            return str(value)
    return None


def _front_matter_date(metadata: Mapping[str, Any]) -> datetime | None:
    locale = _string(metadata, "language", "lang")
    names = ("date", "published", "published_at", "publish_date", "datePublished", "pubDate")
    for value in filter(None, map(metadata.get, names)):
        # A date may be in words; the language settles the order of day and month.
        date_in_words = parse_date(value, locale) if isinstance(value, str) else None
        if date := to_datetime(value) or date_in_words:
            return date
    return None
