"""A quote and where it stands in an article: what an answer cites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..index.documents import Document
from .dates import day_of, relative_days

__all__ = ["Citation", "Source", "document_to_dict"]


@dataclass(frozen=True, slots=True)
class Source:
    """A place in another article that says what a citation says, with the same guarantee:
    ``document.text[start:end] == quote``.

    Raises:
        ValueError: the quote does not stand at these offsets, or is empty.
    """

    document: Document
    passage_id: str
    quote: str
    start: int
    end: int
    page: int | None = None

    def __post_init__(self) -> None:
        _check_stands(self, "source")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return _place_to_dict(self)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an article: ``document.text[start:end] == quote``, checked when it is made.

    ``also``: places in other documents that say the same.

    Raises:
        ValueError: the quote does not stand at these offsets, or is empty.
    """

    number: int
    document: Document
    passage_id: str
    quote: str
    start: int
    end: int
    page: int | None = None
    also: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        _check_stands(self, f"citation {self.number}")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form. The document goes by its description, without its text."""
        return {
            "number": self.number,
            **_place_to_dict(self),
            "days": [{"text": text, "label": label} for text, label in self.relative_days()],
            "also": [source.to_dict() for source in self.also],
        }

    def relative_days(self) -> list[tuple[str, str]]:
        """What "on Thursday" and the like in the quote mean by the article's date: words, days."""
        found = relative_days(self.quote, day_of(self.document.published))
        return [(mention.text, mention.days.label()) for mention in found]


def _check_stands(place: Citation | Source, what: str) -> None:
    if not place.quote or place.document.text[place.start : place.end] != place.quote:
        raise ValueError(
            f"{what}: {place.quote!r} does not stand at "
            f"{place.start}:{place.end} of {place.document.id}"
        )


def _place_to_dict(place: Citation | Source) -> dict[str, Any]:
    return {
        "quote": place.quote,
        "start": place.start,
        "end": place.end,
        "page": place.page,
        "passage_id": place.passage_id,
        "document": document_to_dict(place.document),
    }


def document_to_dict(document: Document) -> dict[str, Any]:
    """A document's description as JSON, without its text."""
    published: datetime | None = document.published
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "published": published.isoformat() if published else None,
        "published_from": document.published_from,
        "url": document.url,
        "path": document.path,
        "media_type": document.media_type,
        "language": document.language,
    }
