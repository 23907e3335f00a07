"""Messages of Outlook (.msg): all their text, and attachments as documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email import message_from_string
from email.message import EmailMessage

from sourcebook.index.documents.dates import to_datetime
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ReadError
from sourcebook.index.reading.decoding import decode_page, decode_text
from sourcebook.index.reading.markup import html_content, write_html
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.writing import BlockWriter

from . import outlook
from .eml import read_nothing
from .invitations import Event, event_sentence
from .outlook import OutlookItem, open_message
from .parts import MailParts, MailPolicy, ReadAttachment, header_text
from .plain_parts import write_plain_part


def read_msg(
    source: Source, read_attachment: ReadAttachment = read_nothing
) -> Iterator[Document | Skipped]:
    """Read the message, and each attachment as a document of its own.

    Raises:
        UnreadableFile: the file is no message of Outlook.
        EmptyDocument: the message has no text, and nothing that is attached can be read.
    """
    message = open_message(source.data())
    writer = BlockWriter()
    parts = MailParts(writer, source.place, read_attachment)
    _write(writer, parts, message)
    content = writer.content()
    if content.text.strip():
        yield make_document(
            content,
            title=message.text_of(outlook.SUBJECT),
            author=_sender(message),
            published=_sending_time(message),
            published_from="mail header",
            path=source.place,
            media_type="application/vnd.ms-outlook",
        )
    attached = list(parts.read_attachments())
    if not content.text.strip() and not any(isinstance(item, Document) for item in attached):
        raise EmptyDocument("the message has no text, and nothing attached to it can be read")
    yield from attached


def _write(writer: BlockWriter, parts: MailParts, message: OutlookItem, depth: int = 0) -> None:
    if message.text_of(outlook.CLASS).startswith("IPM.Appointment"):
        with writer.block("paragraph"):
            writer.write(event_sentence(_appointment(message), "Appointment"))
    _write_body(writer, parts, message)
    for attachment in message.attachments():
        if inner := attachment.message():
            _write_forwarded(writer, parts, inner, depth + 1)
            continue
        data = attachment.bytes_of(outlook.DATA)
        name = next(
            filter(
                None,
                map(
                    attachment.text_of,
                    (outlook.LONG_NAME, outlook.SHORT_NAME, outlook.DISPLAY_NAME),
                ),
            ),
            "attachment",
        )
        flags = attachment.number_of(outlook.FLAGS) or 0
        is_shown = attachment.text_of(outlook.CONTENT_ID) or flags & outlook.HIDDEN_AND_SHOWN
        if is_shown and name.lower().endswith(_PICTURES):
            parts.add_picture()
        else:
            parts.add_file(name, data)


def _appointment(message: OutlookItem) -> Event:
    """Return what an appointment is about, when and where, as calendars have it."""
    event = Event()
    for name, number in (("DTSTART", outlook.START), ("DTEND", outlook.END)):
        if moment := message.time_of(message.number_of_name(number)):
            event.fields[name] = (f"{moment:%Y%m%dT%H%M%SZ}", {})
    event.fields["SUMMARY"] = (message.text_of(outlook.SUBJECT), {})
    event.fields["LOCATION"] = (message.text_of(message.number_of_name(outlook.PLACE)), {})
    return event


_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")


def _write_forwarded(
    writer: BlockWriter, parts: MailParts, message: OutlookItem, depth: int
) -> None:
    subject = message.text_of(outlook.SUBJECT) or "no subject"
    with writer.block("heading", level=min(6, 1 + depth)):
        writer.write(f"Forwarded message: {subject}")
    moment = _sending_time(message)
    heads = {
        "From": _sender(message),
        "To": message.text_of(outlook.TO),
        "Cc": message.text_of(outlook.CC),
        "Date": f"{moment:%a, %d %b %Y %H:%M:%S %z}" if moment else "",
    }
    with writer.block("paragraph"):
        writer.write("\n".join(f"{label}: {text}" for label, text in heads.items() if text))
    _write(writer, parts, message, depth)


def _write_body(writer: BlockWriter, parts: MailParts, message: OutlookItem) -> None:
    """Write the plain text, unless the HTML says more or has a table; else the Rich Text."""
    plain = message.text_of(outlook.BODY)
    html = _html(message)
    if html.strip():
        try:
            content = html_content(html)
        except ReadError:
            content = None
        if content is not None and (
            len(content.text) > 2 * len(plain) or find_blocks(content.blocks, "table")
        ):
            write_html(writer, html)
            return
    if plain.strip():
        write_plain_part(writer, plain)
        return
    rich = outlook.decompress_rtf(message.bytes_of(outlook.RTF))
    if rich:
        parts.add_file("message.rtf", rich)


def _html(message: OutlookItem) -> str:
    data = message.bytes_of(outlook.HTML)
    page = message.number_of(outlook.BODY_CODE_PAGE)
    try:
        if not data:
            return message.text_of(outlook.HTML)
        if page:
            return decode_text(data, outlook.encoding_of(page)).text
        return decode_page(data)
    except ReadError:
        return ""


def _sender(message: OutlookItem) -> str | None:
    numbers = (outlook.SENDER, outlook.REPRESENTED, outlook.SMTP_ADDRESS, outlook.SENDER_ADDRESS)
    return next(filter(None, map(message.text_of, numbers)), None)


def _sending_time(message: OutlookItem) -> datetime | None:
    headers = message.text_of(outlook.HEADERS)
    if headers:
        mail = message_from_string(headers, policy=MailPolicy())
        if isinstance(mail, EmailMessage) and (moment := to_datetime(header_text(mail, "date"))):
            return moment
    return message.time_of(outlook.SENT) or message.time_of(outlook.DELIVERED)
