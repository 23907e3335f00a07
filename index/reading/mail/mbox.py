"""Mailboxes (.mbox): each mail is a document, with what is attached to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from typing import BinaryIO

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, OverLimit, ReadError, UnreadableFile
from sourcebook.index.reading.source import MAX_BYTES, Source
from sourcebook.index.reports import Skipped

from .eml import read_message, read_nothing
from .parts import (
    MailPolicy,
    ReadAttachment,
    header_text,
    mail_of,
)

_MOST_SKIPPED = 20
_BEGINNING = b"From "
# "From someone@example Tue Mar  4 08:00:00 2025": a line of a mail that begins with "From " has a
# ">" before it in most mailboxes, and no date.
_HEAD = re.compile(rb"From \S*.*\d\d:\d\d.*\d{4}|From (?:-|\S+@\S+)?\s*$")
_ESCAPE = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_mbox(
    source: Source, read_attachment: ReadAttachment = read_nothing
) -> Iterator[Document | Skipped]:
    """Read each mail.

    Raises:
        UnreadableFile: the file is no mailbox.
        EmptyDocument: it holds no mail.
    """
    count = skipped_count = 0
    places: set[str] = set()
    with source.open() as stream:
        for count, mail in enumerate(_mails(stream), 1):
            try:
                if mail is None:
                    raise OverLimit(f"over the limit of {MAX_BYTES / 1e6:.0f} MB")
                message = mail_of(message_from_bytes(mail, policy=MailPolicy()))
                key = header_text(message, "message-id").strip("<>") or str(count)
                place = f"{source.place}#{key}"
                if place in places:
                    place = f"{source.place}#{key}/{count}"
                places.add(place)
                yield from read_message(message, place, read_attachment)
            except ReadError as error:
                skipped_count += 1
                if skipped_count <= _MOST_SKIPPED:
                    reason = f"mail {count}: {error}"
                    yield Skipped(f"{source.place}#{count}", reason, type(error).__name__)
    if not count:
        raise EmptyDocument("the mailbox is empty")
    if (more := skipped_count - _MOST_SKIPPED) > 0:
        reason = f"{more} more mails that cannot be read"
        yield Skipped(f"{source.place}#more", reason, "UnreadableFile", more)


def _mails(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the bytes of each mail; None for one over the limit. Raises UnreadableFile."""
    lines: list[bytes] = []
    length = 0
    is_open = follows_blank = False
    for line in iter(lambda: stream.readline(MAX_BYTES), b""):
        is_head = line.startswith(_BEGINNING) and (
            not is_open or (follows_blank and bool(_HEAD.match(line)))
        )
        if is_head:
            if is_open:
                yield _mail(lines, length)
            lines, length, is_open = [], 0, True
        elif not is_open:
            if line.strip():
                raise UnreadableFile("is no mailbox: it does not begin with a line “From ”")
        else:
            length += len(line)
            if length <= MAX_BYTES:
                lines.append(line)
        follows_blank = not line.strip()
    if is_open:
        yield _mail(lines, length)


def _mail(lines: list[bytes], length: int) -> bytes | None:
    return None if length > MAX_BYTES else _ESCAPE.sub(rb"\1", b"".join(lines))
