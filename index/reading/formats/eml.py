"""E-mails (.eml), by the standard library; their HTML parts by the reader of web pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import getaddresses
from typing import Any

from sourcebook.index.documents.dates import to_datetime
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ReadError, UnreadableFile
from sourcebook.index.reading.decoding import decode
from sourcebook.index.reading.markup import html_to_text
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

HtmlText = Callable[[str], str]
"""A function that returns the article's text of a web page."""


class _MailPolicy(EmailPolicy):
    """The standard policy for messages; it cuts the part of a header that the parser fails on."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        # The parser raises IndexError and others over broken parameters ("Content-Type: ; *").
        for text in (value, value.partition(";")[0]):
            try:
                return super().header_fetch_parse(name, text)
            except Exception:  # noqa: BLE001, S112
                continue
        return super().header_fetch_parse(name, "")


def read_eml(source: Source, article: HtmlText = html_to_text) -> Iterator[Document | Skipped]:
    """Read the message; each attachment is skipped, with the reason.

    Raises:
        UnreadableFile: the file is no e-mail.
        EmptyDocument: the message has no text.
    """
    message = message_from_bytes(source.data(), policy=_MailPolicy())
    assert isinstance(message, EmailMessage)  # the class of the policy
    if not message.keys():
        raise UnreadableFile("is no e-mail: it has no header")
    text = _text(message, article)
    attachments = [_attachment(source, part) for part in _attachments(message)]
    if not text.strip():
        attachment_note = f", only {len(attachments)} attachments" if attachments else ""
        raise EmptyDocument(
            f"the message has no text{attachment_note}: save them and add them by themselves"
        )
    yield make_document(
        text,
        title=_header(message, "subject"),
        author=_people(message),
        source=_header(message, "list-id").split("<")[0].strip(' "') or None,
        published=to_datetime(_header(message, "date")),
        published_from="mail header",
        path=source.place,
        media_type="message/rfc822",
        language=_header(message, "content-language") or None,
    )
    yield from attachments


def _text(message: EmailMessage, article: HtmlText) -> str:
    """Return the plain part, unless the HTML part is much longer and so the real message."""
    plain = _content(message.get_body(("plain",)))
    html = _content(message.get_body(("html",)))
    if not html.strip():
        return plain
    try:
        html_text = article(html)
    except ReadError:
        html_text = html_to_text(html)
    return plain if plain.strip() and len(plain) * 2 >= len(html_text) else html_text


def _content(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError, AttributeError):
        payload = part.get_payload(decode=True)
        try:
            return decode(payload) if isinstance(payload, bytes) else ""
        except EmptyDocument:
            return ""


def _attachments(message: EmailMessage) -> list[MIMEPart]:
    try:
        return [part for part in message.iter_attachments() if not _is_decoration(part)]
    except (AttributeError, TypeError, ValueError, KeyError):
        return []


def _is_decoration(part: MIMEPart) -> bool:
    """Whether a part is a picture inside the HTML part."""
    return part.get_content_maintype() == "image" and not part.is_attachment()


def _attachment(source: Source, part: MIMEPart) -> Skipped:
    name = part.get_filename() or part.get_content_type()
    return Skipped(
        f"{source.place}/{name}",
        f"an attachment ({part.get_content_type()}): save it and add it by itself",
        "UnsupportedFormat",
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "") or "").strip()
    except (ValueError, IndexError, AttributeError, TypeError):  # a broken header
        return ""


def _people(message: EmailMessage) -> str | None:
    pairs = getaddresses([_header(message, "from")])
    return ", ".join(name or address for name, address in pairs if name or address) or None
