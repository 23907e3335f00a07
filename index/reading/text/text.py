"""Plain text, and the reader for formats of one text each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.decoding import DecodedText, decode_text
from sourcebook.index.reading.source import Reader, Source
from sourcebook.index.reports import Skipped, left_out


def text_reader(
    read: Callable[[Path, str], Document],
    to_text: Callable[[bytes], DecodedText] = decode_text,
) -> Reader:
    """Return a reader for text files of one document each; it says which bytes were no text."""

    def reader(source: Source) -> Iterator[Document | Skipped]:
        result = to_text(source.data())
        document = read(Path(source.place), result.text)
        if not document.text:
            raise EmptyDocument("holds no text")
        yield document
        if result.note:
            yield left_out(source.place, result.note)

    return reader


def read_text(path: Path, text: str) -> Document:
    """Make a document of plain text."""
    return make_document(text, path=str(path), media_type="text/plain")
