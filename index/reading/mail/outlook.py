"""The properties of a message as Outlook stores it (.msg): a compound file, read by olefile."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sourcebook.index.errors import UnreadableFile
from sourcebook.index.reading.decoding import decode_text

_STREAM = "__substg1.0_"
_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_"
_NAMES = "__nameid_version1.0"
_TEXT, _ANSI, _BINARY, _OBJECT, _TIME, _LONG = 0x1F, 0x1E, 0x102, 0x0D, 0x40, 0x03
_MAX_STREAM = 50 * 1024 * 1024
_DEEPEST = 8

# Numbers of properties in MS-OXPROPS.
SUBJECT, BODY, RTF, HTML = 0x0037, 0x1000, 0x1009, 0x1013
SENDER, SENDER_ADDRESS, SMTP_ADDRESS, REPRESENTED = 0x0C1A, 0x0C1F, 0x5D01, 0x0042
TO, CC, SENT, DELIVERED = 0x0E04, 0x0E03, 0x0039, 0x0E06
CLASS, HEADERS, CODE_PAGE, BODY_CODE_PAGE = 0x001A, 0x007D, 0x3FFD, 0x3FDE
FLAGS, HIDDEN_AND_SHOWN = 0x3714, 4
START, END, PLACE = 0x820D, 0x820E, 0x8208
"""Properties of an appointment that have a name; the file gives each a number of its own."""

DATA, LONG_NAME, SHORT_NAME, DISPLAY_NAME, CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3001, 0x3712


@dataclass(frozen=True, slots=True)
class OutlookItem:
    """A message, or an attachment of one: a folder of the compound file."""

    ole: Any
    folder: tuple[str, ...] = ()

    def bytes_of(self, number: int, kind: int = _BINARY) -> bytes:
        """Return the bytes of a property; empty where there is none."""
        path = [*self.folder, f"{_STREAM}{number:04X}{kind:04X}"]
        try:
            if not self.ole.exists(path) or self.ole.get_size(path) > _MAX_STREAM:
                return b""
            return bytes(self.ole.openstream(path).read())
        except (OSError, ValueError, TypeError, IndexError, AttributeError):
            return b""

    def text_of(self, number: int) -> str:
        """Return the text of a property; empty where there is none."""
        if data := self.bytes_of(number, _TEXT):
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self.bytes_of(number, _ANSI).rstrip(b"\0")
        if not data.strip():
            return ""
        root = OutlookItem(self.ole)
        page = root.number_of(CODE_PAGE) or root.number_of(BODY_CODE_PAGE) or 1252
        return decode_text(data, encoding_of(page)).text

    def number_of(self, number: int) -> int | None:
        """Return a property that is a number."""
        value = self._fixed_value(number, _LONG)
        return None if value is None else int(struct.unpack("<i", value[:4])[0])

    def time_of(self, number: int) -> datetime | None:
        """Return a property that is a moment."""
        value = self._fixed_value(number, _TIME)
        if value is None:
            return None
        try:
            microseconds = struct.unpack("<Q", value)[0] // 10
            return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
        except OverflowError:
            return None

    def number_of_name(self, name: int) -> int:
        """Return the number that the file gives to a named property (MS-OXMSG, 2.2.3.1.2)."""
        data = OutlookItem(self.ole, (_NAMES,)).bytes_of(3)
        for at in range(0, len(data) - 7, 8):
            identity, kind, index = struct.unpack_from("<IHH", data, at)
            if identity == name and not kind & 1:
                return int(0x8000 + index)
        return 0

    def attachments(self) -> Iterator[OutlookItem]:
        """Yield the attachments."""
        depth = len(self.folder)
        names = {
            entry[depth]
            for entry in self.ole.listdir(streams=True, storages=True)
            if tuple(entry[:depth]) == self.folder
            and len(entry) > depth
            and entry[depth].startswith(_ATTACHMENT)
        }
        for name in sorted(names):
            yield OutlookItem(self.ole, (*self.folder, name))

    def message(self) -> OutlookItem | None:
        """Return the message that is attached; None for a file."""
        folder = (*self.folder, f"{_STREAM}{DATA:04X}{_OBJECT:04X}")
        is_message = len(folder) <= 2 * _DEEPEST and self.ole.exists([*folder, _PROPERTIES])
        return OutlookItem(self.ole, folder) if is_message else None

    def _fixed_value(self, number: int, kind: int) -> bytes | None:
        """Return the eight bytes of a property of fixed length."""
        path = [*self.folder, _PROPERTIES]
        if not self.ole.exists(path):
            return None
        try:
            data = bytes(self.ole.openstream(path).read(1 << 20))
        except (OSError, ValueError, TypeError):
            return None
        # The head before the first property is longer in a message than in an attachment.
        head = 8 if self.folder and self.folder[-1].startswith(_ATTACHMENT) else 24
        head = 32 if not self.folder else head
        for at in range(head, len(data) - 15, 16):
            if struct.unpack_from("<HH", data, at) == (kind, number):
                return data[at + 8 : at + 16]
        return None


def encoding_of(page: int) -> str:
    """Return the name of a code page of Windows."""
    return {65001: "utf-8", 20127: "cp1252", 28591: "cp1252"}.get(page, f"cp{page}")


def open_message(data: bytes) -> OutlookItem:
    """Open the bytes of a message. Raises UnreadableFile."""
    import olefile

    try:
        ole = olefile.OleFileIO(data, raise_defects=olefile.DEFECT_INCORRECT)
    except (OSError, ValueError, IndexError, struct.error, TypeError, RecursionError):
        raise UnreadableFile("is no message of Outlook, or is damaged") from None
    item = OutlookItem(ole)
    if not ole.exists(_PROPERTIES):
        raise UnreadableFile("is a compound file and no message of Outlook")
    return item


def decompress_rtf(data: bytes) -> bytes:
    """Return the Rich Text of a compressed property (MS-OXRTFCP); empty where it is damaged."""
    if len(data) < 16:
        return b""
    _, raw_size, kind = struct.unpack_from("<III", data)
    if kind == 0x414C454D:  # not compressed
        return data[16 : 16 + raw_size]
    if kind != 0x75465A4C or raw_size > _MAX_STREAM:
        return b""
    window = bytearray(_RTF_BEGINNING.ljust(4096, b"\0"))
    write = len(_RTF_BEGINNING)
    out = bytearray()
    at = 16
    while at < len(data):
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control & (1 << bit):
                run = data[at : at + 1]
                at += 1
                out += run
                window[write] = run[0]
                write = (write + 1) % 4096
                continue
            if at + 1 >= len(data):
                return bytes(out)
            token = (data[at] << 8) | data[at + 1]
            at += 2
            offset, length = token >> 4, (token & 15) + 2
            if offset == write or len(out) > _MAX_STREAM:
                return bytes(out)
            for step in range(length):
                byte = window[(offset + step) % 4096]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % 4096
    return bytes(out)


_RTF_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
