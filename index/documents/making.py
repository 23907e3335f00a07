"""Raw text becomes a document: clean, with a title, a date and an id."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sourcebook.index.cleaning.clean import clean, strip_invisible

from .publication import PublicationDate, find_publication_date
from .records import Document, content_hash


def make_document(
    text: str,
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
) -> Document:
    """Make a document of raw text.

    The id depends on the content and on ``url`` or ``path``, so the same article has the same id
    whenever it is read.

    Args:
        text: The raw text; it is cleaned here.
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
    """
    clean_result = clean(text)
    clean_text = clean_result.text
    given_date = PublicationDate(published, published_from or "given") if published else None
    publication = given_date or find_publication_date(
        clean_text, url=url, path=path, locale=locale or language
    )
    digest = content_hash(clean_text)
    return Document(
        id=hashlib.sha256(f"{url or path or ''}\n{digest}".encode()).hexdigest()[:16],
        text=clean_text,
        title=_one_line(title) or _headline(clean_text),
        source=_one_line(source),
        author=_one_line(author),
        published=publication.moment if publication else None,
        published_from=publication.origin if publication else None,
        url=url,
        path=path,
        media_type=media_type,
        language=language,
        content_hash=digest,
        removed=clean_result.removed,
    )


def _one_line(text: str | None) -> str | None:
    return " ".join(strip_invisible(text)[0].split()) or None if text else None


def _headline(text: str, limit: int = 150) -> str:
    """Return the first line that reads like a headline, not the section above it."""
    lines = [line.lstrip("# ").strip() for line in text.split("\n", 12)[:12]]
    line = next((line for line in lines if len(line.split()) >= 4), lines[0])
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
