"""A document made of raw text: cleaned, titled, dated, with an id of its content."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sourcebook.index.cleaning.clean import clean, visible

from .publication import Published, find_published
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
    """A Document from raw text: cleaned, titled (its headline when no title is given), dated (by
    what `find_published` finds when no date is given), hashed. ``locale`` ("en-GB") tells the order
    of day and month where a date has them as numbers; by default ``language``.

    The id is made of the content and the place, so the same article read again has the same id.
    """
    cleaned = clean(text)
    clean_text = cleaned.text
    known = Published(published, published_from or "given") if published else None
    dated = known or find_published(clean_text, url=url, path=path, locale=locale or language)
    digest = content_hash(clean_text)
    return Document(
        id=hashlib.sha256(f"{url or path or ''}\n{digest}".encode()).hexdigest()[:16],
        text=clean_text,
        title=_one_line(title) or _headline(clean_text),
        source=_one_line(source),
        author=_one_line(author),
        published=dated.moment if dated else None,
        published_from=dated.found_in if dated else None,
        url=url,
        path=path,
        media_type=media_type,
        language=language,
        content_hash=digest,
        removed=cleaned.removed,
    )


def _one_line(text: str | None) -> str | None:
    return " ".join(visible(text)[0].split()) or None if text else None


def _headline(text: str, limit: int = 150) -> str:
    """The first line that reads like a headline; scraped pages begin with the name of a section."""
    lines = [line.lstrip("# ").strip() for line in text.split("\n", 12)[:12]]
    line = next((line for line in lines if len(line.split()) >= 4), lines[0])
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
