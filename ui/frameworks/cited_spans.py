"""What all adapters need of an answer: which span of its text rests on which quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.rag.answer import Answer, Citation
from sourcebook.ui.render.citations import at_quote, title
from sourcebook.ui.render.escaping import safe_url

__all__ = ["CitedSpan", "cited_spans", "document_metadata", "without_marks"]

_MARK = re.compile(r"[ \t]?\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """``answer.text[start:end]`` rests on ``citation``."""

    start: int
    end: int
    citation: Citation

    @property
    def url(self) -> str | None:
        """Where a browser shows the quote: the page on the web, or the file on this machine."""
        return document_url(self.citation.document, self.citation.quote)

    @property
    def title(self) -> str:
        """The article's title."""
        return title(self.citation.document)


def cited_spans(answer: Answer) -> Iterator[CitedSpan]:
    """Yield each sentence of an answer with each of its citations."""
    by_number = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        for number in sentence.citations:
            if number in by_number:
                yield CitedSpan(sentence.start, sentence.end, by_number[number])


def document_url(document: Document, quote: str = "") -> str | None:
    """Return an article's address, at a quote; None where it has none."""
    if url := safe_url(document.url):
        return at_quote(url, quote)
    path = Path(document.path) if document.path else None
    return path.as_uri() if path is not None and path.is_absolute() else None


def document_metadata(document: Document) -> dict[str, Any]:
    """Return what is known of an article, without its text and without what is unknown."""
    published = document.published.isoformat() if document.published else None
    metadata = {
        "document_id": document.id,
        "title": title(document),
        "source": document.source,
        "author": document.author,
        "published": published,
        "url": document_url(document),
        "language": document.language,
    }
    return {key: value for key, value in metadata.items() if value is not None}


def without_marks(text: str) -> str:
    """Return the text of an earlier answer without its [n]."""
    return _MARK.sub("", text)
