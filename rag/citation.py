"""A citation: a place in an article that an answer rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.rag.language.time import day_of, relative_times

__all__ = ["Citation", "OtherSource", "Place", "document_to_dict"]

Place = tuple[str, int, int]
"""Where a sentence stands: the id of its document, its start and its end."""


@dataclass(frozen=True, slots=True)
class OtherSource:
    """A place in another article that says what a citation says, with the same guarantee:
    ``document.text[start:end] == quote``.

    Raises:
        ValueError: the quote is not at these offsets, or is empty.
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
        ValueError: the quote is not at these offsets, or is empty.
    """

    number: int
    document: Document
    passage_id: str
    quote: str
    start: int
    end: int
    page: int | None = None
    also: tuple[OtherSource, ...] = ()

    def __post_init__(self) -> None:
        _check_stands(self, f"citation {self.number}")

    @property
    def place(self) -> Place:
        """Where the quote stands."""
        return self.document.id, self.start, self.end

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, with the description of the document but not its text."""
        return {
            "number": self.number,
            **_place_to_dict(self),
            "days": [{"text": text, "label": label} for text, label in self.relative_days()],
            "also": [source.to_dict() for source in self.also],
        }

    def relative_days(self) -> list[tuple[str, str]]:
        """Return the relative times in the quote ("on Thursday") and the days that they mean."""
        mentions = relative_times(self.quote, day_of(self.document.published))
        return [(mention.text, mention.days.label()) for mention in mentions]


def _check_stands(place: Citation | OtherSource, label: str) -> None:
    if not place.quote or place.document.text[place.start : place.end] != place.quote:
        raise ValueError(
            f"{label}: {place.quote!r} does not stand at "
            f"{place.start}:{place.end} of {place.document.id}"
        )


def _place_to_dict(place: Citation | OtherSource) -> dict[str, Any]:
    return {
        "quote": place.quote,
        "start": place.start,
        "end": place.end,
        "page": place.page,
        "passage_id": place.passage_id,
        "document": document_to_dict(place.document),
    }


def document_to_dict(document: Document) -> dict[str, Any]:
    """Return the description of a document as JSON, without its text."""
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
