"""Messages of Outlook are read whole, as mails are."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from outlook_files import Folder, ansi, binary, compound_file, properties, text

from sourcebook.index import Document, Skipped
from sourcebook.index.errors import UnreadableFile
from sourcebook.index.reading.mail.outlook import decompress_rtf
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks

QUAY = "The quay is closed for the winter."
SENT = datetime(2025, 3, 4, 8, tzinfo=UTC)
_FILETIME = struct.pack(
    "<Q", int((SENT - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
)


def read(folder: Path, root: Folder) -> list[Document | Skipped]:
    path = folder / "a.msg"
    path.write_bytes(compound_file(root))
    return list(read_source(Source.file(path)))


def message(**more: object) -> dict[str, object]:
    return {
        **text(0x0037, "The quay"),
        **text(0x0C1A, "Orla Fenwick"),
        **text(0x1000, QUAY),
        **properties(32, {0x0039: (0x40, _FILETIME)}),
        **more,
    }


def test_a_message_has_its_subject_sender_date_and_text(tmp_path: Path) -> None:
    (document,) = read(tmp_path, message())  # type: ignore[arg-type]
    assert isinstance(document, Document)
    assert (document.title, document.author) == ("The quay", "Orla Fenwick")
    assert (document.text, document.published) == (QUAY, SENT)


def test_attachments_are_documents_and_attached_messages_are_read(tmp_path: Path) -> None:
    inner = {
        **text(0x0037, "The ferry"),
        **text(0x1000, "It leaves at nine."),
        **properties(24, {}),
    }
    file = {**text(0x3707, "plan.md"), **binary(0x3701, b"# Plan"), **properties(8, {})}
    forwarded = {"__substg1.0_3701000D": inner, **properties(8, {})}
    root = message()
    root["__attach_version1.0_#00000000"] = file
    root["__attach_version1.0_#00000001"] = forwarded
    first, second = read(tmp_path, root)  # type: ignore[arg-type]
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.text == f"{QUAY}\n\nForwarded message: The ferry\n\nIt leaves at nine."
    assert second.title == "Plan"
    assert str(second.path).endswith("a.msg/plan.md")


def test_text_of_one_byte_a_letter_is_read_by_its_code_page(tmp_path: Path) -> None:
    words = "Переговоры длились восемь часов."
    root = {
        **ansi(0x1000, words.encode("cp1251")),
        **properties(32, {0x3FFD: (0x03, struct.pack("<q", 1251))}),
    }
    (document,) = read(tmp_path, root)
    assert isinstance(document, Document)
    assert (document.text, document.language) == (words, "ru")


def test_html_with_a_table_is_read_as_cells(tmp_path: Path) -> None:
    rows = b"<tr><th>Place</th><th>Price</th></tr><tr><td>Nes</td><td>12.50</td></tr>"
    root = {**binary(0x1013, b"<table>" + rows + b"</table>"), **properties(32, {})}
    (document,) = read(tmp_path, root)
    assert isinstance(document, Document)
    assert "12.50" in [cell.text for cell in find_blocks(document.blocks, "cell")]


def test_rich_text_is_decompressed() -> None:
    # The example of the specification: a run of the text before is named by its place and length.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a"
        "800fa0"
    )
    assert decompress_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress_rtf(b"\0" * 40) == b""


@pytest.mark.parametrize(
    "data", [b"Only words.", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999]
)
def test_a_file_that_is_no_message_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile):
        list(read_source(Source.file(path)))


def test_a_compound_file_without_a_message_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no message"):
        read(tmp_path, {"WordDocument": b"x"})


def test_an_appointment_says_when_and_where_it_is(tmp_path: Path) -> None:
    """The file gives the named properties numbers of its own, in any order."""
    names = ((0x8208, 0, 2), (0x820D, 1, 9), (0x820E, 0, 1), (0x820D, 0, 0))
    entries = b"".join(struct.pack("<IHH", name, 6 | kind, at) for name, kind, at in names)
    end = struct.pack("<Q", struct.unpack("<Q", _FILETIME)[0] + 90 * 60 * 10**7)
    root = message(
        **text(0x001A, "IPM.Appointment"),
        **text(0x8002, "Town hall"),
        **properties(32, {0x8000: (0x40, _FILETIME), 0x8001: (0x40, end)}),
    )
    root["__nameid_version1.0"] = binary(0x0003, entries)
    (document,) = read(tmp_path, root)  # type: ignore[arg-type]
    assert isinstance(document, Document)
    assert document.text == (
        "Appointment: The quay on Tuesday, 4 March 2025, 08:00 to 09:30 (UTC), at Town hall.\n\n"
        f"{QUAY}"
    )
