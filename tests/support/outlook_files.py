"""Messages of Outlook for tests: compound files (MS-CFB) written byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

Folder = Mapping[str, "bytes | Folder"]
"""Streams and folders by name."""

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI_SECTOR = 512, 64


def text(number: int, value: str) -> dict[str, bytes]:
    """Return a property that is text."""
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def ansi(number: int, value: bytes) -> dict[str, bytes]:
    """Return a property that is text of one byte a letter."""
    return {f"__substg1.0_{number:04X}001E": value}


def binary(number: int, value: bytes) -> dict[str, bytes]:
    """Return a property that is bytes."""
    return {f"__substg1.0_{number:04X}0102": value}


def properties(head: int, numbers: Mapping[int, tuple[int, bytes]]) -> dict[str, bytes]:
    """Return the stream of properties of fixed length: each with its type and its eight bytes."""
    rows = [
        struct.pack("<HHI8s", kind, number, 6, value) for number, (kind, value) in numbers.items()
    ]
    return {"__properties_version1.0": b"\0" * head + b"".join(rows)}


def compound_file(root: Folder) -> bytes:
    """Return a compound file with these streams, each under 4,096 bytes, and folders."""
    entries: list[_Entry] = [_Entry("Root Entry", 5)]
    small, small_table = bytearray(), list[int]()

    def add_stream(data: bytes) -> int:
        first = len(small_table)
        count = -(-max(len(data), 1) // _MINI_SECTOR)
        small.extend(data.ljust(count * _MINI_SECTOR, b"\0"))
        small_table.extend([*range(first + 1, first + count), _END])
        return first

    def add_folder(folder: Folder, parent: _Entry) -> None:
        previous: _Entry | None = None
        for name, value in sorted(folder.items(), key=lambda item: (len(item[0]), item[0].upper())):
            entry = _Entry(name, 2 if isinstance(value, bytes) else 1)
            if previous is None:
                parent.child = len(entries)
            else:
                previous.right = len(entries)
            previous = entry
            entries.append(entry)
            if isinstance(value, bytes):
                entry.start, entry.size = add_stream(value), len(value)
            else:
                add_folder(value, entry)

    add_folder(root, entries[0])
    sectors, table = bytearray(), list[int]()

    def add_sectors(data: bytes) -> int:
        first = len(table)
        count = -(-max(len(data), 1) // _SECTOR)
        sectors.extend(data.ljust(count * _SECTOR, b"\xff"))
        table.extend([*range(first + 1, first + count), _END])
        return first

    entries[0].start, entries[0].size = add_sectors(bytes(small)), len(small)
    small_fat = add_sectors(struct.pack(f"<{len(small_table)}I", *small_table))
    directory = add_sectors(b"".join(entry.to_bytes() for entry in entries))
    fat = len(table)
    assert fat < _SECTOR // 4, "a test needs no more than one sector of the table"
    table = [*table, _FAT, *[_FREE] * (_SECTOR // 4 - fat - 1)]
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, directory, 0, 4096, small_fat, -(-len(small_table) // (_SECTOR // 4)), _END, 0),
        fat,
    )
    return head.ljust(_SECTOR, b"\xff") + bytes(sectors) + struct.pack(f"<{len(table)}I", *table)


@dataclass(slots=True)
class _Entry:
    """A line of the directory."""

    name: str
    kind: int
    right: int = _FREE
    child: int = _FREE
    start: int = 0
    size: int = 0

    def to_bytes(self) -> bytes:
        """Return its 128 bytes."""
        name = self.name.encode("utf-16-le") + b"\0\0"
        head = struct.pack("<64sHBBIII16sIQQ", name, len(name), self.kind, 1, *self._links())
        return head + struct.pack("<IQ", self.start, self.size)

    def _links(self) -> tuple[int, int, int, bytes, int, int, int]:
        return _FREE, self.right, self.child, b"", 0, 0, 0
