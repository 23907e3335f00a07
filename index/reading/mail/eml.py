"""E-mails (.eml), by the standard library: all their text, and attachments as documents."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage

from sourcebook.index.documents.dates import to_datetime
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnsupportedFormat
from sourcebook.index.reading.decoding import decode_text
from sourcebook.index.reading.records.record_dates import read_date
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.writing import BlockWriter

from .parts import (
    MailParts,
    MailPolicy,
    ReadAttachment,
    header_text,
    mail_of,
    people,
)


def read_nothing(source: Source) -> Iterable[Document | Skipped]:
    """Refuse an attachment, where none is to be read. Raises UnsupportedFormat."""
    raise UnsupportedFormat(f"{source.place} is not read")


def read_eml(
    source: Source, read_attachment: ReadAttachment = read_nothing
) -> Iterator[Document | Skipped]:
    """Read the message, and each attachment as a document of its own.

    Raises:
        UnreadableFile: the file is no e-mail.
        EmptyDocument: the message has no text, and nothing that is attached can be read.
    """
    data = source.data()
    if source.suffix == ".emlx":  # Apple's: a line with the length, the message, a property list
        length, _, data = data.partition(b"\n")
        data = data[: int(length)] if length.strip().isdigit() else data
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # saved by an editor of text
        data = decode_text(data).text.encode("utf-8")
    message = mail_of(message_from_bytes(data, policy=MailPolicy()))
    yield from read_message(message, source.place, read_attachment)


def read_message(
    message: EmailMessage, place: str, read_attachment: ReadAttachment
) -> Iterator[Document | Skipped]:
    """Read a message at a place. Raises EmptyDocument as `read_eml`."""
    writer = BlockWriter()
    parts = MailParts(writer, place, read_attachment)
    parts.write(message)
    content = writer.content()
    if content.text.strip():
        yield make_document(
            content,
            title=header_text(message, "subject"),
            author=people(message, "from"),
            source=header_text(message, "list-id").split("<")[0].strip(' "') or None,
            published=_date(message),
            published_from="mail header",
            path=place,
            media_type="message/rfc822",
            language=header_text(message, "content-language") or None,
        )
    elif not parts.attachments:
        raise EmptyDocument("the message has no text")
    attached = list(parts.read_attachments())
    if not content.text.strip() and not any(isinstance(item, Document) for item in attached):
        count = len(parts.attachments)
        raise EmptyDocument(
            f"the message has no text, only {count} attachment{'s' if count != 1 else ''} that "
            "cannot be read: save them and add them by themselves"
        )
    yield from attached


def _date(message: EmailMessage) -> datetime | None:
    text = header_text(message, "date")
    return to_datetime(text) or read_date(text)
