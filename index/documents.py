"""The records everything speaks: Document, Passage, Hit. Frozen; ids come from content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from .cleaning import clean


def content_hash(text: str) -> str:
    """SHA-256 of ``text`` in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """One article, clean. Offsets everywhere count characters (code points) of ``text``.

    ``published`` is the article's own date, time-zone aware, or None when it is not known; it is
    never the time of reading. ``path`` or ``url`` says where it was read. ``pages`` is where in
    ``text`` each page begins, where the format has pages; the library keeps it with the passages.
    """

    id: str
    text: str
    title: str
    source: str | None = None
    author: str | None = None
    published: datetime | None = None
    url: str | None = None
    path: str | None = None
    media_type: str = "text/plain"
    language: str | None = None
    content_hash: str = ""
    pages: tuple[int, ...] = ()

    @property
    def location(self) -> str | None:
        """Where it was read: its URL, else its path. Reading there again means this document."""
        return self.url or self.path


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document: ``document.text[start:end] == text``.

    ``page`` is the 1-based page the passage starts on, where the format has pages.
    """

    id: str
    document_id: str
    text: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for some words.

    ``score`` is in [0, 1]. ``dense`` is the cosine similarity of the question and the passage,
    ``bm25`` the BM25 score (0 when no word is shared); None where that ranking was not asked.
    """

    passage: Passage
    document: Document
    score: float
    dense: float | None = None
    bm25: float | None = None


def make_document(
    text: str,
    *,
    title: str | None = None,
    source: str | None = None,
    author: str | None = None,
    published: datetime | None = None,
    url: str | None = None,
    path: str | None = None,
    media_type: str = "text/plain",
    language: str | None = None,
) -> Document:
    """A Document from raw text: cleaned, titled (its headline when no title is given), hashed.

    The id is made of the content and the place, so the same article read again has the same id.
    """
    clean_text = clean(text).text
    digest = content_hash(clean_text)
    return Document(
        id=hashlib.sha256(f"{url or path or ''}\n{digest}".encode()).hexdigest()[:16],
        text=clean_text,
        title=_one_line(title) or _headline(clean_text),
        source=_one_line(source),
        author=_one_line(author),
        published=published,
        url=url,
        path=path,
        media_type=media_type,
        language=language,
        content_hash=digest,
    )


def _one_line(text: str | None) -> str | None:
    return " ".join(clean(text).text.split()) or None if text else None


def _headline(text: str, limit: int = 150) -> str:
    """The first line that reads like a headline; scraped pages begin with the name of a section."""
    lines = [line.lstrip("# ").strip() for line in text.split("\n", 12)[:12]]
    line = next((line for line in lines if len(line.split()) >= 4), lines[0])
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
