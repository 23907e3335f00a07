"""The parts of a mail, in their order: text, HTML, forwarded messages, invitations, attachments."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import getaddresses
from io import BytesIO
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ReadError, UnreadableFile, UnsupportedFormat
from sourcebook.index.reading.decoding import decode_text
from sourcebook.index.reading.markup import html_content, write_html
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.writing import BlockWriter

from .invitations import read_events, write_event
from .plain_parts import write_plain_part

ReadAttachment = Callable[[Source], Iterable[Document | Skipped]]
"""A function that reads a file by its ending; it raises ReadError."""

_DEEPEST = 24
"""Messages in messages, and parts in parts."""

_MOST_ATTACHMENTS = 500
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,}=*")
_SIGNATURES = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
)
_NAMES = {"text/calendar": ".ics", "text/csv": ".csv", "application/pdf": ".pdf"}


class MailPolicy(EmailPolicy):
    """The standard policy for messages; it cuts the part of a header that the parser fails on."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return the header, as far as it can be parsed."""
        # The parser raises IndexError and others over broken parameters ("Content-Type: ; *").
        for text in (value, value.partition(";")[0]):
            try:
                return super().header_fetch_parse(name, text)
            except Exception:  # noqa: BLE001, S112
                continue
        return super().header_fetch_parse(name, "")


def header_text(message: Message, name: str) -> str:
    """Return a header on one line; empty where there is none, or it is broken."""
    try:
        return " ".join(str(message.get(name, "") or "").split())
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def people(message: Message, name: str) -> str | None:
    """Return the names in a header of addresses, or the addresses without names."""
    pairs = getaddresses([header_text(message, name)])
    return ", ".join(name or address for name, address in pairs if name or address) or None


