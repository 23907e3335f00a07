"""Raw text becomes a document: clean, with a title, a date and an id."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sourcebook.index.cleaning.clean import (
    Boilerplate,
    find_boilerplate,
    removed_text,
    strip_invisible,
)

from .blocks import find_blocks
from .content import Content, cut
from .plain_text import plain_text
from .publication import PublicationDate, find_publication_date
from .records import Document, content_hash


def make_document(
    content: str | Content,
    *,
    title: str | None = None,
    source: str | None = None,
    author: str | None = None,
    published: datetime | None = None,
    published_from: str | None = None,
    url: str | None = None,
    path: str | None = None,
    media_type: str = "text/plain",
    language: str | None = None,
    locale: str | None = None,
    is_scraped: bool = True,
) -> Document:
    """Make a document of a text, or of what a reader made of a file.

    The id depends on the content and on ``url`` or ``path``, so the same article has the same id
    whenever it is read.

    Args:
        content: A text without markup, or a text with its blocks and pages.
        title: By default the first line that reads like a headline.
        source: The name of the publisher.
        author: The name of the author or authors.
        published: By default the date that `find_publication_date` finds.
        published_from: Where ``published`` comes from; by default "given".
        url: The address of the article.
        path: The file of the article.
        media_type: The media type of the file or page.
        language: The language of the article ("en").
        locale: The language with its region ("en-GB"), for the order of day and month in numeric
            dates; by default ``language``.
        is_scraped: Whether the text comes from a web page, of which boilerplate is removed.
    """
    if isinstance(content, str):
        content = plain_text(content)
    if is_scraped:
        content = remove_boilerplate(content)
    clean_text = content.text
    given_date = PublicationDate(published, published_from or "given") if published else None
    publication = given_date or find_publication_date(
        clean_text, url=url, path=path, locale=locale or language
    )
    digest = content_hash(clean_text)
    return Document(
        id=hashlib.sha256(f"{url or path or ''}\n{digest}".encode()).hexdigest()[:16],
        text=clean_text,
        title=_one_line(title) or _headline(content),
        source=_one_line(source),
        author=_one_line(author),
        published=publication.moment if publication else None,
        published_from=publication.origin if publication else None,
        url=url,
        path=path,
        media_type=media_type,
        language=language,
        content_hash=digest,
        pages=content.pages,
        removed=content.removed,
        blocks=content.blocks,
    )


def content_of(document: Document) -> Content:
    """Return the text of a document with its blocks and pages."""
    return Content(document.text, document.blocks, document.pages, document.removed)


def with_content(document: Document, content: Content) -> Document:
    """Return the document with another text; its id and content hash stay those of the first."""
    return replace(
        document,
        text=content.text,
        blocks=content.blocks,
        pages=content.pages,
        removed=content.removed,
    )


def remove_boilerplate(content: Content) -> Content:
    """Return ``content`` without the boilerplate of a web page; code stays as it is."""
    code = [(block.start, block.end) for block in find_blocks(content.blocks, "code")]
    return remove_runs(
        content,
        [
            run
            for run in find_boilerplate(content.text)
            if not any(start < run.end and run.start < end for start, end in code)
        ],
    )


def remove_runs(content: Content, runs: Sequence[Boilerplate]) -> Content:
    """Return ``content`` without some runs of its text, which it then names as removed."""
    removed = tuple(removed_text(content.text, run) for run in runs)
    content = cut(content, [(run.start, run.end) for run in runs])
    return replace(content, removed=(*content.removed, *removed))


def _one_line(text: str | None) -> str | None:
    return " ".join(strip_invisible(text)[0].split()) or None if text else None


def _headline(content: Content, limit: int = 150) -> str:
    """Return the first line that reads like a headline, not the section above it."""
    lines = [line.strip() for line in content.text.split("\n", 12)[:12]]
    line = next((line for line in lines if len(line.split()) >= 4), lines[0])
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
