"""A document of what the reader of an office file wrote, and lines about what it did not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.content import Content

from .properties import author_of, no_text, omission_lines, title_of


class OfficeBody(Protocol):
    """What was met in a file besides its text."""

    @property
    def title(self) -> str | None:
        """Its paragraph in the style of a title."""

    @property
    def omissions(self) -> Mapping[str, int]:
        """How many things were not read, by their name in the singular."""


@dataclass(frozen=True, slots=True)
class FileProperties:
    """What a file says of itself; ``template`` is the name of the one that it was made from."""

    title: str | None
    author: str | None
    language: str | None = None
    template: str = ""


def office_documents(
    content: Content, body: OfficeBody, place: str, media_type: str, properties: FileProperties
) -> Iterator[Document | Skipped]:
    """Yield the document of a file, then a line for each kind of thing that was not read.

    It has no date, as a file only knows when it was made.

    Args:
        content: What was written.
        body: What was met besides.
        place: The path of the file.
        media_type: That of the file.
        properties: What the file says of itself.

    Raises:
        EmptyDocument: it holds no text.
    """
    if not content.text.strip():
        raise EmptyDocument(no_text(body.omissions))
    yield make_document(
        content,
        title=title_of(
            content,
            place,
            named=properties.title,
            styled=body.title,
            template=properties.template,
        ),
        author=author_of(properties.author),
        path=place,
        media_type=media_type,
        language=properties.language,
        is_scraped=False,
    )
    yield from omission_lines(place, body.omissions)
