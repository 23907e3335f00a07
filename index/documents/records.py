"""The records that all packages share: Document, Passage, Hit. Ids come from content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from sourcebook.index.cleaning.clean import RemovedText
from sourcebook.index.structure.blocks import Block


def content_hash(text: str) -> str:
    """Return the SHA-256 of ``text`` in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """One article, clean. All offsets count characters (code points) of ``text``.

    ``published`` is the article's own date, time-zone aware, or None when it is unknown; it is
    never the time of reading. ``published_from`` says where the date was found: "front matter",
    "URL", ... (see `publication`). ``path`` or ``url`` is the place of the article. ``removed`` is
    what cleaning removed from the text, in its order, with the rules. ``blocks`` is the structure
    of the text, as a tree; empty where it was read before there were blocks. ``pages`` holds the
    offset of each page, where the format has pages.
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
    removed: tuple[RemovedText, ...] = field(default=(), repr=False)
    published_from: str | None = None
    blocks: tuple[Block, ...] = field(default=(), repr=False)

    @property
    def location(self) -> str | None:
        """The URL, else the path. An article read from the same location replaces this one."""
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
    """A passage that matches a search.

    ``score`` is in [0, 1]. ``dense`` is the cosine similarity of the question and the passage,
    ``bm25`` the BM25 score (0 when no word is shared); None where that ranking was not used.
    ``part`` is the cosine of the question and the nearest part of the passage, about a sentence;
    ``near`` the share of the question's words, by weight, that stands close together in it.
    ``probability`` is how often a passage with such a ``part`` and ``near`` is the right one (see
    `fusion.probability_of`), where both are known; ``twins`` are the passages that say the same in
    nearly the same words, where a search makes them one hit. ``library`` is where its library lies,
    for hits of several.
    """

    passage: Passage
    document: Document
    score: float
    dense: float | None = None
    bm25: float | None = None
    part: float | None = None
    near: float | None = None
    probability: float | None = None
    twins: tuple[Passage, ...] = ()
    library: str | None = None