class MailParts:
    """Writes the parts of a message into a `BlockWriter`, and reads what is attached."""

    def __init__(self, writer: BlockWriter, place: str, read_attachment: ReadAttachment) -> None:
        self.writer = writer
        self.attachments: list[tuple[str, bytes]] = []
        self.notes: list[str] = []
        self._place = place
        self._read = read_attachment
        self._pictures = 0
        self._names: dict[str, int] = {}
        self._events: set[tuple[str, str, str]] = set()

    def write(self, message: Message, depth: int = 0) -> None:
        """Write all that a message or part says."""
        kind = message.get_content_type()
        if depth > _DEEPEST:
            self.notes.append("parts that lie too deep in one another")
        elif kind == "message/rfc822":
            self._forwarded(message, depth)
        elif kind == "multipart/alternative":
            self._alternatives(message, depth)
        elif kind == "message/delivery-status":
            for part in _children(message):
                lines = [f"{name}: {' '.join(str(value).split())}" for name, value in part.items()]
                with self.writer.block("paragraph"):
                    self.writer.write("\n".join(lines))
        elif message.is_multipart():
            for part in _children(message):
                self.write(part, depth + 1)
        elif kind not in _SIGNATURES:
            self._leaf(message, kind)

    def add_file(self, name: str, data: bytes) -> None:
        """Note an attachment, under a name of its own."""
        name = name.replace("/", "_").replace("\\", "_").replace("\0", "").strip() or "attachment"
        count = self._names[name] = self._names.get(name, 0) + 1
        if count > 1:
            stem, dot, ending = name.rpartition(".")
            name = f"{stem} ({count}){dot}{ending}" if dot else f"{name} ({count})"
        self.attachments.append((name, data))

    def add_picture(self) -> None:
        """Note a picture that stands in the text."""
        self._pictures += 1

    def read_attachments(self) -> Iterator[Document | Skipped]:
        """Yield the documents of the attachments, and what of them is not read."""
        for name, data in self.attachments[:_MOST_ATTACHMENTS]:
            place = f"{self._place}/{name}"
            try:
                yield from self._read(Source(place, lambda data=data: BytesIO(data)))  # type: ignore[misc]
            except UnsupportedFormat:
                yield left_out(place, "an attachment of a kind that is not read")
            except ReadError as error:
                yield Skipped(place, str(error), type(error).__name__)
        if (more := len(self.attachments) - _MOST_ATTACHMENTS) > 0:
            self.notes.append(f"{more} more attachments")
        if self._pictures:
            count = "1 picture" if self._pictures == 1 else f"{self._pictures} pictures"
            self.notes.append(count)
        for note in dict.fromkeys(self.notes):
            yield left_out(self._place, note)

    def _forwarded(self, part: Message, depth: int) -> None:
        for message in map(_without_transfer_encoding, _children(part)):
            subject = header_text(message, "subject") or "no subject"
            with self.writer.block("heading", level=min(6, 2 + depth // 2)):
                self.writer.write(f"Forwarded message: {subject}")
            heads = [
                f"{label}: {text}"
                for label, text in (
                    ("From", people(message, "from")),
                    ("To", people(message, "to")),
                    ("Cc", people(message, "cc")),
                    ("Date", header_text(message, "date")),
                )
                if text
            ]
            with self.writer.block("paragraph"):
                self.writer.write("\n".join(heads))
            self.write(message, depth + 1)

    def _alternatives(self, message: Message, depth: int) -> None:
        """Write the plain part, unless the HTML part says more or has a table; and invitations."""
        parts = _children(message)
        plain = [part for part in parts if part.get_content_type() == "text/plain"]
        rich = [part for part in parts if part.get_content_type() not in _PLAIN_KINDS]
        plain_text = "".join(self._text(part) for part in plain)
        is_plain = bool(plain_text.strip()) and not self._says_more(rich, plain_text)
        for part in plain if is_plain or not rich else rich:
            self.write(part, depth + 1)
        if is_plain:
            self._rest_of(rich, depth)
        for part in parts:
            if part.get_content_type() in ("text/calendar", "application/ics"):
                self.write(part, depth + 1)

    def _says_more(self, parts: Iterable[Message], plain_text: str) -> bool:
        """Whether the HTML of an alternative says more than its plain text."""
        html = "".join(self._text(part) for part in _html_parts(parts))
        if not html.strip():
            return False
        try:
            content = html_content(html)
        except ReadError:
            return False
        is_longer = len(content.text) > 2 * len(plain_text)
        return is_longer or bool(find_blocks(content.blocks, "table"))

    def _rest_of(self, parts: Iterable[Message], depth: int) -> None:
        """Write what stands beside the HTML of an alternative that is not shown: attachments."""
        for part in parts:
            if part.is_multipart():
                self._rest_of(_children(part), depth + 1)
            elif part.get_content_type() != "text/html":
                self.write(part, depth + 1)

    def _leaf(self, part: Message, kind: str) -> None:
        name = _file_name(part)
        is_attached = part.get_content_disposition() == "attachment"
        if kind in ("text/calendar", "application/ics"):
            for event in read_events(self._text(part)):
                if event.key not in self._events:
                    self._events.add(event.key)
                    write_event(self.writer, event)
        elif kind == "text/plain" and not is_attached:
            is_flowed = _parameter(part, "format").lower() == "flowed"
            write_plain_part(self.writer, self._text(part), is_flowed=is_flowed)
        elif kind == "text/html" and not is_attached:
            self._html(self._text(part))
        elif kind == "text/enriched":
            write_plain_part(self.writer, self._text(part))
        elif kind.startswith("image/") and not is_attached:
            self._pictures += 1
        else:
            ending = _NAMES.get(kind, "")
            self.add_file(name or f"{kind.replace('/', '-')}{ending}", _payload(part))

    def _html(self, html: str) -> None:
        try:
            write_html(self.writer, html)
        except ReadError as error:
            self.notes.append(f"an HTML part: {error}")

    def _text(self, part: Message) -> str:
        data = _payload(part)
        try:
            text = decode_text(data, _parameter(part, "charset"))
        except EmptyDocument:
            return ""
        except UnreadableFile:
            self.notes.append(f"a part of {part.get_content_type()} that holds no text")
            return ""
        if text.note and text.note not in self.notes:
            self.notes.append(text.note)
        return text.text


_PLAIN_KINDS = frozenset({"text/plain", "text/calendar", "application/ics"})


def _html_parts(parts: Iterable[Message]) -> Iterator[Message]:
    for part in parts:
        if part.is_multipart():
            yield from _html_parts(_children(part))
        elif part.get_content_type() == "text/html":
            yield part


def _children(message: Message) -> list[Message]:
    payload = message.get_payload()
    return (
        [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    )


def _without_transfer_encoding(message: Message) -> Message:
    """Return a forwarded message; some programs send it whole in base64, which none may."""
    text = message.get_payload()
    if message.keys() or not isinstance(text, str) or not _BASE64.fullmatch(text.strip()):
        return message
    try:
        return message_from_bytes(b64decode(text), policy=MailPolicy())
    except ValueError:
        return message


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError, TypeError):
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, IndexError, AttributeError, TypeError, KeyError):
        return ""
    return value if isinstance(value, str) else value[2] if isinstance(value, tuple) else ""


def _file_name(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except (ValueError, IndexError, AttributeError, TypeError, KeyError, LookupError):
        return ""


def mail_of(message: Message) -> EmailMessage:
    """Return a message as one of the standard policy. Raises UnreadableFile."""
    if not isinstance(message, EmailMessage) or not message.keys():
        raise UnreadableFile("is no e-mail: it has no header")
    return message
